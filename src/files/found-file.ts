import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { SUPERUSER, userId } from './this-process.ts';

// A file that was found by its name, and that nobody has asked for: it may be anybody's. It counts when it belongs to this user or to the
// superuser, as git has it for a repository and OpenSSH for its settings, and when nobody else can write to it. The group may where it has the
// number of the owner: it is the owner's own then, as most systems give one to each user. Windows keeps no such owners and modes.

const WRITABLE_BY_ALL = 0o002;
const WRITABLE_BY_GROUP = 0o020;

/** What was found: its beginning, or why it does not count, as it goes on after the name of the file. */
export type FoundFile = { readonly content: Uint8Array } | { readonly distrusted: string } | { readonly unusable: string };

/** Reads the first `limit` bytes of what was found. Throws the file-system error of a file that counts. */
export function readFoundFile(path: string, limit: number): FoundFile {
  const entry = lstatSync(path);
  const distrusted = entry.isSymbolicLink() ? ownerFault(entry) : fault(entry);
  if (distrusted !== undefined) return { distrusted };
  // To open a device or a pipe may have effects. A link that gets here was made by this user or the superuser, and may lead to one.
  if (!entry.isFile() && !entry.isSymbolicLink()) return { unusable: 'is not a file' };
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const file = fstatSync(descriptor);
    const reason = fault(file);
    if (reason !== undefined) return { distrusted: reason };
    return file.isFile() ? { content: firstBytes(descriptor, limit) } : { unusable: 'is not a file' };
  } finally {
    closeSync(descriptor);
  }
}

function fault(status: Stats): string | undefined {
  return ownerFault(status) ?? (isWritableByOthers(status) ? 'can be changed by other users' : undefined);
}

function ownerFault({ uid }: Stats): string | undefined {
  const me = userId();
  return me === undefined || uid === me || uid === SUPERUSER ? undefined : 'belongs to another user';
}

function isWritableByOthers({ mode, uid, gid }: Stats): boolean {
  if (userId() === undefined) return false;
  return (mode & WRITABLE_BY_ALL) !== 0 || ((mode & WRITABLE_BY_GROUP) !== 0 && gid !== uid);
}

function firstBytes(descriptor: number, limit: number): Uint8Array {
  const bytes = Buffer.alloc(limit);
  let length = 0;
  for (let read = -1; read !== 0 && length < limit; length += read) read = readSync(descriptor, bytes, length, limit - length, null);
  return bytes.subarray(0, length);
}
