import type { Environment } from '../environment.ts';
import type { Help } from '../hint.ts';
import { once } from '../once.ts';
import type { Messages } from '../output/messages.ts';
import type { ConfigFile } from '../storage/config.ts';
import { contextFilesAbove } from './context-files-above.ts';
import type { Effect, PinnedOrganization } from './pins.ts';
import { type Profile, type ProfileChoice, type ProfileFlags, resolveProfile } from './profile.ts';

/** The flags of a profile apart from its name. */
export type SettingFlags = Omit<ProfileFlags, keyof ProfileChoice>;

/** The profile of a run, and what a `.flowkiwi.json` in the folder or above says about it. */
export interface SelectedProfile {
  /** What names the profile besides the environment and the config file. Throws as `readContextFile` and `pinnedProfile` do. */
  readonly profileChoice: () => Promise<ProfileChoice>;
  /** The profile that the flags, the environment, a `.flowkiwi.json` and the config file select. Says once what was changed to understand it. */
  readonly profile: (flags?: SettingFlags) => Promise<Profile>;
  /** The organization that the file names; undefined when there is none. Throws as `pinnedOrganization` does. */
  readonly pinnedOrganization: () => Promise<PinnedOrganization | undefined>;
}

interface Selection {
  /** The profile that `--profile` names. */
  readonly named: string | undefined;
  readonly env: Environment;
  readonly config: ConfigFile;
  /** What the command does to what is there. */
  readonly effect: Effect;
  readonly messages: Messages;
  readonly warn: (text: Help) => void;
}

export function selectedProfile({ named, env, config, effect, messages, warn }: Selection): SelectedProfile {
  const contextFile = once(async () => {
    const paths = contextFilesAbove();
    return paths.length === 0 ? undefined : (await import('./context-file.ts')).readContextFile(paths, warn);
  });
  const profileChoice = once(async (): Promise<ProfileChoice> => {
    const file = named !== undefined || env['FLOWKIWI_PROFILE'] ? undefined : await contextFile();
    return file ? (await import('./pins.ts')).pinnedProfile({ file, effect }, { env, config: await config.read() }) : { profile: named };
  });
  const pinnedOrganization = once(async () => {
    const file = await contextFile();
    return (
      file && (await import('./pins.ts')).pinnedOrganization({ file, effect, notice: messages.notice }, { profile: await selected(), env })
    );
  });
  let isNoticed = false;
  const resolved = async (flags: SettingFlags) => {
    const choice = await profileChoice();
    const found = resolveProfile({ ...choice, ...flags }, env, await config.read());
    if (!isNoticed) await messages.change({ notice: found.notice, warning: undefined });
    if (!isNoticed && choice.pinned && effect === 'changes')
      await messages.notice(`Using profile ${found.name}, as ${choice.pinned.file} says`);
    isNoticed = true;
    return found;
  };
  const selected = once(() => resolved({}));
  const profile = (flags?: SettingFlags) => (flags ? resolved(flags) : selected());
  return { profileChoice, profile, pinnedOrganization };
}
