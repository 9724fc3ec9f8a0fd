import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';

/** What a terminal puts around a paste when it was asked to (xterm's bracketed paste). */
const [PASTE_BEGINS, PASTE_ENDS] = ['\x1b[200~', '\x1b[201~'];
const [ASK_FOR_MARKS, LEAVE_MARKS] = ['\x1b[?2004h', '\x1b[?2004l'];

/** A paste comes in pieces, one right after the other. */
const QUIET_MS = 60;

export interface PasteOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly clock: Clock;
}

/**
 * Asks a question whose answer is one line, with `ask`, whose signal is aborted when more than one is pasted: the first would be taken for the
 * answer, and the shell would run the others. Throws `invalid` then, when nothing of the paste is left in the terminal.
 */
export async function refusingLines<T>({ input, output, clock }: PasteOptions, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const refused = new AbortController();
  let pasted = '';
  let isOpen = false;
  let pieces = 0;
  const onData = (chunk: unknown) => {
    pieces += 1;
    const text = String(chunk);
    pasted = isOpen ? pasted + text : text;
    isOpen = pasted.lastIndexOf(PASTE_BEGINS) > pasted.lastIndexOf(PASTE_ENDS);
    if (hasLines(pasted)) refused.abort();
  };

  /** Takes all that is still to come of a paste. */
  async function drain(): Promise<void> {
    setRaw(input, true);
    input.resume();
    let seen: number;
    do {
      seen = pieces;
      await clock.sleep(QUIET_MS);
    } while (pieces > seen);
    input.pause();
    setRaw(input, false);
  }

  output.write(ASK_FOR_MARKS);
  input.prependListener('data', onData);
  try {
    const outcome = await ask(refused.signal).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    if (refused.signal.aborted || isOpen) await drain();
    if (refused.signal.aborted) throw moreThanOneLine();
    if ('error' in outcome) throw outcome.error;
    return outcome.answer;
  } finally {
    input.off('data', onData);
    output.write(LEAVE_MARKS);
  }
}

/** Whether anything but line ends follows a line end. Pure. */
function hasLines(text: string): boolean {
  return /[\r\n][^\r\n]/.test(text.replaceAll(PASTE_BEGINS, '').replaceAll(PASTE_ENDS, ''));
}

function moreThanOneLine(): CliError {
  return new CliError('invalid', 'more than one line was pasted, and one was asked for', {
    hint: 'copy it again, whole and in one line; nothing of it was used',
  });
}

function setRaw(stream: NodeJS.ReadableStream, isRaw: boolean): void {
  if ('setRawMode' in stream && typeof stream.setRawMode === 'function') stream.setRawMode(isRaw);
}
