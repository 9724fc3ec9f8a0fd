import { profileName, profileNames } from '../../context/profile.ts';
import { defineCommand } from '../kit/command.ts';
import { listOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { listResult } from '../kit/result.ts';
import { profileReport, profileView } from './profile-report.ts';

export const profileList = defineCommand({
  name: 'list',
  summary: 'list the profiles, and who is signed in with each',
  description:
    'Lists the profiles that are built in and those that were added, as they are stored: variables of the environment change none.',
  examples: ['flowkiwi profile list', 'flowkiwi profile list --fields name,url,user --json'],
  exits: ['invalid'],
  data: both(() => listOf(profileView)),
  effect: 'reads',
  org: both('ignored'),
}).run(
  both(async ({ config: file, credentials: credentialsFile, edges, printer, profileChoice }) => {
    printer.check(profileView);
    const [config, credentials] = [await file.read(), await credentialsFile.read()];
    const current = profileName(await profileChoice(), edges.env, config);
    return listResult(
      profileView,
      profileNames(config).map((name) => profileReport(name, { config, credentials, current })),
    );
  }),
);
