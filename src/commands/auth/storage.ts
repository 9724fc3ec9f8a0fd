import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi, helpWith } from '../../hint.ts';
import type { View } from '../../output/view.ts';
import { type CredentialStorage, STORAGES, storageOf } from '../../storage/config.ts';
import { isSealed } from '../../storage/credential.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { keyLeft } from './end-session.ts';

export const authStorage = defineCommand({
  name: 'storage',
  summary: 'show or choose where the credential is kept: a file, or the system keychain',
  description:
    'Moves the credential of the profile, and chooses the place of later ones. In the place "file" it is in credentials.json, readable by ' +
    'you alone. In the place "keyring" its secrets are encrypted there with a key that is in the keychain of the system: the Secret Service on ' +
    'Linux, Keychain on macOS, Credential Manager on Windows. Without a word: shows where it is.',
  arguments: [{ name: 'storage', kind: 'setting', summary: STORAGES.join(' or '), choices: STORAGES }],
  examples: ['flowkiwi auth storage', 'flowkiwi auth storage keyring', 'flowkiwi --profile sandbox auth storage file'],
  printsResource: true,
  exits: ['invalid', 'auth', 'unavailable', 'interrupted'],
  data: both(() => objectOf(storageView)),
  effect: 'changes',
  org: both('ignored'),
}).run(
  both(async (context, { args: [given] }) => {
    context.printer.check(storageView);
    if (given === undefined) return recordResult(storageView, await readReport(context));
    const to = checkedStorage(given);
    const { edges, config, credentials, vault, messages } = context;
    const { name } = await context.profile();
    const { moveCredential } = await import('../../context/credential-move.ts');
    const move = await moveCredential({ edges, config, credentials, vault, profile: name }, to);
    if (move?.left !== undefined) await messages.warning(keyLeft(move.left));
    const report = await readReport(context);
    const success = move
      ? `Moved the credential of profile ${name} to ${PLACES[to]}`
      : `Credentials of profile ${name} are kept in ${PLACES[to]}`;
    const next = report.credential === null ? flowkiwi('login') : flowkiwi('auth', 'status');
    return recordResult(storageView, report, { success, next });
  }),
);

/** Where credentials of a profile are. No secrets. */
interface StorageReport {
  readonly profile: string;
  /** Where the next one is stored. */
  readonly storage: CredentialStorage;
  /** Where the present one is; null when there is none. */
  readonly credential: CredentialStorage | null;
  readonly path: string;
  /** Account of the service `flowkiwi` in the keychain that has its key. */
  readonly keychain_account: string | null;
}

const PLACES: Readonly<Record<CredentialStorage, string>> = {
  file: 'the file credentials.json',
  keyring: 'credentials.json, sealed with a key from the keychain',
};

async function readReport({ profile, config, credentials }: Context): Promise<StorageReport> {
  const { name } = await profile();
  const entry = (await credentials.read())?.get(name);
  const isInKeyring = entry !== undefined && isSealed(entry);
  return {
    profile: name,
    storage: storageOf(await config.read(), name),
    credential: entry === undefined ? null : isInKeyring ? 'keyring' : 'file',
    path: credentials.path,
    keychain_account: isInKeyring ? entry.sealed.account : null,
  };
}

function checkedStorage(given: string): CredentialStorage {
  const storage = STORAGES.find((known) => known === given);
  if (storage !== undefined) return storage;
  throw new CliError('usage', `a credential cannot be kept in ${JSON.stringify(given)}`, {
    hint: helpWith('the places are file and keyring', 'auth', 'storage', 'keyring'),
  });
}

const storageView: View<StorageReport> = {
  kind: 'storage',
  fields: [
    { name: 'profile', heading: 'Profile', type: 'string', table: true, text: ({ profile }) => profile },
    { name: 'storage', heading: 'Credentials in', type: 'string', table: true, text: ({ storage }) => storage },
    { name: 'credential', heading: 'The present one in', table: true, text: ({ credential }) => credential ?? '' },
    { name: 'path', heading: 'File', type: 'string', table: true, keep: true, text: ({ path }) => path },
    {
      name: 'keychain_account',
      heading: 'Key in the keychain',
      table: false,
      keep: true,
      text: ({ keychain_account }) => keychain_account ?? '',
    },
  ],
  id: ({ profile }) => profile,
  json: (report) => ({ ...report }),
};
