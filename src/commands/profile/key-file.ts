import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../context/context.ts';
import { assertNamesFile, readSecretFile } from '../../context/secret-file.ts';
import { CliError } from '../../errors.ts';
import { isRecord, parseJson } from '../../record.ts';

/** An expired key is said at the sign-in, where a new one is needed. */
const WHENEVER = 0;

/**
 * Looks at the key file of a profile before it is needed: that of a service account, or of the client that a person signs in with. Throws `usage`
 * for one that cannot be read, and `invalid` for one that no sign-in can use; a key may come later than the profile, so that one which is not
 * there yet is a warning.
 */
export async function checkKeyFile(context: Context, path: string): Promise<void> {
  if (!existsSync(path)) return context.messages.warning(`--key-file: ${path} is not there yet; signing in needs it`);
  const text = await readSecretFile(context, 'key', path, '--key-file');
  const document = parseJson(text.trim());
  const source = `--key-file: ${path}`;
  if (isRecord(document) && document['type'] === 'application') {
    const { readClientKey } = await import('../../oauth/client-key.ts');
    context.holdSecret(readClientKey(text, source).privateKey);
  } else {
    const { readServiceAccountKey } = await import('../../oauth/service-account-key.ts');
    context.holdSecret(readServiceAccountKey(text, source, WHENEVER).privateKey);
  }
}

/** The path of a key file, which commands read from any folder. Throws `usage` for standard input, and for what may be the key itself. */
export function keyPath(path: string): string {
  if (path !== '-') {
    assertNamesFile(path, '--key-file');
    return resolve(path);
  }
  throw new CliError('usage', '--key-file of a profile takes the name of a file, not -', { hint: 'put the key into a file of your own' });
}
