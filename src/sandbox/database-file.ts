import { closeSync, constants, existsSync, fchmodSync, fstatSync, openSync, readSync, realpathSync, rmdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import sqlite, { type Database as Connection } from 'node-sqlite3-wasm';
import type { Clock } from '../edges.ts';
import { hasErrorCode } from '../error-code.ts';
import { CliError, isCliError, withHint } from '../errors.ts';
import { isHeldByTheLiving, type Lock, RECOVERY_WAIT_MS, takeLock } from '../files/lock.ts';
import { makePrivateDirectory } from '../files/private-directory.ts';
import { assertTrusted, assertTrustedLinks, assertTrustedOrAbsent } from '../files/trusted-place.ts';
import { moveAway } from '../hint.ts';

/** Version of the tables; a file with a higher one was written by a newer flowkiwi. */
const SCHEMA_VERSION = 1;

/** Marks a file as the sandbox's own ("FLKW"), so that nobody's browser history is opened by mistake. */
const APPLICATION_ID = 0x464c4b57;

const SQLITE_HEADER = 'SQLite format 3\0';

/** How long to wait for another sandbox that is just closing the file. */
const OWNER_WAIT_MS = 2000;

/** A database that lives as long as the process. */
export function openMemory(): Connection {
  return new sqlite.Database(':memory:');
}

/**
 * Opens the file for this process alone. `release` gives it free again, after the connection was closed.
 * Throws `conflict` when another process has it open, `invalid` when it cannot be used.
 */
export async function openDatabaseFile(path: string, clock: Clock): Promise<{ connection: Connection; release: () => Promise<void> }> {
  const file = locate(path);
  const lock = await own(`${file}.owner`, clock);
  if (lock === undefined) {
    throw new CliError('conflict', `The sandbox data file ${file} is in use by another process.`, {
      hint: 'stop the other sandbox, or start this one with another --data FILE or with --memory',
    });
  }
  try {
    return { connection: connect(file), release: () => lock.release() };
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

function connect(file: string): Connection {
  const descriptor = openFile(file);
  let connection: Connection | undefined;
  try {
    assertDatabase(descriptor, file);
    for (const side of SIDE_FILES) assertUsable(`${file}${side}`);
    clear(`${file}.lock`);
    connection = new sqlite.Database(file, { fileMustExist: true });
    // Exclusive before anything else: it is what makes the write-ahead log work without shared memory.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    const isNew = connection.all('SELECT 1 FROM sqlite_schema LIMIT 1').length === 0;
    if (!isNew) checkContents(connection, file);
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    if (isNew) connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    // Only now is it known to be the sandbox's own.
    fchmodSync(descriptor, 0o600);
    return connection;
  } catch (error) {
    connection?.close();
    if (connection) clear(`${file}.lock`);
    if (isCliError(error)) throw error;
    throw damaged(file, error);
  } finally {
    closeSync(descriptor);
  }
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
    assertTrusted(fstatSync(descriptor), file);
    const buffer = Buffer.alloc(SQLITE_HEADER.length);
    header = buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } catch (cause) {
    throw unwritable(file, cause);
  }
  if (header !== '' && header !== SQLITE_HEADER) throw damaged(file);
}

function assertUsable(path: string): void {
  try {
    assertTrustedOrAbsent(path);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function checkContents(connection: Connection, file: string): void {
  const pragma = (name: string): unknown => connection.all(`PRAGMA ${name}`)[0]?.[name];
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
