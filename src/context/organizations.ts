import { CliError } from '../errors.ts';
import type { ConfigFile, KnownOrganization, KnownOrganizations } from '../storage/config.ts';
import { withProfile } from '../storage/config.ts';
import type { Profile } from './profile.ts';

/**
 * The organizations that a profile knows. Identity publishes no listing, so what was created or read is remembered; by API
 * URL, because `FLOWKIWI_URL` can point the same profile at another server.
 */
export interface Organizations {
  /** Known ones and the current one. */
  readonly read: () => Promise<KnownOrganizations>;
  /** Id of the organization that `given` means: itself, or the only known one of that name. Throws `usage` when there are several. */
  readonly resolve: (given: string) => Promise<string>;
  /** Id of the organization a command works in: `given`, else the current one. Throws `usage` when there is neither. */
  readonly target: (given: string | undefined) => Promise<string>;
  /** Remembers an organization, by default also as the current one. A file that cannot be written is a warning, no failure. */
  readonly remember: (organization: KnownOrganization, options: { readonly use: boolean }) => Promise<void>;
}

export interface OrganizationsOptions {
  readonly profile: Profile;
  readonly file: ConfigFile;
  readonly warn: (message: string) => void;
}

export function organizations({ profile, file, warn }: OrganizationsOptions): Organizations {
  const url = profile.url.href;

  async function read(): Promise<KnownOrganizations> {
    return (await file.read())?.profiles.get(profile.name)?.organizations?.[url] ?? { current: undefined, known: [] };
  }

  async function resolve(given: string): Promise<string> {
    if (given.trim() === '') throw new CliError('usage', 'the organization is empty', { hint: 'give an id or a name with --org' });
    const { known } = await read();
    if (known.some(({ id }) => id === given)) return given;
    const named = known.filter(({ name }) => name === given);
    if (named.length > 1) {
      throw new CliError('usage', `${JSON.stringify(given)} names ${named.length} organizations`, {
        hint: `give the id of the one you mean: ${named.map(({ id }) => id).join(', ')}`,
      });
    }
    return named[0]?.id ?? given;
  }

  async function target(given: string | undefined): Promise<string> {
    if (given !== undefined) return resolve(given);
    const { current } = await read();
    if (current !== undefined) return current;
    throw new CliError('usage', 'no organization is given, and none is current', {
      hint: 'name one with --org or FLOWKIWI_ORG, or make one: flowkiwi org create "Acme Corp"',
    });
  }

  async function remember({ id, name }: KnownOrganization, { use }: { readonly use: boolean }): Promise<void> {
    const before = await read();
    if (before.known.some((known) => known.id === id && known.name === name) && (!use || before.current === id)) return;
    const add = ({ current, known }: KnownOrganizations): KnownOrganizations => ({
      current: use ? id : current,
      known: [...known.filter((other) => other.id !== id), { id, name }],
    });
    try {
      await file.update((config) =>
        withProfile(config, profile.name, (stored) => ({
          ...stored,
          organizations: { ...stored.organizations, [url]: add(stored.organizations?.[url] ?? { current: undefined, known: [] }) },
        })),
      );
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      warn(`the organization is not remembered: ${error.message}`);
    }
  }

  return { read, resolve, target, remember };
}
