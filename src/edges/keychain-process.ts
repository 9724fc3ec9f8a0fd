import type { Entry } from '@napi-rs/keyring';
import { isRecord } from '../record.ts';
import { loadKeychainAddon } from './keychain-addon.ts';

/** What the process that talks to the keychain is asked for: one line of JSON on its standard input. */
export type KeychainRequest =
  | { readonly action: 'get' | 'delete'; readonly account: string }
  | { readonly action: 'set'; readonly account: string; readonly secret: string };

/** How it went: JSON on its standard output. Before it stands an empty line, from which on the time of the call counts. `no_package`: the optional package is not installed, or not for this system. */
export type KeychainAnswer =
  | { readonly kind: 'done'; readonly secret?: string | undefined }
  | { readonly kind: 'no_package' | 'failed'; readonly reason: string };

/** The name under which secrets of ours stand in the keychain. */
const SERVICE = 'flowkiwi';

/**
 * Does what a request asks for, and answers it. Runs in a process of its own, because a call of the keychain blocks its process, for ever
 * when the keychain is silent (the library connects to D-Bus synchronously). `packageFolder` is that of this program; `write` gets the
 * empty line right before the call. Never throws.
 */
export function answerKeychain(request: string, packageFolder: string, write: (text: string) => void): string {
  return JSON.stringify(answer(request, packageFolder, () => write('\n')));
}

function answer(text: string, packageFolder: string, ready: () => void): KeychainAnswer {
  let keyring: typeof import('@napi-rs/keyring');
  try {
    keyring = loadKeychainAddon(packageFolder);
  } catch (error) {
    return { kind: 'no_package', reason: reasonOf(error) };
  }
  try {
    const request = readRequest(JSON.parse(text));
    ready();
    // Without a Secret Service the library would fall back to the kernel's keyring, which a restart empties.
    return call(new keyring.Entry(SERVICE, request.account, { linux: { store: 'secret-service' } }), request);
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

function call(entry: Entry, request: KeychainRequest): KeychainAnswer {
  switch (request.action) {
    case 'get':
      return { kind: 'done', secret: entry.getPassword() ?? undefined };
    case 'set':
      entry.setPassword(request.secret);
      if (entry.getPassword() !== request.secret) return { kind: 'failed', reason: 'it does not give back what it was given' };
      return { kind: 'done' };
    case 'delete':
      entry.deletePassword();
      return { kind: 'done' };
  }
}

function readRequest(content: unknown): KeychainRequest {
  if (isRecord(content) && typeof content['account'] === 'string') {
    const { action, account, secret } = content;
    if (action === 'get' || action === 'delete') return { action, account };
    if (action === 'set' && typeof secret === 'string') return { action, account, secret };
  }
  throw new Error('this is not a request to the keychain');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
