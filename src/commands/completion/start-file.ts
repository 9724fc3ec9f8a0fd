import { statSync } from 'node:fs';
import { readInputFile } from '../../files/input-file.ts';

/** A start-up file is shorter than this, in bytes. */
const LONGEST = 16 * 1024 * 1024;

/**
 * The beginning of a start-up file, as text that can be searched whatever its encoding; undefined where there is none, or it cannot be read. Throws the
 * reason of an abort.
 */
export async function startFileText(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    if (!statSync(path).isFile()) return undefined;
    return (await readInputFile(path, { signal, limit: LONGEST })).toString('latin1');
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Whether a start-up file, or a script, has something of the completion of flowkiwi in it that is no comment. */
export function hasCompletion(text: string): boolean {
  return text
    .split('\n')
    .some(
      (line) =>
        !/^\s*#(?!compdef)/.test(line) &&
        /flowkiwi completion|_flowkiwi\b|__complete|flowkiwi\/completion|completions\/flowkiwi/.test(line),
    );
}
