import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { isCliError } from '../../errors.ts';
import type { Revocation } from '../../oauth/revoke.ts';
import type { StoredCredential } from '../../storage/credentials.ts';
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
    const profile = await context.profile();
    const stored = [...((await context.credentials.read()) ?? [])].filter(([name]) => all || name === profile.name);
    await context.credentials.update((credentials) => {
      const rest = new Map(credentials);
      for (const [name] of stored) rest.delete(name);
      return rest;
    });
    const ended = await Promise.all(
      stored.map(async ([name, credential]) => ({ profile: name, revocation: await revoke(context, profile, credential) })),
    );
    if (context.edges.env['FLOWKIWI_TOKEN']) await context.messages.warning('FLOWKIWI_TOKEN is still set: commands go on using it');
    return valueResult(ended, '', { success: ended.map(sentence).join('; ') || `Nobody was signed in (profile ${profile.name})` });
  },
});

function sentence({ profile, revocation }: { readonly profile: string; readonly revocation: Revocation }): string {
  const server = {
    revoked: 'the session is revoked at the server too',
    failed: 'the server could not be told, there the session lasts until it expires',
    nothing_to_revoke: 'the server has nothing to revoke',
  }[revocation];
  return `Signed out of profile ${profile}: deleted here, ${server}`;
}

async function revoke({ http, edges }: Context, profile: Profile, credential: StoredCredential): Promise<Revocation> {
  const { issuer, clientId, accessToken, refreshToken, url } = credential;
  if (issuer === undefined) return 'nothing_to_revoke';
  const { clock, interruption: signal } = edges;
  try {
    const [{ discoverAuthorizationServer }, { revokeTokens }] = await Promise.all([
      import('../../oauth/discovery.ts'),
      import('../../oauth/revoke.ts'),
    ]);
    const server = await discoverAuthorizationServer({ http, apiUrl: new URL(url), issuer, signal });
    if (!server) return 'failed';
    return await revokeTokens({
      server,
      clientId: clientId ?? profile.clientId,
      http,
      clock,
      signal,
      tokens: { accessToken, refreshToken },
    });
  } catch (error) {
    if (isCliError(error) && !signal.aborted) return 'failed';
    throw error;
  }
}
