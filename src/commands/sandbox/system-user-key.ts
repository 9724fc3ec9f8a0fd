import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SANDBOX_SYSTEM_KEY } from '../../context/provider-defaults.ts';
import { hasErrorCode } from '../../error-code.ts';
import { makePrivateDirectory } from '../../files/private-directory.ts';
import { createPrivateFile, replacePrivateFile } from '../../files/private-file.ts';
import { assertTrustedFolder, withTrustedFile } from '../../files/trusted-place.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { fileFailure } from '../../storage/file-failure.ts';

/**
 * Lets the profile `sandbox-zitadel` sign requests to the sandbox's system API: the file in which it looks for the key, in the folder of
 * config.json, and the sandbox have the same one afterwards. A key that is there already is kept, because other sandboxes may know it. Throws
 * `invalid`, or on a full disk `unavailable`, where the file cannot be read or written, or is another user's.
 */
export async function shareSystemUserKey(sandbox: Pick<Sandbox, 'systemUserKey' | 'takeSystemUserKey'>, directory: string): Promise<void> {
  const path = join(directory, SANDBOX_SYSTEM_KEY);
  const isTaken = async () => {
    const key = read(path);
    return key !== undefined && (await sandbox.takeSystemUserKey(key));
  };
  try {
    makePrivateDirectory(directory);
    assertTrustedFolder(directory);
    if (await isTaken()) return;
    const key = await sandbox.systemUserKey();
    // Another sandbox may have been quicker; what is there and is not a key is of no use to anybody.
    if (!createPrivateFile(path, key) && !(await isTaken())) replacePrivateFile(path, key);
  } catch (error) {
    throw fileFailure(error, path, 'write');
  }
}

function read(path: string): string | undefined {
  try {
    return withTrustedFile(path, ({ descriptor }) => readFileSync(descriptor, 'utf8'));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
