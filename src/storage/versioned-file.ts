import { existsSync, lstatSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decoded } from '../decoded-text.ts';
import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import { canBeMade, makePrivateDirectory } from '../files/private-directory.ts';
import { withTrustedFile } from '../files/trusted-place.ts';
import { type Help, moveAway } from '../hint.ts';
import { isRecord, parseJson } from '../record.ts';
import { fileFailure } from './file-failure.ts';
import { guardedFile } from './guarded-file.ts';

/** Where the files of a user are, and what they need from outside. */
export interface StoreOptions {
  /** Folder of the files; made (0700) when something is first written. */
  readonly directory: string;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  /** Told of what was wrong with a file and is repaired. */
  readonly warn: (text: Help) => void;
  /** Does work before which others may have to be waited for; named in the imperative, for a person who waits. */
  readonly during?: (<T>(action: string, work: () => Promise<T>) => Promise<T>) | undefined;
}

/** The format that this version writes. A file with a higher number was written by a newer flowkiwi. */
export const FORMAT_VERSION = 1;

/** Locks are taken in less time than this. */
const LEFT_ASIDE_MS = 60_000;

export interface FileOptions<T> {
  readonly directory: string;
  /** File name without `.json`. */
  readonly name: string;
  /** Whether there are secrets in it, so that one which others can read and which cannot be closed to them is worth a warning. */
  readonly isSecret: boolean;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  /** Checks the content. Undefined means that it is not of the expected form. */
  readonly read: (content: Readonly<Record<string, unknown>>) => T | undefined;
  /** The inverse of `read`, without the version. */
  readonly write: (value: T) => Readonly<Record<string, unknown>>;
  /** Told of what was wrong with the file and is repaired. */
  readonly warn: (text: Help) => void;
  /** As of a store. */
  readonly during?: StoreOptions['during'];
}

/**
 * A JSON file that several processes share: whole or absent at any moment (written to the side, then renamed), readable by
 * its owner only, changed under a lock so that no writer loses another's change. Never creates anything on a mere read.
 */
export interface VersionedFile<T> {
  readonly path: string;
  /** Content, or undefined when there is no file. Throws `invalid` for a file that is corrupt, unreadable, too new or somebody else's. */
  readonly read: () => Promise<T | undefined>;
  /**
   * Reads, changes and writes under the lock. Throws `invalid` as `read` does and when nothing may be written here, and `unavailable` when
   * the lock is not to be had or the disk is full.
   */
  readonly update: (change: Change<T>) => Promise<void>;
  /**
   * Throws what `update` would throw because of the disk, the folder or the file, without changing its content: for what must not be lost once
   * it is had, such as a refresh token that replaces another.
   */
  readonly assertWritable: () => Promise<void>;
  /** Takes the whole file away, without the lock: what can still be done on a disk that is full. Throws `invalid`. */
  readonly remove: () => void;
}

/** Makes the new content of a file from the present one, which nobody else changes meanwhile. */
export type Change<T> = (current: T | undefined) => T | Promise<T>;

/** How much longer than the file its next content may be, in bytes. */
const ROOM_TO_GROW = 16 * 1024;

