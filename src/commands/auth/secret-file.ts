import { createReadStream, existsSync, statSync } from 'node:fs';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { readsLikePath } from '../kit/input-files.ts';

/** A key or a secret is far shorter; a file that was given by mistake is far longer. */
const LIMIT_BYTES = 64 * 1024;

/**
 * The text of a file with a secret in it, or of standard input for `-`; `option` names it in errors. Warns of a file that other users can
 * read. Throws `usage` for one that cannot be read, `invalid` for one that is too long.
 */
export async function readSecretFile({ edges, messages }: Context, path: string, option: string): Promise<string> {
  if (path === '-') return edges.stdin.readAll(LIMIT_BYTES);
  assertNamesFile(path, option);
  const text = await read(path, option, edges.interruption);
  if (edges.platform !== 'win32' && isReadableByOthers(path)) {
    await messages.exposure(`${path} is readable by other users of this machine: chmod 600 ${path}`);
  }
  return text;
}

/** Throws `usage` for a text that names no file. It is not repeated where it may be the secret itself. */
export function assertNamesFile(path: string, option: string): void {
  if (readsLikePath(path) || existsSync(path)) return;
  throw new CliError('usage', `${option} takes the name of a file, and there is none of the name that was given`, {
    hint: 'put the secret into a file, and give the name of that, such as ./FILE',
  });
}

/** How errors name what `readSecretFile` reads. */
export function nameOfFile(path: string): string {
  return path === '-' ? 'standard input' : path;
}

async function read(path: string, option: string, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    // No file is read further than this, also one that never ends.
    for await (const chunk of createReadStream(path, { end: LIMIT_BYTES, signal })) chunks.push(Buffer.from(chunk));
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new CliError('usage', `${option}: ${path} cannot be read (${reason})`, {
      hint: 'give a file, or - for standard input',
      cause: error,
    });
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length <= LIMIT_BYTES) return bytes.toString('utf8');
  throw new CliError('invalid', `${option}: ${path} is longer than ${LIMIT_BYTES} bytes`, { hint: 'give the file with the secret alone' });
}

/** A pipe is nobody else's. */
function isReadableByOthers(path: string): boolean {
  const status = statSync(path);
  return status.isFile() && (status.mode & 0o044) !== 0;
}
