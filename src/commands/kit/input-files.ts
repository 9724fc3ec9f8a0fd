import type { Context } from '../../context/context.ts';
import { readInTime } from '../../context/read-in-time.ts';
import { CliError, isCliError } from '../../errors.ts';

/** Reads a file byte by byte, or standard input for `-`; `flag` names it in errors, and `hint` says what helps. Throws `usage`. */
export type InputReader = (file: string, flag: string, hint?: string) => Promise<Uint8Array>;

/** Reads what one command line refers to: standard input can be read only once. */
export function inputReader(context: Pick<Context, 'edges' | 'budget'>): InputReader {
  let isRead = false;
  return async (file, flag, hint = 'give a file, or - for standard input') => {
    if (file !== '-') {
      // Loaded only here: it costs every command that does without it.
      const { readInputFile } = await import('../../files/input-file.ts');
      return readInTime(context, `${flag}: ${JSON.stringify(file)}`, (signal) => readInputFile(file, { signal })).catch(
        (error: unknown) => {
          throw unreadable(file, flag, hint, error);
        },
      );
    }
    if (isRead) throw new CliError('usage', 'standard input can be read once only', { hint: 'give the other one as a file' });
    isRead = true;
    return readInTime(context, 'standard input', (signal) => readToEnd(context.edges.stdin.stream, signal));
  };
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

function unreadable(file: string, flag: string, hint: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error) || error.name === 'AbortError' || isCliError(error)) return error;
  return new CliError('usage', `${flag}: ${JSON.stringify(file)} cannot be read (${String(error.code)})`, { hint, cause: error });
}

/**
 * True for the name of a header or a field whose value does not belong into the argument list, where others on this machine can read it.
 * Fewer names than `--debug` hides (`isSecretName`): a `code`, a `state` or an `Idempotency-Key` is an ordinary value in most requests.
 */
export function isSecretArgument(name: string): boolean {
  return SECRET.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

const SECRET = /(authorization|cookie|dpop|token|secret|password|passphrase|apikey|credentials?)$/;
