import type { Context } from '../../context/context.ts';
import { profileName, profileNames, resolveProfile } from '../../context/profile.ts';
import type { CommandLine } from '../../hint.ts';
import { askIfMissing } from '../kit/ask.ts';

/** PROFILE as a command line gives it, else the one that a person chooses of those that there are. Throws `usage` without an interactive terminal. */
export async function profileGiven(context: Context, given: string | undefined, example: CommandLine): Promise<string> {
  const chosen = given ?? (await chooseProfile(context));
  return askIfMissing(context, chosen, { kind: 'setting', what: 'PROFILE', example, message: 'Name of the profile:' });
}

async function chooseProfile({ prompter, config: file, edges, profileChoice }: Context): Promise<string | undefined> {
  if (!prompter) return undefined;
  const config = await file.read();
  return prompter.choose({
    message: 'Profile:',
    choices: profileNames(config).map((name) => ({ value: name, name, detail: resolveProfile({ profile: name }, {}, config).url.origin })),
    default: profileName(await profileChoice(), edges.env, config),
  });
}
