import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { hasErrorCode } from '../error-code.ts';
import { CliError } from '../errors.ts';
import { type Hint, moveAway } from '../hint.ts';
import { SUPERUSER, userId } from './this-process.ts';

// The one rule for what is read, written or trusted under a name that others can guess:
// - It belongs to this user or to the superuser. The superuser also trusts the owner of the folder in use (sudo, a container).
// - A link is followed only if one of them made it, or if it leads to something of its maker's own.
// - What a link leads to lies where nobody else can put something in its place.
// - What is opened is what is looked at: by its descriptor, not by its name once more.
// New files are never made through a name that is there already: see private-file.ts. Windows keeps no such owners and modes.

const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;
/** In a folder with this bit, as the system's temporary one, only its owner can rename or remove a file. */
const STICKY = 0o1000;

/** What was wrong with a folder: others could replace what is in it, and still can; or it belongs to somebody else. */
export type FolderFault = 'was writable' | 'is writable' | 'is foreign';

/**
 * Makes sure that nobody else can replace what is in our folder: they would be signed in to in our place, or given what we store.
 * The folder has to belong to this user or to the superuser; the superuser may use anybody's (sudo, a container that runs as root), and is
 * told. One of our own that is open to others is closed to them (0700), but for one like the temporary folder, which is everybody's.
 * Tells what is worth a warning. Throws `invalid`, and file-system errors.
 */
export function assertTrustedFolder(directory: string): FolderFault | undefined {
  const me = userId();
  if (me === undefined) return undefined;
  const folder = statSync(directory);
  const isForeign = !isOneOf(folder, me, SUPERUSER);
  if (isForeign && me !== SUPERUSER) throw foreign(directory);
  assertTrustedLinks(directory);
  if (lstatSync(directory).isSymbolicLink()) assertFixed(directory, folder);
  return isForeign ? 'is foreign' : closeFolder(directory, folder);
}

/** Throws `invalid` when the path, or a folder above it, is a link that somebody else has made to what is not his own. */
export function assertTrustedLinks(path: string): void {
  const me = userId();
  if (me === undefined) return;
  for (let at = resolve(path); at !== dirname(at); at = dirname(at)) {
    const link = lstatSync(at, { throwIfNoEntry: false });
    if (!link?.isSymbolicLink() || isOneOf(link, me, SUPERUSER)) continue;
    if (statSync(at, { throwIfNoEntry: false })?.uid !== link.uid) {
      throw new CliError('invalid', `${at} is a link that another user has made`, { hint: hintFor(at) });
    }
  }
}

/**
 * Throws `invalid`, naming the target, for a link whose target is not there: a disk that is not mounted, a folder that was moved. What is stored
 * there is not lost, and something new in the place of the link would hide it.
 */
export function assertLeadsSomewhere(path: string): void {
  const target = targetOfLink(path);
  if (target === undefined || statSync(path, { throwIfNoEntry: false })) return;
  throw new CliError('invalid', `${path} is a link to ${target}, which is not there`, {
    hint: 'mount or make what it leads to, or name another folder in FLOWKIWI_CONFIG_DIR',
  });
}

/** Undefined for what is no link, or cannot be looked at. */
function targetOfLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function closeFolder(directory: string, { mode }: Stats): FolderFault | undefined {
  if ((mode & OPEN_TO_OTHERS) === 0 || (mode & STICKY) !== 0) return undefined;
  const wasWritable = isWritableByOthers({ mode });
  try {
    return withOpen(realpathSync(directory), constants.O_DIRECTORY, (descriptor) => {
      fchmodSync(descriptor, fstatSync(descriptor).mode & 0o7777 & ~OPEN_TO_OTHERS);
      // Some file systems take the change and forget it (a Windows disk under WSL).
      if (isWritableByOthers(fstatSync(descriptor))) return 'is writable';
      return wasWritable ? 'was writable' : undefined;
    });
  } catch (error) {
    if (!hasErrorCode(error, ...NOT_ALLOWED)) throw error;
    return wasWritable ? 'is writable' : undefined;
  }
}

const NOT_ALLOWED = ['EPERM', 'EACCES', 'EROFS'] as const;

/** A file that is open for reading. */
export interface TrustedFile {
  readonly descriptor: number;
  /** Whether its name is a link, which may lead to a file that is of no concern to us. */
  readonly isLink: boolean;
}

/**
 * Opens a file in our folder for `use`, after making sure that it is one, and nobody else's; a link may lead to one that is as safe elsewhere.
 * Throws `invalid`, and file-system errors.
 */
