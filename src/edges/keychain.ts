import { type ChildProcess, spawn } from 'node:child_process';
import type { Keychain } from '../edges.ts';
import { CliError } from '../errors.ts';
import { isRecord } from '../record.ts';
import type { KeychainAnswer, KeychainRequest } from './keychain-process.ts';

/** Longest wait for the keychain itself. */
const CALL_LIMIT_MS = 3_000;
/** Longest wait for the process that calls it to start, on a machine that has much to do. */
const START_LIMIT_MS = 15_000;

/**
 * The system's keychain, called by processes of their own, which are ended when they take too long: the only way out of a call that
 * blocks. Keys go through their standard streams, never through arguments or the environment.
 * `command` starts this program, without arguments.
 */
export function systemKeychain(command: readonly [program: string, ...words: string[]]): Keychain {
  const [program, ...words] = command;
  const ask = async (request: KeychainRequest) => {
    const child = spawn(program, [...words, '__keychain'], { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
    const answer = await answerOf(child, request);
    if (answer.kind === 'done') return answer.secret;
    throw failure(answer);
  };
  return {
    get: (account) => ask({ action: 'get', account }),
    set: async (account, secret) => void (await ask({ action: 'set', account, secret })),
    delete: async (account) => void (await ask({ action: 'delete', account })),
  };
}

type Outcome = KeychainAnswer | { readonly kind: 'silent' };

function answerOf(child: ChildProcess, request: KeychainRequest): Promise<Outcome> {
  return new Promise((resolve) => {
    let text = '';
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(outcome);
    };
    const silent = () => end({ kind: 'silent' });
    let timer = setTimeout(silent, START_LIMIT_MS);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      if (text === '') {
        clearTimeout(timer);
        timer = setTimeout(silent, CALL_LIMIT_MS);
      }
      text += chunk;
    });
    child.once('error', ({ message }) => end({ kind: 'failed', reason: message }));
    child.once('close', () => end(readAnswer(text)));
    // A process that has ended early says so by its end.
    child.stdin?.on('error', () => undefined).end(JSON.stringify(request));
  });
}

function readAnswer(text: string): KeychainAnswer {
  try {
    const content: unknown = JSON.parse(text);
    if (isRecord(content)) {
      const { kind, secret, reason } = content;
      if (kind === 'done') return { kind, secret: typeof secret === 'string' ? secret : undefined };
      if ((kind === 'no_package' || kind === 'failed') && typeof reason === 'string') return { kind, reason };
    }
  } catch {
    // It ended before it had an answer.
  }
  return { kind: 'failed', reason: 'the process that asks it has ended without an answer' };
}

/** `unavailable`: nothing is lost, and the same command works as soon as there is a keychain that answers. */
function failure(outcome: Exclude<Outcome, { kind: 'done' }>): CliError {
  switch (outcome.kind) {
    case 'silent':
      return new CliError('unavailable', `the keychain gave no answer within ${CALL_LIMIT_MS / 1_000} s`, {
        hint: 'unlock it, or answer its question on the screen, and run the command again',
      });
    case 'no_package':
      return new CliError('unavailable', 'the keychain needs the package @napi-rs/keyring, which is not installed here', {
        hint: { say: 'install it', command: { program: 'npm', words: ['install', '--global', '@napi-rs/keyring@2'] } },
        cause: outcome.reason,
      });
    case 'failed':
      if (/\b(un)?lock|dismissed|interaction/i.test(outcome.reason)) {
        return new CliError('unavailable', `the keychain is locked (${outcome.reason})`, {
          hint: 'unlock it and run the command again',
        });
      }
      return new CliError('unavailable', `the keychain cannot be used (${outcome.reason})`, {
        hint: 'start one, such as GNOME Keyring or KWallet, and run the command again where it can be reached',
      });
  }
}
