import { existsSync, readFileSync, statSync } from 'node:fs';
import { ownerName } from '../files/owner-name.ts';
import { assertLeadsSomewhere, assertTrustedFolder, closeToOthers, type TrustedFile, withTrustedFile } from '../files/trusted-place.ts';
import type { Help } from '../hint.ts';
import { fileFailure } from './file-failure.ts';

export interface GuardOptions {
  readonly directory: string;
  readonly path: string;
  /** Whether there are secrets in it, so that one which others can read and which cannot be closed to them is worth a warning. */
  readonly isSecret: boolean;
  readonly platform: NodeJS.Platform;
  /** Told of what was wrong with the file and is repaired. */
  readonly warn: (text: Help) => void;
}

/** A file of ours in our folder, which nobody else may have replaced, and nobody else is to read. */
export interface GuardedFile {
  /** Throws `invalid` for a link that leads nowhere. */
  readonly isThere: () => boolean;
  /** Makes sure of the folder. Throws `invalid`. */
  readonly guardFolder: () => void;
  /**
   * Reads the file when it is ours, and closes it to others; undefined when there is none. Throws `invalid`, and as `use` does, which gets the
   * content.
   */
  readonly read: <T>(use: (content: Uint8Array) => T) => T | undefined;
  /** Warns of something about the file, unless that was said before. */
  readonly warnOnce: (text: Help) => void;
}

export function guardedFile({ directory, path, isSecret, platform, warn }: GuardOptions): GuardedFile {
  const warned = new Set<string>();

  function warnOnce(text: Help): void {
    const key = JSON.stringify(text);
    if (warned.has(key)) return;
    warned.add(key);
    warn(text);
  }

  /** Where nobody lets us in there is nothing, but for a secret: to be told that one is not signed in would hide why. */
  function isThere(): boolean {
    const isThis = isSecret ? statSync(path, { throwIfNoEntry: false }) !== undefined : existsSync(path);
    if (!isThis) for (const place of [directory, path]) assertLeadsSomewhere(place);
    return isThis;
  }

  function guardFolder(): void {
    const fault = assertTrustedFolder(directory);
    if (fault === 'was writable') warnOnce(`other users could replace the files in ${directory}; it is now closed to them`);
    if (!isSecret) return;
    if (fault === 'is writable')
      warnOnce({
        say: `other users can replace the files in ${directory}, and only its owner can close it to them`,
        command: { program: 'chmod', words: ['go-w', directory] },
      });
    if (fault === 'is foreign') {
      const owner = ownerName(statSync(directory).uid);
      warnOnce(`${directory} belongs to another user, ${owner}, who can read and replace what is stored there`);
    }
  }

  function close({ descriptor }: TrustedFile): void {
    const outcome = closeToOthers(descriptor, platform);
    if (outcome === 'closed') warnOnce(`${path} was readable by other users; it is now closed to them (mode 0600)`);
    if (outcome === 'open' && isSecret)
      warnOnce({
        say: `${path} is readable by other users; use FLOWKIWI_TOKEN in its place, or let its owner close it to them`,
        command: { program: 'chmod', words: ['600', path] },
      });
  }

  function read<T>(use: (content: Uint8Array) => T): T | undefined {
    try {
      if (!isThere()) return undefined;
      guardFolder();
      return withTrustedFile(path, (file) => {
        // What a link leads to is changed only when it turns out to be ours.
        if (!file.isLink) close(file);
        const value = use(readFileSync(file.descriptor));
        if (file.isLink) close(file);
        return value;
      });
    } catch (error) {
      throw fileFailure(error, path, 'read');
    }
  }

  return { isThere, guardFolder, read, warnOnce };
}
