import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Clock } from '../edges.ts';
import { hasErrorCode } from '../error-code.ts';
import { CliError, isCliError, withHint } from '../errors.ts';
import { isHeldByTheLiving, type Lock, RECOVERY_WAIT_MS, takeLock } from '../files/lock.ts';
import { makePrivateDirectory } from '../files/private-directory.ts';
import { assertTrusted, assertTrustedLinks, assertTrustedOrAbsent } from '../files/trusted-place.ts';
import { moveAway } from '../hint.ts';
import { loadBinding } from './sqlite/binding.ts';
import type { Binding, Connection, Row } from './sqlite/connection.ts';
import { type FileCheck, watchFile } from './sqlite/own-file.ts';

/** Version of the tables; a file with a higher one was written by a newer flowkiwi. */
const SCHEMA_VERSION = 1;

/** Marks a file as the sandbox's own ("FLKW"), so that nobody's browser history is opened by mistake. */
const APPLICATION_ID = 0x464c4b57;

const SQLITE_HEADER = 'SQLite format 3\0';

/** How long to wait for another sandbox that is just closing the file. */
const OWNER_WAIT_MS = 2000;

/** A data file that is open for this process alone. */
export interface OpenFile {
  readonly connection: Connection;
  /** Whether the file is still ours. */
  readonly check: FileCheck;
  /** Gives the file free again, after the connection was closed. */
  readonly release: () => Promise<void>;
}

