import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { helpWith, isLikeId } from '../hint.ts';
import type { Config, KnownOrganizations } from '../storage/config.ts';
import type { ContextFile } from './context-file.ts';
import { checkedProfileName, type Profile, type ProfileChoice, profileName } from './profile.ts';

/**
 * What a command does to what is there: one that changes it says which of its names come from a `.flowkiwi.json`, and one that deletes takes
 * none from it.
 */
export type Effect = 'reads' | 'changes' | 'deletes';

export interface PinOptions {
  readonly file: ContextFile;
  readonly effect: Effect;
  /** Says something to know. */
  readonly notice: (text: string) => Promise<void>;
}

/** The profile of a file, where no flag and no variable names one. Throws `usage` for a command that deletes and would use another one without it, and for a name that is none there. */
export function pinnedProfile(
  { file: { path, profile: name }, effect }: Pick<PinOptions, 'file' | 'effect'>,
  { env, config }: { readonly env: Environment; readonly config: Config | undefined },
): ProfileChoice {
  const usual: ProfileChoice = { profile: undefined };
  if (name === undefined || profileName(usual, env, config) === name) return usual;
  // The file may be anybody's words, as in a clone: of a name that is no profile nothing is suggested.
  if (effect === 'deletes') throw notFromFile('profile', path, ['--profile', checkedProfileName(name, config, path)]);
  return { ...usual, pinned: { name, file: path } };
}

/** The organization of a file, as it takes the place of the current one. */
export interface PinnedOrganization {
  readonly file: string;
  /** Its id, as far as the profile knows it. */
  readonly id: (stored: KnownOrganizations) => string | undefined;
  /** Its id, for a command to work in. Throws `usage` when the profile does not know it, or a command deletes and another one is current; `conflict` when the name is that of several. */
  readonly take: (stored: KnownOrganizations) => Promise<string>;
}

/** Undefined where the file names none, or where something else chooses another profile or server than the one that it is about. */
export function pinnedOrganization(
  { file: { path, profile: pinned, organization }, effect, notice }: PinOptions,
  { profile, env }: { readonly profile: Profile; readonly env: Environment },
): PinnedOrganization | undefined {
  if (organization === undefined || (pinned !== undefined && pinned !== profile.name) || env['FLOWKIWI_URL']) return undefined;
  const meant = ({ known }: KnownOrganizations) => {
    const byId = known.filter(({ id }) => id === organization);
    return byId.length > 0 ? byId : known.filter(({ name, cut }) => !cut && name === organization);
  };
  return {
    file: path,
    id: (stored) => meant(stored)[0]?.id,
    take: async (stored) => {
      const [found, ...others] = meant(stored);
      if (found === undefined) throw unknown(organization, path, profile.name);
      if (others.length > 0) {
        throw new CliError(
          'conflict',
          `${JSON.stringify(organization)}, which ${path} names, is the name of ${others.length + 1} organizations`,
          {
            hint: 'write the id of the one you mean into the file',
          },
        );
      }
      if (stored.current === found.id) return found.id;
      if (effect === 'deletes') throw notFromFile('organization', path, ['--org', isLikeId(found.id) ? found.id : 'ID']);
      if (effect === 'changes') await notice(`Using organization ${found.name} (${found.id}), as ${path} says`);
      return found.id;
    },
  };
}

function unknown(organization: string, path: string, profile: string): CliError {
  return new CliError('usage', `profile ${profile} knows no organization ${JSON.stringify(organization)}, which ${path} names`, {
    hint: isLikeId(organization)
      ? helpWith('read it once, and the profile knows it', 'org', 'get', organization)
      : helpWith('to see those that it knows', 'org', 'list'),
  });
}

function notFromFile(what: string, path: string, flag: readonly [string, string]): CliError {
  return new CliError('usage', `what deletes takes no ${what} from ${path}`, { hint: `name it: ${flag.join(' ')}` });
}
