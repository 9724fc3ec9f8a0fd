import { CliError } from '../errors.ts';
import { helpWith, isLikeId } from '../hint.ts';
import type { KnownOrganization, KnownOrganizations } from '../storage/config.ts';
import type { KnownOrganizationsStore } from '../storage/known-organizations.ts';
import { LONGEST_NAME, shortName } from '../storage/short-name.ts';
import type { PinnedOrganization } from './pins.ts';
import type { Profile } from './profile.ts';

/**
 * The organizations that a profile knows. Identity publishes no listing, so what was created or read is remembered; by API
 * URL, because `FLOWKIWI_URL` can point the same profile at another server.
 */
export interface Organizations {
  /** Known ones and the current one, as they are stored. */
  readonly read: () => Promise<KnownOrganizations>;
  /** Id of the organization that `given` means: itself, or the only known one of that whole name. Throws `conflict` when there are several. */
  readonly resolve: (given: string) => Promise<string>;
  /** Known ones that may have exactly this name: of those with a name that was cut, its beginning is compared. */
  readonly named: (name: string) => Promise<readonly KnownOrganization[]>;
  /** Whether the server was new when it got known here, as that of `sandbox exec` is: what is not known is not there. */
  readonly isServerNew: () => Promise<boolean>;
  /** Id of the organization a command works in: `given`, else what `current` gives. Throws `usage` when there is neither, and as `current` does. */
  readonly target: (given: string | undefined) => Promise<string>;
  /** Id of the organization a command works in when none is given: that of `.flowkiwi.json`, else the current one. Throws as `PinnedOrganization.take`. */
  readonly current: () => Promise<string | undefined>;
  /** The same to be shown only, as far as it is known, and where it is from. */
  readonly shownCurrent: () => Promise<{ readonly id: string | undefined; readonly file: string | undefined }>;
  /** Remembers an organization, with `use` also as the current one. A file that cannot be written is a warning, no failure. */
  readonly remember: (organization: SeenOrganization, options: { readonly use: boolean }) => Promise<void>;
  /** Remembers many that are new, at once. A file that cannot be written is a warning, no failure. */
  readonly rememberNew: (organizations: readonly SeenOrganization[]) => Promise<void>;
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
  readonly store: KnownOrganizationsStore;
  /** What takes the place of the current one. */
  readonly pinned: () => Promise<PinnedOrganization | undefined>;
  /** Whether there is a credential: without one, nothing can be created yet. */
  readonly hasCredential: () => Promise<boolean>;
  readonly warn: (message: string) => void;
}

export function organizations({ profile, store, pinned, hasCredential, warn }: OrganizationsOptions): Organizations {
  const at = { profile: profile.name, url: profile.url.href };
  const read = () => store.read(at);

  async function resolve(given: string): Promise<string> {
    if (given.trim() === '') throw new CliError('usage', 'the organization is empty', { hint: 'give an id or a name with --org' });
    const { known } = await read();
    if (known.some(({ id }) => id === given)) return given;
    const named = known.filter(({ name, cut }) => !cut && name === given);
    if (named.length > 1) {
      throw new CliError('conflict', `${JSON.stringify(given)} names ${named.length} organizations`, {
        hint: `give the id of the one you mean: ${named.map(({ id }) => (isLikeId(id) ? id : 'ID')).join(', ')}`,
      });
    }
    return named[0]?.id ?? given;
  }

  async function current(): Promise<string | undefined> {
    const pin = await pinned();
    return pin === undefined ? store.current(at) : pin.take(await read());
  }

  async function target(given: string | undefined): Promise<string> {
    const id = given === undefined ? await current() : await resolve(given);
    if (id !== undefined) return id;
    throw new CliError('usage', 'no organization is given, and none is current', {
      hint: (await hasCredential())
        ? helpWith('name one with --org, or create one', 'org', 'create', 'Acme Corp')
        : helpWith(`sign in first (profile ${profile.name})`, 'login'),
    });
  }

  async function orWarn(failure: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      warn(`${failure}: ${error.message}`);
    }
  }

  /** Writes what is new of it. */
  async function add({ id, name, cut }: SeenOrganization, { use }: { readonly use: boolean }): Promise<void> {
    const { current, known } = await read();
    const remembered = known.find((other) => other.id === id);
    const entry = shortened(name === null ? (remembered ?? { id, name: '' }) : { id, name, ...(cut !== undefined && { cut }) });
    if (remembered?.name !== entry.name || remembered.cut !== entry.cut) await store.remember(at, entry);
    if (use && current !== id) await store.use(at, id);
    const pin = use ? await pinned() : undefined;
    if (pin && pin.id({ current, known }) !== id) warn(`commands here use another organization, which ${pin.file} names`);
  }

  async function drop(id: string): Promise<void> {
    const { current, known } = await read();
    if (current === id) await store.use(at, undefined);
    if (known.some((other) => other.id === id)) await store.forget(at, id);
  }

  async function leave(): Promise<void> {
    if ((await store.current(at)) !== undefined) await store.use(at, undefined);
  }

  return {
    read,
    resolve,
    named: async (name) => (await read()).known.filter((one) => one.name === (one.cut ? shortName(name) : name)),
    isServerNew: async () => store.isServerNew(at.url),
    target,
    current,
    shownCurrent: async () => {
      const pin = await pinned();
      if (pin === undefined) return { id: await store.current(at), file: undefined };
      return { id: pin.id(await read()), file: pin.file };
    },
    remember: (organization, options) => orWarn('the organization is not remembered', () => add(organization, options)),
    rememberNew: (many) =>
      orWarn('the organizations are not remembered', () =>
        store.rememberAll(
          at,
          many.map(({ id, name }) => shortened({ id, name: name ?? '' })),
        ),
      ),
    use: (organization) => add(organization, { use: true }),
    leave: () => orWarn('the current organization stays the current one', leave),
    drop,
    forget: (id) => orWarn('the organization is still remembered', () => drop(id)),
  };
}

/** What is remembered of an organization. Throws `invalid` for an id that is longer than names are. */
function shortened({ id, name, cut }: KnownOrganization): KnownOrganization {
  if (id.length > LONGEST_NAME) {
    throw new CliError('invalid', `its id has ${id.length} characters`, {
      hint: 'check that the URL is that of the API',
    });
  }
  return { id, name: shortName(name), ...((cut || name.length > LONGEST_NAME) && { cut: true }) };
}
