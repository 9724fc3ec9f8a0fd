import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../../error-code.ts';
import { makePrivateDirectory } from '../../files/private-directory.ts';
import { replacePrivateFile } from '../../files/private-file.ts';
import { assertTrustedFolder, withTrustedFile } from '../../files/trusted-place.ts';
import { fileFailure } from '../../storage/file-failure.ts';

/** The secret of a sandbox that runs, where commands of the same user find it: a file in the folder of config.json, named after the sandbox's address. */
export interface SecretFile {
  readonly path: string;
  /** Undefined when there is none. Throws `invalid` where it cannot be read, or is another user's. */
  readonly read: () => string | undefined;
  /** Puts it in the place of what another sandbox may have left there (0600). Throws `invalid`, or on a full disk `unavailable`. */
  readonly write: (secret: string) => void;
  /** Removes it. Never throws. */
  readonly remove: () => void;
}

/** The file for the sandbox at an origin: `sandbox-127.0.0.1-8787.secret`. */
export function secretFile(directory: string, origin: string): SecretFile {
  const path = join(directory, `sandbox-${new URL(origin).host.replace(/[^\w.]+/g, '-')}.secret`);
  return {
    path,
    read: () => {
      try {
        return withTrustedFile(path, ({ descriptor }) => readFileSync(descriptor, 'utf8').trim());
      } catch (error) {
        if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
        throw fileFailure(error, path, 'read');
      }
    },
    write: (secret) => {
      try {
        makePrivateDirectory(directory);
        assertTrustedFolder(directory);
        replacePrivateFile(path, `${secret}\n`);
      } catch (error) {
        throw fileFailure(error, path, 'write');
      }
    },
    remove: () => {
      try {
        unlinkSync(path);
      } catch {
        // It is gone, or of no use to anybody: the next sandbox has another secret.
      }
    },
  };
}
