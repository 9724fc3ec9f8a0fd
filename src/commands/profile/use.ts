import type { Context } from '../../context/context.ts';
import { checkedProfileName, type ProfileChoice, profileName } from '../../context/profile.ts';
import { flowkiwi } from '../../hint.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { profileGiven } from './choose.ts';
import { profileReport, profileView } from './profile-report.ts';

export const profileUse = defineCommand({
  name: 'use',
  summary: 'choose the profile that commands use',
  description: 'The chosen profile is used wherever neither --profile nor FLOWKIWI_PROFILE names another one.',
  arguments: [{ name: 'profile', kind: 'setting', summary: 'name of the profile' }],
  examples: ['flowkiwi profile use sandbox', 'flowkiwi profile use default'],
  printsResource: true,
  exits: ['invalid', 'unavailable'],
  data: both(() => objectOf(profileView)),
  effect: 'changes',
  org: both('ignored'),
}).run(
  both(async (context, { args: [given] }) => {
    const { printer, config, credentials } = context;
    printer.check(profileView);
    const choice = await context.profileChoice();
    const known = await config.read();
    const name = await profileGiven(context, given, flowkiwi('profile', 'use', 'sandbox'));
    checkedProfileName(name, known);
    await config.update((stored) => ({ profiles: new Map(), ...stored, currentProfile: checkedProfileName(name, stored) }));
    await warnOfOtherProfile(context, name, choice);
    const stored = await config.read();
    const current = profileName(choice, context.edges.env, stored);
    const report = profileReport(name, { config: stored, credentials: await credentials.read(), current });
    return recordResult(profileView, report, {
      success: `Commands use profile ${name} now (${report.url})`,
      next: report.signed_in ? flowkiwi('auth', 'status') : flowkiwi('login'),
    });
  }),
);

/** Says so when the environment, or a `.flowkiwi.json`, names another profile than the one that was chosen just now. */
export async function warnOfOtherProfile(
  { edges, messages }: Pick<Context, 'edges' | 'messages'>,
  name: string,
  { pinned }: ProfileChoice,
): Promise<void> {
  const other = edges.env['FLOWKIWI_PROFILE'];
  if (pinned && pinned.name !== name) {
    await messages.warning(`commands here use profile ${pinned.name}, not ${name}, as ${pinned.file} says`);
  }
  if (!other || other === name) return;
  await messages.warning(`FLOWKIWI_PROFILE is set: commands use profile ${other}, not ${name}, until it is unset`);
}
