import type { Context } from '../../context/context.ts';
import { checkedProfileName, profileName } from '../../context/profile.ts';
import { revokeCredential } from '../../context/revocation.ts';
import { isCliError, withHint } from '../../errors.ts';
import type { Revocation } from '../../oauth/revoke.ts';
import type { Credentials, StoredCredential } from '../../storage/credentials.ts';
import { defineCommand } from '../command.ts';
import { flag } from '../option.ts';
import { valueResult } from '../result.ts';

export const authLogout = defineCommand({
  name: 'logout',
  shortcut: 'logout',
  summary: 'end the session: revoke it at the server, and delete it here in every case',
  options: { all: flag('--all', 'every profile') },
  examples: ['flowkiwi logout', 'flowkiwi logout --all'],
  exits: ['invalid'],
  run: async (context, { options: { all } }) => {
    const { credentials, edges, http, messages } = context;
    const name = all ? undefined : await chosenName(context);
    const names = name === undefined ? [...((await credentials.read())?.keys() ?? [])] : [name];
    const removed = await remove(context, names);
    if (name !== undefined && removed.length === 0) checkedProfileName(name, await context.config.read());
    const { clock, interruption: signal } = edges;
    const ended = await Promise.all(
      removed.map(async ([profile, credential]) => ({ profile, revocation: await revokeCredential({ http, clock, signal }, credential) })),
    );
    if (edges.env['FLOWKIWI_TOKEN']) await messages.warning('FLOWKIWI_TOKEN is still set: commands go on using it');
    const nobody = `Nobody was signed in${name === undefined ? '' : ` (profile ${name})`}`;
    return valueResult(ended, '', { success: ended.map(sentence).join('; ') || nobody });
  },
});

/** The name of the profile is all that is needed of it: a credential can be deleted whatever is wrong with the rest. */
async function chosenName({ options, edges: { env }, config }: Context): Promise<string> {
  const given = options.profile ?? env['FLOWKIWI_PROFILE'];
  if (given) return given;
  try {
    return profileName(undefined, env, await config.read());
  } catch (error) {
    if (!isCliError(error)) throw error;
    throw withHint(
      error,
      `${error.hint}; to sign out before that, name the profile (flowkiwi --profile NAME logout) or all: flowkiwi logout --all`,
    );
  }
}

/** Deletes the credentials of these profiles, and resolves to what was deleted. */
async function remove({ credentials }: Context, names: readonly string[]): Promise<readonly (readonly [string, StoredCredential])[]> {
  let before: Credentials = new Map();
  await credentials.replace(names, (stored = new Map()) => {
    before = stored;
    return new Map([...stored].filter(([name]) => !names.includes(name)));
  });
  return [...before].filter(([name]) => names.includes(name));
}

function sentence({ profile, revocation }: { readonly profile: string; readonly revocation: Revocation }): string {
  const server = {
    revoked: 'the session is revoked at the server too',
    failed: 'the server could not be told, there the session lasts until it expires',
    nothing_to_revoke: 'the server has nothing to revoke',
  }[revocation];
  return `Signed out of profile ${profile}: deleted here, ${server}`;
}
