import { chmodSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasErrorCode } from '../error-code.ts';
import { CliError } from '../errors.ts';
import { userId } from '../files/this-process.ts';

const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;
/** In a folder with this bit, as the system's temporary one, only its owner can rename or remove a file. */
const STICKY = 0o1000;
const SUPERUSER = 0;

/** What was wrong with a folder: others could replace what is in it, and still can; or it belongs to somebody else. */
export type FolderFault = 'was writable' | 'is writable' | 'is foreign';

/**
 * Makes sure that nobody else can replace what is in our folder: they would be signed in to in our place, or given what we store.
 * The folder has to belong to this user or to the superuser; the superuser may use anybody's (sudo, a container that runs as root), and is
 * told. One of our own that is open to others is closed to them (0700), but for one like the temporary folder, which is everybody's.
 * Tells what is worth a warning. Throws `invalid`. Windows keeps no such modes.
 */
export function assertTrustedFolder(directory: string): FolderFault | undefined {
  const me = userId();
  if (me === undefined) return undefined;
  const folder = statSync(directory);
  const isForeign = !isOneOf(folder, me, SUPERUSER);
  if (isForeign && me !== SUPERUSER) throw foreign(directory);
  return isForeign ? 'is foreign' : closeFolder(directory, folder);
}

function closeFolder(directory: string, folder: Stats): FolderFault | undefined {
  if ((folder.mode & OPEN_TO_OTHERS) === 0 || (folder.mode & STICKY) !== 0) return undefined;
  try {
    chmodSync(directory, folder.mode & 0o7777 & ~OPEN_TO_OTHERS);
    // Some file systems take the change and forget it (a Windows disk under WSL).
    if (isWritableByOthers(statSync(directory))) return 'is writable';
    return isWritableByOthers(folder) ? 'was writable' : undefined;
  } catch (error) {
    if (!hasErrorCode(error, 'EPERM', 'EACCES', 'EROFS')) throw error;
    return isWritableByOthers(folder) ? 'is writable' : undefined;
  }
}

/**
 * Makes sure that a file in our folder is one, and nobody else's; a link may lead to one that is as safe elsewhere. To the superuser,
 * the owner of the folder is no stranger. Tells whether it is a link. Throws `invalid`.
 */
export function assertTrustedFile(directory: string, path: string): { readonly isLink: boolean } {
  const isLink = lstatSync(path).isSymbolicLink();
  const file = statSync(path);
  if (!file.isFile() && !file.isDirectory()) {
    throw new CliError('invalid', `${path} is no file`, { hint: `move it away: mv '${path}' '${path}.bak'` });
  }
  const me = userId();
  if (me === undefined) return { isLink };
  const trusted = [me, SUPERUSER, ...(me === SUPERUSER ? [statSync(directory).uid] : [])];
  if (!isOneOf(file, ...trusted)) throw foreign(path);
  if (isLink) {
    const target = realpathSync(path);
    const folder = statSync(dirname(target));
    if (!isOneOf(folder, ...trusted) || isWritableByOthers(folder)) {
      throw new CliError('invalid', `${path} leads to ${target}, which other users can replace`, { hint: hintFor(path) });
    }
  }
  return { isLink };
}

function isOneOf({ uid }: Stats, ...users: readonly number[]): boolean {
  return users.includes(uid);
}

function isWritableByOthers({ mode }: Stats): boolean {
  return (mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0;
}

function foreign(path: string): CliError {
  return new CliError('invalid', `${path} belongs to another user, who could change what is stored there`, { hint: hintFor(path) });
}

function hintFor(path: string): string {
  return `make it your own (ls -l '${path}' says whose it is), or name another folder in FLOWKIWI_CONFIG_DIR`;
}
