import { checkedProfileName, isBuiltIn, profileNames } from '../../context/profile.ts';
import { flowkiwi, helpWith, withWordsFirst } from '../../hint.ts';
import type { Config } from '../../storage/config.ts';
import type { CredentialEntry } from '../../storage/credential.ts';
import { forgetKey } from '../auth/end-session.ts';
import { askIfMissing, confirmYes, mustConfirm } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { valueResult } from '../kit/result.ts';

export const profileRemove = defineCommand({
  name: 'remove',
  summary: 'remove a profile with its stored credential',
  description:
    'Deletes what is stored for the profile: its settings, the organizations it knows, and its credential, which is not revoked at ' +
    'the server (logout does that). A profile that is built in has its own values again. Asks first when a credential is stored; --yes answers.',
  arguments: [{ name: 'profile', kind: 'setting', summary: 'name of the profile' }],
  examples: ['flowkiwi profile remove work', 'flowkiwi profile remove work --yes'],
  exits: ['invalid', 'unavailable', 'interrupted'],
  data: both(() => objectWith({ name: 'string', built_in: 'boolean', credential_deleted: 'boolean' })),
  effect: 'deletes',
  org: both('ignored'),
}).run(
  both(async (context, { args: [given] }) => {
    const { config, credentials, knownOrganizations } = context;
    const known = await config.read();
    const name = await askIfMissing(context, given, {
      kind: 'setting',
      what: 'PROFILE',
      example: flowkiwi('profile', 'remove', 'work'),
      message: `Profile (${profileNames(known).join(', ')}):`,
    });
    checkedProfileName(name, known);
    const entry = (await credentials.read())?.get(name);
    const isSignedIn = entry !== undefined;
    if (isSignedIn) {
      const credential = `the credential of profile ${name}, which the server goes on accepting`;
      const logout = helpWith('to end the session there too, do this first', '--profile', name, 'logout');
      if (mustConfirm(context, `deleting ${credential},`, withWordsFirst('add --yes', logout))) {
        await context.messages.notice({ ...logout, say: capital(logout.say) });
        await confirmYes(context, `Delete ${credential}?`);
      }
      let removed: CredentialEntry = entry;
      await credentials.replace([name], (stored) => {
        removed = stored?.get(name) ?? entry;
        return without(stored, name);
      });
      await forgetKey(context, removed);
    }
    const wasCurrent = known?.currentProfile === name;
    await knownOrganizations.forgetAll(name);
    if (wasCurrent || known?.profiles.has(name)) await config.update((stored) => withoutProfile(stored, name));
    const what = isBuiltIn(name) ? `Reset profile ${name} to what is built in` : `Removed profile ${name}`;
    const credential = isSignedIn ? ' and its credential, which the server accepts until it expires' : '';
    const inUse = wasCurrent && name !== 'default' ? '; commands use profile default now' : '';
    return valueResult({ name, built_in: isBuiltIn(name), credential_deleted: isSignedIn }, [], { success: what + credential + inUse });
  }),
);

function withoutProfile(config: Config | undefined, name: string): Config {
  const currentProfile = config?.currentProfile === name ? undefined : config?.currentProfile;
  return { ...config, currentProfile, profiles: without(config?.profiles, name) };
}

function without<T>(entries: ReadonlyMap<string, T> | undefined, name: string): ReadonlyMap<string, T> {
  const rest = new Map(entries);
  rest.delete(name);
  return rest;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
