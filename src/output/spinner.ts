import { graphemeRuler } from './grapheme-ruler.ts';
import { isNarrow, narrowRuler } from './ruler.ts';
import { terminalSafe } from './terminal-text.ts';

const FRAMES = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
const ASCII_FRAMES = [...'|/-\\'];
const FRAME_MS = 100;

/** What is being done: an action in the imperative (`read organization X`), or a function that says it in a line of its own. */
export type Doing = string | (() => string);

export interface SpinnerLook {
  /** Width of the terminal. */
  readonly columns: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Whether the terminal shows no more than ASCII of what is ours. */
  readonly isAscii: boolean;
}

/** The line that says what is being done, which leaves the last column of the terminal free: it never wraps. Pure. */
export function spinnerLine(doing: Doing, { columns, now, isAscii }: SpinnerLook): string {
  const text = terminalSafe(typeof doing === 'string' ? `${inProgress(doing)}…` : doing());
  const ruler = isNarrow(text) ? narrowRuler : graphemeRuler;
  const frames = isAscii ? ASCII_FRAMES : FRAMES;
  const line = `${frames[Math.floor(now / FRAME_MS) % frames.length]} ${ruler.cut(text, columns - 3)}`;
  return isAscii ? line.replaceAll('…', '.') : line;
}

/** Verbs that double their last letter. */
const DOUBLING = new Set(['get', 'set', 'transfer']);

/** An action that is under way: `Reading organization X` for `read organization X`. A request, `GET /api`, stays. Pure. */
export function inProgress(action: string): string {
  const [verb = '', ...others] = action.split(' ');
  if (/^[A-Z]/.test(verb)) return action;
  const stem = DOUBLING.has(verb) ? verb + verb.slice(-1) : verb.replace(/(?<=[^e])e$/, '');
  return [`${stem.charAt(0).toUpperCase()}${stem.slice(1)}ing`, ...others].join(' ');
}
