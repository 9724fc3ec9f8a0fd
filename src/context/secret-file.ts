import { existsSync, statSync } from 'node:fs';
import { decodedText } from '../decoded-text.ts';
import type { Edges } from '../edges.ts';
import { CliError } from '../errors.ts';
import { readableByOthers } from '../hint.ts';
import { incomingText, type TextKind, withoutLineEnd } from '../incoming-text.ts';
import type { Messages } from '../output/messages.ts';
import { readInTime } from './read-in-time.ts';
import type { TimeBudget } from './time-budget.ts';

/** No path is longer on any system, and no name in one (POSIX and Windows alike). */
const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;

const IN_A_FILE = 'others can read what stands in a command line: put it into a file, and give the name of that';

/**
 * Throws `usage` when an option or a variable that takes the name of a file is given what should be in it: a key, JSON, a JWT, several lines.
 * It is not repeated, as it may be a secret.
 */
export function assertNoContent(value: string, option: string, hint = IN_A_FILE): void {
  const path = value.replace(/(?:\r\n|\n|\r)$/, '');
  const isTooLong = path.length > LONGEST_PATH || path.split(/[/\\]/).some((name) => name.length > LONGEST_NAME);
  if (!isTooLong && !/^\s*\{|\p{Cc}|-----BEGIN|^eyJ[\w-]*\.[\w-]+\./u.test(path)) return;
  throw new CliError('usage', `${option} takes the name of a file, not what is in it`, { hint });
}

/** Whether a text reads like a path. One that does not may be a secret that was given in place of a file's name. */
export function readsLikePath(value: string): boolean {
  return /^(\.{0,2}\/|~\/|[a-z]:[\\/]|\.{1,2}\\)|\.(pem|key|p8|pk8|der|json|txt|jwt|token|secret)$/i.test(value);
}

/** What reading such a file needs. */
export interface SecretFileReader {
  readonly edges: Pick<Edges, 'stdin' | 'clock' | 'interruption' | 'platform'>;
  readonly budget: Pick<TimeBudget, 'leftMs' | 'limitMs'>;
  readonly messages: Pick<Messages, 'alert' | 'change'>;
}

/** A key or a secret is far shorter; a file that was given by mistake is far longer. */
const LIMIT_BYTES = 64 * 1024;

/**
 * The text of a file with a secret in it, or of standard input for `-`, tidied as its kind allows; `option` names it in errors. Warns of a file
 * that other users can read. Throws `usage` for one that cannot be read or is no such text, `invalid` for one that is too long.
 */
export async function readSecretFile(reader: SecretFileReader, kind: TextKind, path: string, option: string): Promise<string> {
  const { edges, messages } = reader;
  if (path !== '-') assertNamesFile(path, option);
  const source = `${option}: ${nameOfFile(path)}`;
  const bytes = await readInTime(reader, source, (signal) =>
    path === '-' ? edges.stdin.readAll(LIMIT_BYTES) : read(path, option, signal),
  );
  const incoming = incomingText(kind, withoutLineEnd(decodedText(bytes, source)), source);
  // White space around a key means nothing to those who read it.
  await messages.change(kind === 'key' ? { ...incoming, notice: undefined } : incoming);
  if (path !== '-' && edges.platform !== 'win32' && isReadableByOthers(path)) {
    await messages.alert(readableByOthers(path));
  }
  return incoming.text;
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

async function read(path: string, option: string, signal: AbortSignal): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    const { readInputFile } = await import('../files/input-file.ts');
    // No file is read further than this, also one that never ends.
    bytes = await readInputFile(path, { signal, limit: LIMIT_BYTES + 1 });
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new CliError('usage', `${option}: ${path} cannot be read (${reason})`, {
      hint: option.startsWith('--') ? 'give a file, or - for standard input' : 'give a file that this user can read',
      cause: error,
    });
  }
  if (bytes.length <= LIMIT_BYTES) return bytes;
  throw new CliError('invalid', `${option}: ${path} is longer than ${LIMIT_BYTES} bytes`, { hint: 'give the file with the secret alone' });
}

/** A pipe is nobody else's. */
function isReadableByOthers(path: string): boolean {
  const status = statSync(path);
  return status.isFile() && (status.mode & 0o044) !== 0;
}
