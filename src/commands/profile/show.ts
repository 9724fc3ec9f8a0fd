import { profileName, profileSources, resolveProfile } from '../../context/profile.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { reportOf, sourcedProfileView } from './profile-report.ts';

export const profileShow = defineCommand({
  name: 'show',
  summary: 'show a profile, and where each of its values comes from',
  description:
    'Shows what a command that uses the profile goes by: a flag wins over the environment, the environment over what was added, ' +
    'that over what is built in. Without a name: the profile that commands use now, and why it is that one.',
  arguments: [{ name: 'profile', kind: 'setting', summary: 'name of the profile; the one in use when absent' }],
  examples: ['flowkiwi profile show', 'flowkiwi profile show sandbox --json'],
  printsResource: true,
  exits: ['invalid'],
  data: both(() => objectOf(sourcedProfileView)),
  effect: 'reads',
  org: both('ignored'),
}).run(
  both(async ({ config: file, credentials: credentialsFile, edges, printer, profileChoice }, { args: [given] }) => {
    printer.check(sourcedProfileView);
    const config = await file.read();
    const { env } = edges;
    const choice = await profileChoice();
    const flags = given === undefined ? choice : { profile: given };
    const profile = resolveProfile(flags, env, config);
    const { profile: chosenBy, ...sources } = profileSources(flags, env, config);
    const current = profileName(choice, env, config);
    return recordResult(sourcedProfileView, {
      ...reportOf(profile, { config, credentials: await credentialsFile.read(), current }),
      sources: { profile: given === undefined ? chosenBy : 'the argument', ...sources },
    });
  }),
);
