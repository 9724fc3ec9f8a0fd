import { chmodSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../errors.ts';
import { hasErrorCode } from '../files/file-error.ts';
import { userId } from '../files/this-process.ts';

const WRITABLE_BY_OTHERS = 0o022;
/** In a folder with this bit, as the system's temporary one, only its owner can rename or remove a file. */
const STICKY = 0o1000;
const SUPERUSER = 0;

/**
 * Makes sure that nobody else can replace what is in our folder: they would be signed in to in our place, or given what we store.
 * The folder has to belong to this user or to the superuser; the superuser may use anybody's (sudo, a container that runs as root).
 * One that others can write is closed to them; tells whether it was, or could not be. Throws `invalid`. Windows keeps no such modes.
 */
export function assertTrustedFolder(directory: string): 'was open' | 'is open' | undefined {
  const me = userId();
  if (me === undefined) return undefined;
  const folder = statSync(directory);
  if (me !== SUPERUSER && !isOneOf(folder, me, SUPERUSER)) throw foreign(directory);
  if (!isWritableByOthers(folder)) return undefined;
  try {
    chmodSync(directory, folder.mode & 0o7777 & ~WRITABLE_BY_OTHERS);
    // Some file systems take the change and forget it (a Windows disk under WSL).
    return isWritableByOthers(statSync(directory)) ? 'is open' : 'was open';
  } catch (error) {
    if (!hasErrorCode(error, 'EPERM', 'EACCES', 'EROFS')) throw error;
    return 'is open';
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
