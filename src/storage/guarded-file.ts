import { existsSync, readFileSync, statSync } from 'node:fs';
import { assertTrustedFolder, closeToOthers, type TrustedFile, withTrustedFile } from '../files/trusted-place.ts';
import { fileFailure } from './file-failure.ts';

export interface GuardOptions {
  readonly directory: string;
  readonly path: string;
  /** Whether there are secrets in it, so that one which others can read and which cannot be closed to them is worth a warning. */
  readonly isSecret: boolean;
  readonly platform: NodeJS.Platform;
  /** Told of what was wrong with the file and is repaired. */
  readonly warn: (message: string) => void;
}

/** A file of ours in our folder, which nobody else may have replaced, and nobody else is to read. */
export interface GuardedFile {
  readonly isThere: () => boolean;
  /** Makes sure of the folder. Throws `invalid`. */
  readonly guardFolder: () => void;
  /**
   * Reads the file when it is ours, and closes it to others; undefined when there is none. Throws `invalid`, and as `use` does, which gets the
   * content.
   */
  readonly read: <T>(use: (content: string) => T) => T | undefined;
  /** Warns of something about the file, unless that was said before. */
  readonly warnOnce: (message: string) => void;
}

export function guardedFile({ directory, path, isSecret, platform, warn }: GuardOptions): GuardedFile {
  const warned = new Set<string>();

  function warnOnce(message: string): void {
    if (warned.has(message)) return;
    warned.add(message);
    warn(message);
  }

  /** Where nobody lets us in there is nothing, but for a secret: to be told that one is not signed in would hide why. */
  function isThere(): boolean {
    return isSecret ? statSync(path, { throwIfNoEntry: false }) !== undefined : existsSync(path);
  }

  function guardFolder(): void {
    const fault = assertTrustedFolder(directory);
    if (fault === 'was writable') warnOnce(`other users could replace the files in ${directory}; it is now closed to them`);
    if (!isSecret) return;
    if (fault === 'is writable')
      warnOnce(`other users can replace the files in ${directory}, and only its owner can close it to them: chmod go-w`);
    if (fault === 'is foreign') warnOnce(`${directory} belongs to another user, who can read and replace what is stored there`);
  }

  function close({ descriptor }: TrustedFile): void {
    const outcome = closeToOthers(descriptor, platform);
    if (outcome === 'closed') warnOnce(`${path} was readable by other users; it is now closed to them (mode 0600)`);
    if (outcome === 'open' && isSecret)
      warnOnce(
        `${path} is readable by other users, and only its owner can close it to them: chmod 600, or use FLOWKIWI_TOKEN in its place`,
      );
  }

  function read<T>(use: (content: string) => T): T | undefined {
    try {
      if (!isThere()) return undefined;
      guardFolder();
      return withTrustedFile(path, (file) => {
        // What a link leads to is changed only when it turns out to be ours.
        if (!file.isLink) close(file);
        const value = use(readFileSync(file.descriptor, 'utf8'));
        if (file.isLink) close(file);
        return value;
      });
    } catch (error) {
      throw fileFailure(error, path, 'read');
    }
  }

  return { isThere, guardFolder, read, warnOnce };
}
