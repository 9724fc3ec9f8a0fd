import { existsSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { decodedLeniently, encodingOf } from '../decoded-text.ts';
import { CliError } from '../errors.ts';
import { makePrivateDirectory } from '../files/private-directory.ts';
import { withTrustedFile } from '../files/trusted-place.ts';
import { isRecord, parseJson } from '../record.ts';
import { type Config, type ConfigFile, type KnownOrganization, type KnownOrganizations, withProfile } from './config.ts';
import { fileFailure } from './file-failure.ts';
import { guardedFile } from './guarded-file.ts';
import { assertFormat, FORMAT_VERSION, type StoreOptions } from './versioned-file.ts';

/** A profile at one server: the environment can point the same profile elsewhere. */
export interface KnownAt {
  readonly profile: string;
  /** Base URL of the API. */
  readonly url: string;
}

/**
 * The organizations that profiles know. Those are in `organizations.jsonl`, a line for each that gets known, gets another name or is
 * forgotten, so that many of them are many short appends, by as many processes as there are; the last line about one is true. Which of them
 * is current is in config.json.
 * All throw `invalid` for a file that is unreadable, too new or somebody else's, and those that write throw `unavailable` on a full disk.
 */
export interface KnownOrganizationsStore {
  /** Those of a profile, in the order in which they got known, and the current one. */
  readonly read: (at: KnownAt) => Promise<KnownOrganizations>;
  /** Id of the current one alone, which is found without reading thousands of others. */
  readonly current: (at: KnownAt) => Promise<string | undefined>;
  readonly remember: (at: KnownAt, organization: KnownOrganization) => Promise<void>;
  /** The same for many, in one write. */
  readonly rememberAll: (at: KnownAt, organizations: readonly KnownOrganization[]) => Promise<void>;
  readonly forget: (at: KnownAt, id: string) => Promise<void>;
  /** Forgets what a profile knows at every server, but for the current ones, which are settings of the profile. */
  readonly forgetAll: (profile: string) => Promise<void>;
  /** Whether the server was new when it got known here: it has nothing that is not known. */
  readonly isServerNew: (url: string) => boolean;
  /** Remembers that a server is new, for every profile. */
  readonly rememberNewServer: (url: string) => Promise<void>;
  /** Makes an organization the current one; undefined for none. */
  readonly use: (at: KnownAt, id: string | undefined) => Promise<void>;
}

/** That a server was new. */
interface NewServerLine {
  readonly url: string;
  readonly is_new: true;
}

/** A line. One without a name forgets the organization; one without an id, all of the profile. */
interface Line {
  readonly profile: string;
  readonly url?: string;
  readonly id?: string;
  readonly name?: string;
  readonly cut?: boolean;
  readonly forgotten?: true;
}

export function knownOrganizations(options: StoreOptions & { readonly config: ConfigFile }): KnownOrganizationsStore {
  const { directory, config } = options;
  const path = join(directory, 'organizations.jsonl');
  const guarded = guardedFile({ ...options, path, isSecret: false });

  function readAll(): readonly (Line | NewServerLine)[] {
    // What is behind the last line end is still being written.
    const texts = guarded.read((content) => decodedLeniently(content).split('\n').slice(0, -1)) ?? [];
    return texts.flatMap((text, index) => {
      const line = parseJson(text);
      if (isLine(line) || isNewServerLine(line)) return [line];
      if (isRecord(line) && line['version'] !== undefined) assertFormat(line, path);
      else if (text !== '') guarded.warnOnce(`${path} is damaged in line ${index + 1}, which is left out: correct the line, or delete it`);
      return [];
    });
  }

  async function append(lines: readonly (Line | NewServerLine)[]): Promise<void> {
    try {
      makePrivateDirectory(directory);
      guarded.guardFolder();
      assertUtf8(path);
      const { openAppendFile } = await import('../files/append-file.ts');
      const file = await openAppendFile(path);
      const header = file.isNew ? [{ version: FORMAT_VERSION }] : [];
      await file.append([...header, ...lines].map((line) => JSON.stringify(line))).finally(file.close);
    } catch (error) {
      throw fileFailure(error, path, 'write');
    }
  }

  /** Moves what earlier versions kept in config.json: it is here before it is no longer there, and no other process moves it meanwhile. */
  async function moveIn(): Promise<void> {
    if (!hasKnown(await config.read())) return;
    await config.update(async (stored) => {
      await append(linesIn(stored));
      return withoutKnown(stored);
    });
  }

  async function change(lines: readonly Line[]): Promise<void> {
    await moveIn();
    await append(lines);
  }

  return {
    read: async (at) => {
      const stored = await config.read();
      const known = new Map<string, KnownOrganization>();
      for (const line of [...linesIn(stored), ...readAll()]) if ('profile' in line) follow(line, at, known);
      return { current: currentIn(stored, at), known: [...known.values()] };
    },
    current: async (at) => currentIn(await config.read(), at),
    remember: (at, organization) => change([lineOf(at, organization)]),
    rememberAll: (at, many) => change(many.map((organization) => lineOf(at, organization))),
    forget: (at, id) => change([{ ...at, id, forgotten: true }]),
    forgetAll: async (profile) => {
      await moveIn();
      if (readAll().some((line) => 'profile' in line && line.profile === profile)) await append([{ profile, forgotten: true }]);
    },
    isServerNew: (url) => readAll().some((line) => 'is_new' in line && line.url === url),
    rememberNewServer: (url) => append([{ url, is_new: true }]),
    use: async ({ profile, url }, id) => {
      await moveIn();
      await config.update((stored) =>
        withProfile(stored, profile, ({ currentOrganizations = {}, ...settings }) => {
          const { [url]: _, ...others } = currentOrganizations;
          return { ...settings, currentOrganizations: id === undefined ? others : { ...others, [url]: id } };
        }),
      );
    },
  };
}

function lineOf(at: KnownAt, { id, name, cut }: KnownOrganization): Line {
  return { ...at, id, name, ...(cut && { cut }) };
}

/** Throws `invalid` for a file in another encoding than that of the lines which are added to it. */
function assertUtf8(path: string): void {
  if (!existsSync(path)) return;
  const start = Buffer.alloc(2);
  withTrustedFile(path, ({ descriptor }) => readSync(descriptor, start, 0, start.length, 0));
  if (encodingOf(start) === 'utf-8') return;
  throw new CliError('invalid', `${path} is in UTF-16, and lines are added to it in UTF-8`, { hint: 'save it as UTF-8' });
}

function isLine(value: unknown): value is Line {
  if (!isRecord(value) || typeof value['profile'] !== 'string') return false;
  const { url, id, name, cut } = value;
  return [url, id, name].every((text) => ['string', 'undefined'].includes(typeof text)) && (cut === undefined || typeof cut === 'boolean');
}

function isNewServerLine(value: unknown): value is NewServerLine {
  return isRecord(value) && typeof value['url'] === 'string' && value['is_new'] === true;
}

function currentIn(config: Config | undefined, { profile, url }: KnownAt): string | undefined {
  const { currentOrganizations, organizations } = config?.profiles.get(profile) ?? {};
  return currentOrganizations?.[url] ?? organizations?.[url]?.current;
}

/** Does to what is known of a profile at a server what a line says. */
function follow({ profile, url, id, name, cut }: Line, at: KnownAt, known: Map<string, KnownOrganization>): void {
  if (profile !== at.profile) return;
  if (url === undefined) known.clear();
  if (url !== at.url || id === undefined) return;
  if (name === undefined) known.delete(id);
  else known.set(id, { id, name, ...(cut && { cut }) });
}

function hasKnown(config: Config | undefined): boolean {
  return [...(config?.profiles.values() ?? [])].some(({ organizations }) => organizations !== undefined);
}

function linesIn(config: Config | undefined): readonly Line[] {
  return [...(config?.profiles ?? [])].flatMap(([profile, { organizations = {} }]) =>
    Object.entries(organizations).flatMap(([url, { known }]) => known.map((organization) => ({ profile, url, ...organization }))),
  );
}

function withoutKnown(config: Config | undefined): Config {
  const profiles = [...(config?.profiles ?? [])].map(([name, { organizations, ...settings }]): [string, typeof settings] => {
    if (organizations === undefined) return [name, settings];
    const currents = Object.entries(organizations).flatMap(([url, { current }]) => (current === undefined ? [] : [[url, current]]));
    return [name, { ...settings, currentOrganizations: { ...settings.currentOrganizations, ...Object.fromEntries(currents) } }];
  });
  return { currentProfile: config?.currentProfile, profiles: new Map(profiles) };
}