export function versionedFile<T>(options: FileOptions<T>): VersionedFile<T> {
  const { directory, name, clock, during = (_, work) => work() } = options;
  const path = join(directory, `${name}.json`);
  const guarded = guardedFile({ ...options, path });

  async function open() {
    const { default: Conf } = await import('conf');
    return new Conf<Record<string, unknown>>({
      cwd: directory,
      configName: name,
      projectName: 'flowkiwi',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      clearInvalidConfig: false,
      serialize: (content) => `${JSON.stringify(content, undefined, 2)}\n`,
      // It reads the file as UTF-8, whatever it is.
      deserialize: () => guarded.read((content) => parse(content, path)) ?? {},
    });
  }

  const read = async () =>
    guarded.read((content) => {
      const value = options.read(parse(content, path));
      if (value === undefined) throw corrupt(path);
      return value;
    });

  /**
   * What a process left that was killed before it could rename its file, or its lock; under the lock there is no other writer. What is
   * something else under such a name stays.
   */
  async function removeRemains(): Promise<void> {
    const [{ isLeftAside, removeAside }, { removeTemporary }] = await Promise.all([
      import('../files/lock.ts'),
      import('../files/private-file.ts'),
    ]);
    for (const file of readdirSync(directory)) {
      const remains = join(directory, file);
      if (file.startsWith(`${name}.json.tmp-`)) removeTemporary(remains);
      if (isLeftAside(file) && isOld(remains)) removeAside(remains);
    }
  }

  function isOld(remains: string): boolean {
    return clock.now() - (lstatSync(remains, { throwIfNoEntry: false })?.mtimeMs ?? 0) > LEFT_ASIDE_MS;
  }

  async function update(change: Change<T>): Promise<void> {
    await underLock(async () => {
      const content = options.write(await change(await read()));
      await removeRemains();
      (await open()).store = { version: FORMAT_VERSION, ...content };
    });
  }

  async function assertWritable(): Promise<void> {
    // A folder that can be made is made when there is something to put into it.
    if (!existsSync(directory) && canBeMade(directory)) return;
    await underLock(async () => {
      // A file that is not ours is not replaced by itself either.
      await read();
      await removeRemains();
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      const { assertRoom } = await import('../files/private-file.ts');
      assertRoom(path, size + ROOM_TO_GROW);
      // Not every file can be replaced in a folder that can be written: one that is mounted by itself cannot.
      if (size > 0) await replaceByItself();
    });
  }

  async function replaceByItself(): Promise<void> {
    const file = await open();
    const content = file.store;
    file.store = content;
  }

  /** Runs `work` as the only writer of the file. */
  async function underLock(work: () => Promise<void>): Promise<void> {
    try {
      makePrivateDirectory(directory);
      guarded.guardFolder();
      const { withLock, RECOVERY_WAIT_MS } = await import('../files/lock.ts');
      const done = await during(`wait to write ${name}.json`, () => withLock(`${path}.lock`, { waitMs: RECOVERY_WAIT_MS, clock }, work));
      if (!done) {
        throw new CliError('unavailable', `another flowkiwi is writing ${path}`, { hint: 'run the command again' });
      }
    } catch (error) {
      throw fileFailure(error, path, 'write');
    }
  }

  function remove(): void {
    try {
      if (guarded.isThere()) {
        guarded.guardFolder();
        withTrustedFile(path, () => undefined);
      }
      // What a link leads to is what has to go.
      rmSync(existsSync(path) ? realpathSync(path) : path, { force: true });
    } catch (error) {
      throw fileFailure(error, path, 'write');
    }
  }

  return { path, read, update, assertWritable, remove };
}

function parse(bytes: Uint8Array, path: string): Record<string, unknown> {
  // An editor on Windows puts a byte order mark in front, and its older shell writes UTF-16.
  const content = parseJson(decoded(bytes) ?? '');
  if (!isRecord(content)) throw corrupt(path);
  assertFormat(content, path);
  if (content['version'] !== FORMAT_VERSION && Object.keys(content).length > 0) throw corrupt(path);
  return content;
}

/** Throws `invalid` when a newer flowkiwi has written the file. */
export function assertFormat({ version }: Readonly<Record<string, unknown>>, path: string): void {
  if (typeof version !== 'number' || version <= FORMAT_VERSION) return;
  throw new CliError('invalid', `${path} was written by a newer flowkiwi (format ${version}, this one knows ${FORMAT_VERSION})`, {
    hint: 'update flowkiwi, or name another folder in FLOWKIWI_CONFIG_DIR',
  });
}

function corrupt(path: string): CliError {
  return new CliError('invalid', `${path} is damaged: it is not what flowkiwi writes`, {
    hint: moveAway(path, 'nothing was overwritten; correct the file, or move it away'),
  });
}