export function withTrustedFile<T>(path: string, use: (file: TrustedFile) => T): T {
  const status = lstatSync(path);
  const isLink = status.isSymbolicLink();
  // A device or a pipe is not even opened.
  assertIsFile(path, isLink ? statSync(path) : status);
  return withOpen(isLink ? realpathSync(path) : path, constants.O_NONBLOCK, (descriptor) => {
    const file = fstatSync(descriptor);
    assertIsFile(path, file);
    if (!isTrusted(file, dirname(path))) throw foreign(path);
    if (isLink) {
      assertTrustedLinks(path);
      assertFixed(path, statSync(dirname(path)));
    }
    return use({ descriptor, isLink });
  });
}

/** A folder is none either, but the system has better words for that. */
function assertIsFile(path: string, status: Stats): void {
  if (!status.isFile() && !status.isDirectory()) throw notFile(path);
}

/**
 * Closes a file that others can read (any bit of 0077), if that is allowed. The superuser leaves one alone that has another name, too:
 * in the folder of somebody else it may be a file of the system.
 */
export function closeToOthers(descriptor: number, platform: NodeJS.Platform): 'was closed' | 'closed' | 'open' {
  const status = fstatSync(descriptor);
  if (platform === 'win32' || !status.isFile() || (status.mode & OPEN_TO_OTHERS) === 0) return 'was closed';
  if (userId() === SUPERUSER && status.nlink > 1) return 'open';
  try {
    fchmodSync(descriptor, 0o600);
    return 'closed';
  } catch (error) {
    if (!hasErrorCode(error, ...NOT_ALLOWED)) throw error;
    return 'open';
  }
}

/** Throws `invalid` unless what has this status and this name is a file, and nobody else's. */
export function assertTrusted(status: Stats, path: string): void {
  if (!status.isFile()) throw notFile(path);
  if (!isTrusted(status, dirname(path))) throw foreign(path);
}

/** Throws `invalid` for the superuser when a file that is to be written has another name: in the folder of somebody else it may be one of the system. */
export function assertOneName({ nlink }: Stats, path: string): void {
  if (userId() !== SUPERUSER || nlink === 1) return;
  throw new CliError('invalid', `${path} is another file, too: it has ${nlink} names`, { hint: hintFor(path) });
}

/** The same before a library opens a file by its name: there is none, or it is such a one, and not a link. */
export function assertTrustedOrAbsent(path: string): void {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status) assertTrusted(status, path);
}

/** Whether what has this status, in that folder, may be taken for ours. */
export function isTrusted(status: Stats, directory: string): boolean {
  const me = userId();
  return me === undefined || isOneOf(status, ...trustedUsers(me, statSync(directory)));
}

/** Whether others can put new files into a folder, though perhaps not in the place of ours. */
export function isShared(directory: string): boolean {
  return userId() !== undefined && (statSync(directory).mode & WRITABLE_BY_OTHERS) !== 0;
}

function trustedUsers(me: number, folder: Stats): readonly number[] {
  return me === SUPERUSER ? [me, folder.uid] : [me, SUPERUSER];
}

/** Throws `invalid` unless what the link leads to is where nobody else can replace it; `folder` is the one in use. */
function assertFixed(link: string, folder: Stats): void {
  const me = userId();
  const target = realpathSync(link);
  const around = statSync(dirname(target));
  if (me === undefined || (isOneOf(around, ...trustedUsers(me, folder)) && !isWritableByOthers(around))) return;
  throw new CliError('invalid', `${link} leads to ${target}, which other users can replace`, { hint: hintFor(link) });
}

/** Opens what has this name, unless it is a link. */
function withOpen<T>(path: string, flags: number, use: (descriptor: number) => T): T {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | flags);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isOneOf({ uid }: Stats, ...users: readonly number[]): boolean {
  return users.includes(uid);
}

function isWritableByOthers({ mode }: Pick<Stats, 'mode'>): boolean {
  return (mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0;
}

function notFile(path: string): CliError {
  return new CliError('invalid', `${path} is not a file`, { hint: moveAway(path) });
}

function foreign(path: string): CliError {
  return new CliError('invalid', `${path} belongs to another user, who could change what is stored there`, { hint: hintFor(path) });
}

function hintFor(path: string): Hint {
  return {
    say: 'make it your own, or name another folder in FLOWKIWI_CONFIG_DIR; to see whose it is',
    command: { program: 'ls', words: ['-ld', path] },
  };
}
