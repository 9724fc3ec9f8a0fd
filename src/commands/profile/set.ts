import { checkedProfileName, profileName, resolveProfile } from '../../context/profile.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import type { StoredProfile } from '../../storage/config.ts';
import { withProfile } from '../../storage/config.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { profileGiven } from './choose.ts';
import { checkKeyFile } from './key-file.ts';
import { profileReport, profileView } from './profile-report.ts';
import { CONNECTION_OPTIONS, connectionSettings } from './settings.ts';
import { changedProfile, UNSET } from './unset.ts';
import { checkSystemKey, ZITADEL_SETTINGS, zitadelSettings } from './zitadel-settings.ts';

export const profileSet = defineCommand({
  name: 'set',
  summary: 'change settings of a profile',
  description:
    'Changes what is given, and leaves the rest. --unset takes a setting away: it is the usual one again. An option that may be given ' +
    'several times replaces all of its values. A stored credential stays; it goes to no other server than its own. ' +
    'Where its secrets are kept is changed with auth storage.',
  arguments: [{ name: 'profile', kind: 'setting', summary: 'name of the profile' }],
  options: { unset: UNSET, ...CONNECTION_OPTIONS, ...ZITADEL_SETTINGS },
  examples: [
    'flowkiwi profile set work --issuer https://login.example --client-id 288934',
    'flowkiwi profile set work --scope openid --scope email',
    'flowkiwi profile set work --callback-port 8765',
    'flowkiwi profile set work --key-file onboarding.pem --client-id onboarding',
    'flowkiwi profile set work --unset callback-port --unset scope',
  ],
  printsResource: true,
  exits: ['invalid', 'unavailable'],
  data: both(() => objectOf(profileView)),
  effect: 'changes',
  org: both('ignored'),
}).run(
  both(async (context, { args: [given], options: { unset, ...flags } }) => {
    const { printer, config, credentials, edges, messages } = context;
    printer.check(profileView);
    const choice = await context.profileChoice();
    const name = await profileGiven(context, given, flowkiwi('profile', 'set', 'work', '--callback-port', '8765'));
    const before = await config.read();
    checkedProfileName(name, before);
    const provider = flags.provider ?? resolveProfile({ profile: name }, {}, before).provider;
    const { connection, notice } = connectionSettings(flags, provider, before?.profiles.get(name));
    await messages.change({ notice, warning: undefined });
    const settings: StoredProfile = {
      ...connection,
      ...zitadelSettings(provider, withSystemUser(flags, before?.profiles.get(name))),
    };
    if (Object.keys(settings).length === 0 && unset.length === 0) {
      throw new CliError('usage', 'nothing is given that would change the profile', {
        hint: { say: 'name a setting, as in', command: flowkiwi('profile', 'set', name, '--callback-port', '8765') },
      });
    }
    if (settings.keyFile !== undefined) await checkKeyFile(context, settings.keyFile);
    if (flags.systemKey !== undefined && settings.systemKey !== undefined) await checkSystemKey(context, settings.systemKey);
    await config.update((stored) => {
      checkedProfileName(name, stored);
      return withProfile(stored, name, (profile) => changedProfile(profile, settings, unset));
    });
    const stored = await config.read();
    const current = profileName(choice, edges.env, stored);
    const report = profileReport(name, { config: stored, credentials: await credentials.read(), current });
    return recordResult(profileView, report, { success: `Changed profile ${name} (${report.url})` });
  }),
);

type ZitadelFlags = Parameters<typeof zitadelSettings>[1];

/** The name and the key of a system user go together; the one that is not given is the one that the profile has. */
function withSystemUser(flags: ZitadelFlags, stored: StoredProfile = {}): ZitadelFlags {
  const { instanceHost, systemUser, systemKey, systemAudience } = flags;
  const isAboutIt = systemUser !== undefined || systemKey !== undefined || systemAudience !== undefined;
  if (!isAboutIt) return { instanceHost, systemUser, systemKey, systemAudience };
  return { instanceHost, systemUser: systemUser ?? stored.systemUser, systemKey: systemKey ?? stored.systemKey, systemAudience };
}