/** Opens the file for this process alone. Throws `conflict` when another process has it open, `invalid` when it cannot be used. */
export async function openDatabaseFile(path: string, clock: Clock): Promise<OpenFile> {
  const file = locate(path);
  const lock = await own(`${file}.owner`, clock);
  if (lock === undefined) {
    throw new CliError('conflict', `The sandbox data file ${file} is in use by another process.`, {
      hint: 'stop the other sandbox, or start this one with another --data FILE or with --memory',
    });
  }
  try {
    const binding = await loadBinding();
    const descriptor = openFile(file);
    // It stays open as long as the connection does: closing any descriptor of a file gives up all locks on it (POSIX).
    const { connection, check } = connect(file, descriptor, binding);
    return {
      connection,
      check,
      release: async () => {
        removeEmpty(`${file}-shm`);
        closeSync(descriptor);
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function own(path: string, clock: Clock): Promise<Lock | undefined> {
  try {
    const lock = await takeLock(path, { waitMs: OWNER_WAIT_MS, clock });
    if (lock !== undefined || (await isHeldByTheLiving(path, clock))) return lock;
    return await takeLock(path, { waitMs: RECOVERY_WAIT_MS, clock });
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** The one true name of the file, however it was spelled, so that two names cannot open it twice. Makes its folder. */
function locate(path: string): string {
  const absolute = resolve(path);
  try {
    makePrivateDirectory(dirname(absolute));
    assertTrustedLinks(absolute);
    return existsSync(absolute) ? realpathSync(absolute) : join(realpathSync(dirname(absolute)), basename(absolute));
  } catch (cause) {
    throw unwritable(absolute, cause);
  }
}

/** Files that SQLite keeps beside its own, and takes for part of the database. */
const SIDE_FILES = ['-wal', '-journal', '-shm'];

/** Those that it keeps as long as it has the database open. */
const STANDING_FILES = ['-wal', '-shm'];

/** Closes the descriptor when it throws. */
function connect(file: string, descriptor: number, { isSeenByOthers, open }: Binding): Pick<OpenFile, 'connection' | 'check'> {
  const made: string[] = [];
  let connection: Connection | undefined;
  try {
    assertDatabase(descriptor, file);
    for (const side of SIDE_FILES) assertUsable(`${file}${side}`);
    clear(`${file}.lock`);
    if (!isSeenByOthers) assertAlone(file);
    for (const side of STANDING_FILES) if (makeEmpty(`${file}${side}`)) made.push(`${file}${side}`);
    connection = open(file);
    // Exclusive before anything else: without locks that others see, it is what makes the write-ahead log work at all.
    if (!isSeenByOthers) connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    const isNew = rowsOf(connection, 'SELECT 1 FROM sqlite_schema LIMIT 1').length === 0;
    if (!isNew) checkContents(connection, file);
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    if (isNew) connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    // Only now is it known to be the sandbox's own.
    fchmodSync(descriptor, 0o600);
    return { connection, check: watchFile(file, descriptor, isSeenByOthers) };
  } catch (error) {
    connection?.close();
    if (connection) clear(`${file}.lock`);
    for (const side of made) removeEmpty(side);
    closeSync(descriptor);
    if (isCliError(error)) throw error;
    throw damaged(file, error);
  }
}

/** A program that already has it open would not notice us, and end our log when it is done. */
function assertAlone(file: string): void {
  const index = `${file}-shm`;
  // An empty one is our own, of a process that was killed.
  if ((sizeOf(index) ?? 0) === 0) return;
  throw new CliError('invalid', `Another program has ${file} open, which only Node.js 22.13 or later can share.`, {
    hint: {
      say: 'end it, or start the sandbox with a newer Node.js; if there is no such program',
      command: { program: 'rm', words: [index] },
    },
  });
}

/** Makes the file for its owner alone, when there is none, before SQLite does: it follows links that others may have put there. Tells whether it has. */
function makeEmpty(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (cause) {
    if (!hasErrorCode(cause, 'EEXIST')) throw unwritable(path, cause);
    assertUsable(path);
    return false;
  }
}

/** What other programs use is never empty. */
function removeEmpty(path: string): void {
  if (sizeOf(path) === 0) rmSync(path, { force: true });
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** Makes the file, with mode 0600, when there is none. No link is followed: what is meant to be one has been by now. */
function openFile(file: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw unwritable(file, error);
  }
  try {
    return openSync(file, 'wx+', 0o600);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** Refuses what is another user's, and what SQLite would take for an empty or foreign file. */
function assertDatabase(descriptor: number, file: string): void {
  let header: string;
  try {
    const status = fstatSync(descriptor);
    assertTrusted(status, file);
    assertOnlyName(status, file);
    const buffer = Buffer.alloc(SQLITE_HEADER.length);
    header = buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } catch (cause) {
    throw unwritable(file, cause);
  }
  if (header !== '' && header !== SQLITE_HEADER) throw damaged(file);
}

/** SQLite keeps its log beside one name of a file: by another name it would be another database. */
function assertOnlyName({ nlink }: Stats, file: string): void {
  if (nlink <= 1) return;
  throw new CliError('invalid', `${file} is another file, too: it has ${nlink} names (hard links).`, {
    hint: {
      say: 'remove the other names, or make a copy and use that; to see its number of names',
      command: { program: 'ls', words: ['-l', file] },
    },
  });
}

function assertUsable(path: string): void {
  try {
    assertTrustedOrAbsent(path);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** One of the bindings leaves a file open while a statement is. */
function rowsOf(connection: Connection, sql: string): Row[] {
  const statement = connection.prepare(sql);
  try {
    return statement.all([]);
  } finally {
    statement.free();
  }
}

function checkContents(connection: Connection, file: string): void {
  const pragma = (name: string): unknown => rowsOf(connection, `PRAGMA ${name}`)[0]?.[name];
  if (pragma('application_id') !== APPLICATION_ID) {
    throw new CliError('invalid', `${file} is a database of another program.`, { hint: 'choose another file with --data FILE' });
  }
  if (Number(pragma('user_version')) > SCHEMA_VERSION) {
    throw new CliError('invalid', `${file} was written by a newer version of flowkiwi.`, {
      hint: 'update flowkiwi, or choose another file with --data FILE',
    });
  }
  const check = pragma('quick_check');
  if (check !== 'ok') throw damaged(file, check);
}

function damaged(file: string, cause?: unknown): CliError {
  return new CliError('invalid', `${file} is not a sandbox data file, or it is damaged.`, {
    hint: 'choose another file with --data FILE, or delete this one to start empty',
    cause,
  });
}

function unwritable(file: string, cause: unknown): CliError {
  const hint = 'choose a file in a folder of yours with --data FILE, or use --memory';
  if (isCliError(cause)) return withHint(cause, hint);
  const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new CliError('invalid', `The sandbox data file ${file} cannot be written${reason}.`, { hint, cause });
}

/** The binding locks by making this folder, and leaves it behind when the process is killed. We own the file, so it is stale. */
function clear(lock: string): void {
  try {
    rmdirSync(lock);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return;
    throw new CliError('invalid', `${lock} is in the way: it is not a lock that a sandbox has left`, {
      hint: moveAway(lock),
      cause: error,
    });
  }
}
