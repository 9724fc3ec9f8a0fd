import type { Context } from '../../context/context.ts';
import { spokenTime, type WhileWaiting } from '../../oauth/time-limit.ts';
import { copyToClipboard, hasClipboard } from '../../output/clipboard.ts';

/** Says what a sign-in waits for, and how long: counted down on a terminal, else in one line. */
export function whileWaitingFor(
  { activity, messages, edges }: Pick<Context, 'activity' | 'messages' | 'edges'>,
  what: string,
): WhileWaiting {
  const { clock } = edges;
  return async (end, work) => {
    if (!activity.isShown) await messages.notice(`${what}, for ${spokenTime(end - clock.now())} at most`);
    return activity.during(() => `${what}… ${timeLeft(end - clock.now())} left`, work);
  };
}

/** What a key does, by what it sends: Enter is `\r`, Ctrl-D `\x04`. */
export type Keys = Readonly<Record<string, () => void>>;

/**
 * Does the work while keys do what they are for, on a terminal with a person at it; `c` copies the code to the clipboard of the terminal, as far as that
 * takes it (OSC 52). The terminal is given back whichever way it ends.
 */
export async function whileListening<T>(
  context: Pick<Context, 'edges' | 'prompter' | 'messages'>,
  { code, keys = {} }: { readonly code: string; readonly keys?: Keys | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const { edges, prompter, messages } = context;
  let isSaid = false;
  const copy = () => {
    copyToClipboard(edges.stderr, code);
    if (!isSaid) void messages.always(["Sent to your terminal's clipboard"]);
    isSaid = true;
  };
  const all: Keys = { ...(mayCopy(context, code) && { c: copy }), ...keys };
  if (!prompter || Object.keys(all).length === 0) return work();
  const stop = await edges.listenForKeys((key) => all[key]?.());
  try {
    return await work();
  } finally {
    stop();
  }
}

/** A code as servers make them to be typed: pasted in the wrong place it does nothing. */
const PLAIN_CODE = /^[A-Za-z0-9][A-Za-z0-9 -]*$/;

/** Whether a code can be copied with a key: there is a person at a terminal that may have a clipboard. */
export function mayCopy({ edges, prompter }: Pick<Context, 'edges' | 'prompter'>, code: string): boolean {
  return prompter !== undefined && hasClipboard(edges.env) && PLAIN_CODE.test(code);
}

/** How much time is left, as a clock shows it: `4:32`. Pure. */
export function timeLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
