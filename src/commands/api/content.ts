import { readFile } from 'node:fs/promises';
import type { Edges } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import { type Field, splitField, typedValue } from './fields.ts';

/** Reads what the command line refers to: files, and standard input at most once. */
export interface Content {
  /** The bytes of a file, or of standard input for `-`. Throws `usage` or `invalid`. */
  readonly bytes: (file: string, flag: string) => Promise<Uint8Array>;
  /** A field of `-F`: its value typed, or read where it begins with `@`. */
  readonly field: (text: string) => Promise<Field>;
}

export function createContent({ stdin, interruption }: Pick<Edges, 'stdin' | 'interruption'>): Content {
  let isRead = false;

  async function bytes(file: string, flag: string): Promise<Uint8Array> {
    if (file !== '-')
      return readFile(file, { signal: interruption }).catch((error: unknown) => Promise.reject(unreadable(file, flag, error)));
    if (isRead) throw new CliError('usage', 'standard input can be read once only', { hint: 'give the other one as a file' });
    isRead = true;
    return readToEnd(stdin.stream, interruption);
  }

  async function field(given: string): Promise<Field> {
    const { name, text } = splitField(given, '--field');
    if (text === undefined || !text.startsWith('@')) return { name, value: text === undefined ? undefined : typedValue(text) };
    return { name, value: Buffer.from(await bytes(text.slice(1), `--field ${name}`)).toString('utf8') };
  }

  return { bytes, field };
}

/** All of it, unless the signal is aborted first. */
function readToEnd(stream: NodeJS.ReadableStream, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    stream.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
    stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.on('error', reject);
  });
}

function unreadable(file: string, flag: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error) || error.name === 'AbortError') return error;
  return new CliError('usage', `${flag}: ${JSON.stringify(file)} cannot be read (${String(error.code)})`, {
    hint: flag === '--input' ? 'give a file, or - for standard input' : 'a text that begins with @ is given with --raw-field',
    cause: error,
  });
}
