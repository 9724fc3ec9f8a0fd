import { CliError } from '../errors.ts';
import type { ConfigFile, KnownOrganization, KnownOrganizations } from '../storage/config.ts';
import { withProfile } from '../storage/config.ts';
import { LONGEST_NAME, shortName } from '../storage/short-name.ts';
import type { Profile } from './profile.ts';

/**
 * The organizations that a profile knows. Identity publishes no listing, so what was created or read is remembered; by API
 * URL, because `FLOWKIWI_URL` can point the same profile at another server.
 */
export interface Organizations {
  /** Known ones and the current one. */
  readonly read: () => Promise<KnownOrganizations>;
  /** Id of the organization that `given` means: itself, or the only known one of that whole name. Throws `conflict` when there are several. */
  readonly resolve: (given: string) => Promise<string>;
  /** Id of the organization a command works in: `given`, else the current one. Throws `usage` when there is neither. */
  readonly target: (given: string | undefined) => Promise<string>;
  /** Remembers an organization, with `use` also as the current one. A file that cannot be written is a warning, no failure. */
  readonly remember: (organization: SeenOrganization, options: { readonly use: boolean }) => Promise<void>;
  /** Remembers an organization as the current one. Throws when the file cannot be written. */
  readonly use: (organization: SeenOrganization) => Promise<void>;
  /** Makes no organization the current one. A file that cannot be written is a warning, no failure. */
  readonly leave: () => Promise<void>;
  /** Forgets an organization that is gone, also as the current one. A file that cannot be written is a warning, no failure. */
  readonly forget: (id: string) => Promise<void>;
  /** The same for one that may still be there. Throws when the file cannot be written. */
  readonly drop: (id: string) => Promise<void>;
}

/** An organization as a server shows it; one without a name keeps the name that is remembered. */
export interface SeenOrganization {
  readonly id: string;
  readonly name: string | null;
  readonly cut?: boolean;
}

export interface OrganizationsOptions {
  readonly profile: Profile;
  readonly file: ConfigFile;
  readonly warn: (message: string) => void;
}

export function organizations({ profile, file, warn }: OrganizationsOptions): Organizations {
  const url = profile.url.href;

  async function read(): Promise<KnownOrganizations> {
    return (await file.read())?.profiles.get(profile.name)?.organizations?.[url] ?? NONE;
  }

  async function resolve(given: string): Promise<string> {
    if (given.trim() === '') throw new CliError('usage', 'the organization is empty', { hint: 'give an id or a name with --org' });
    const { known } = await read();
    if (known.some(({ id }) => id === given)) return given;
    const named = known.filter(({ name, cut }) => !cut && name === given);
    if (named.length > 1) {
      throw new CliError('conflict', `${JSON.stringify(given)} names ${named.length} organizations`, {
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
      hint: 'name one with --org, choose one with flowkiwi org use ORG, or make one: flowkiwi org create "Acme Corp"',
    });
  }

  function change(make: (organizations: KnownOrganizations) => KnownOrganizations): Promise<void> {
    return file.update((config) =>
      withProfile(config, profile.name, (stored) => ({
        ...stored,
        organizations: { ...stored.organizations, [url]: make(stored.organizations?.[url] ?? NONE) },
      })),
    );
  }

  async function orWarn(failure: string, action: Promise<void>): Promise<void> {
    try {
      await action;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      warn(`${failure}: ${error.message}`);
    }
  }

  async function isRemembered({ id, name, cut }: KnownOrganization, { use }: { readonly use: boolean }): Promise<boolean> {
    const { current, known } = await read();
    return known.some((other) => other.id === id && other.name === name && other.cut === cut) && (!use || current === id);
  }

  async function add({ id, name, cut }: SeenOrganization, options: { readonly use: boolean }): Promise<void> {
    const remembered = (await read()).known.find((other) => other.id === id) ?? { id, name: '' };
    const entry = shortened(name === null ? remembered : { id, name, ...(cut !== undefined && { cut }) });
    if (!(await isRemembered(entry, options))) await change((before) => added(before, entry, options));
  }

  async function drop(id: string): Promise<void> {
    const { current, known } = await read();
    if (current !== id && known.every((other) => other.id !== id)) return;
    await change((before) => ({
      current: before.current === id ? undefined : before.current,
      known: before.known.filter((other) => other.id !== id),
    }));
  }

  return {
    read,
    resolve,
    target,
    remember: (organization, options) => orWarn('the organization is not remembered', add(organization, options)),
    use: (organization) => add(organization, { use: true }),
    leave: async () => {
      if ((await read()).current === undefined) return;
      await orWarn(
        'the current organization stays the current one',
        change(({ known }) => ({ current: undefined, known })),
      );
    },
    drop,
    forget: (id) => orWarn('the organization is still remembered', drop(id)),
  };
}

const NONE: KnownOrganizations = { current: undefined, known: [] };

/** What is remembered of an organization. Throws `invalid` for an id that is longer than names are. */
function shortened({ id, name, cut }: KnownOrganization): KnownOrganization {
  if (id.length > LONGEST_NAME) {
    throw new CliError('invalid', `its id has ${id.length} characters`, {
      hint: 'check that the URL is that of the API',
    });
  }
  return { id, name: shortName(name), ...((cut || name.length > LONGEST_NAME) && { cut: true }) };
}

/** With the organization in its place, under its present name, or at the end. */
function added(
  { current, known }: KnownOrganizations,
  organization: KnownOrganization,
  { use }: { readonly use: boolean },
): KnownOrganizations {
  const place = known.findIndex((other) => other.id === organization.id);
  return {
    current: use ? organization.id : current,
    known: place === -1 ? [...known, organization] : known.with(place, organization),
  };
}
