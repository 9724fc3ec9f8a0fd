import type { Edges, JobControl, Output } from '../edges.ts';
import { type Environment, isAgent, isCi, saysYes } from '../environment.ts';
import { isWithoutUtf8 } from './ascii.ts';
import type { Doing, SpinnerLook } from './spinner.ts';
import { changedOutput } from './terminal-output.ts';

/** Says what is being done to a person who has looked at a silent terminal for a while. */
export interface Activity {
  /** Whether there is such a person. Where there is not, the work is done all the same. */
  readonly isShown: boolean;
  /** Does the work. Of several at a time, the one that began first is shown. */
  readonly during: <T>(doing: Doing, work: () => Promise<T>) => Promise<T>;
  /** The same for work of which nothing is shown when it is a part of something else. */
  readonly unlessDuring: <T>(doing: Doing, work: () => Promise<T>) => Promise<T>;
  /** Shows this in place of everything else until a time, in milliseconds since the Unix epoch. */
  readonly until: (time: number, text: () => string) => void;
  /** Shows nothing until the function that it returns is called: somebody else has the last line of the terminal. */
  readonly pause: () => () => void;
}

/** The one that owns the last line of a terminal, and takes it away before anything else is written. */
export interface TerminalActivity extends Activity {
  /** The same output, which takes the line away before it writes. */
  readonly before: (output: Output) => Output;
  /** From now on the line may be shown. */
  readonly allow: () => void;
  /** Takes the line away for good. Returns whether it was there. */
  readonly end: () => boolean;
}

/** After this much silence the line is shown, in milliseconds. */
const SILENCE_MS = 300;
const DRAW_EVERY_MS = 100;
/**
 * To the first column, and away with what is in the line, then with what is beneath: a line that was drawn on a wider terminal may have wrapped.
 * Both at once, at the top of a screen, would be kept by some terminals among the lines that have scrolled away.
 */
const CLEAR = '\r\x1b[K\x1b[J';

/** Whether a line of a terminal may change while somebody looks at it. `FLOWKIWI_NO_SPINNER` says no. Pure. */
export function mayAnimate({ isTerminal }: Pick<Output, 'isTerminal'>, env: Environment): boolean {
  return isTerminal && env['TERM'] !== 'dumb' && !isCi(env) && !isAgent(env) && !saysYes(env, 'FLOWKIWI_NO_SPINNER');
}

/** Where nothing is ever shown. */
export const UNSEEN: Activity = {
  isShown: false,
  during: (_, work) => work(),
  unlessDuring: (_, work) => work(),
  until: () => undefined,
  pause: () => () => undefined,
};

/** Shows nothing until it is allowed. What draws the line is loaded when there is something to draw. Never throws but what the work throws. */
export function createActivity(edges: Pick<Edges, 'env' | 'platform' | 'stderr' | 'clock' | 'jobControl'>): TerminalActivity {
  const { stderr, clock } = edges;
  const running = new Set<{ readonly doing: Doing }>();
  const ended = new AbortController();
  let [isAllowed, isWatching, isDrawn, isAtLineStart] = [false, false, false, true];
  let saidAt = clock.now();
  let pauses = 0;
  let instead: { readonly time: number; readonly text: () => string } | undefined;
  let drawing: { readonly lineOf: LineOf; readonly job: JobControl } | undefined;

  function clear(): void {
    if (isDrawn) stderr.stream.write(CLEAR);
    isDrawn = false;
  }

  function shown(): Doing | undefined {
    const [first] = running;
    if (first === undefined || pauses > 0 || !isAtLineStart) return undefined;
    return instead && clock.now() < instead.time ? instead.text : first.doing;
  }

  async function load(): Promise<NonNullable<typeof drawing>> {
    const [{ spinnerLine }, job] = await Promise.all([import('./spinner.ts'), edges.jobControl()]);
    job.beforeStop(clear);
    return { lineOf: spinnerLine, job };
  }

  async function watch(): Promise<void> {
    while (running.size > 0 || isDrawn) {
      const silentMs = clock.now() - saidAt;
      await clock.sleep(Math.max(DRAW_EVERY_MS, SILENCE_MS - silentMs), ended.signal);
      drawing ??= await load();
      if (ended.signal.aborted) return;
      const doing = shown();
      if (doing === undefined) clear();
      else if (clock.now() - saidAt >= SILENCE_MS && drawing.job.isInForeground()) {
        const look = { columns: stderr.columns ?? 80, now: clock.now(), isAscii: isWithoutUtf8(edges.env, edges.platform) };
        stderr.stream.write(`\r${drawing.lineOf(doing, look)}\x1b[J\r`);
        isDrawn = true;
      }
    }
  }

  function begin(): void {
    if (!isAllowed || isWatching || ended.signal.aborted) return;
    isWatching = true;
    const stop = () => {
      isWatching = false;
    };
    watch().then(stop, stop);
  }

  async function during<T>(doing: Doing, work: () => Promise<T>): Promise<T> {
    const entry = { doing };
    running.add(entry);
    begin();
    try {
      return await work();
    } finally {
      running.delete(entry);
    }
  }

  return {
    get isShown() {
      return isAllowed;
    },
    during,
    unlessDuring: (doing, work) => (running.size > 0 ? work() : during(doing, work)),
    until: (time, text) => {
      instead = { time, text };
    },
    pause: () => {
      pauses += 1;
      clear();
      let isOver = false;
      return () => {
        if (!isOver) pauses -= 1;
        isOver = true;
        saidAt = clock.now();
      };
    },
    before: (output) =>
      changedOutput(output, (content) => {
        clear();
        saidAt = clock.now();
        if (content.length > 0) isAtLineStart = content.at(-1) === '\n' || content.at(-1) === 0x0a;
        return content;
      }),
    allow: () => {
      isAllowed = true;
    },
    end: () => {
      const wasDrawn = isDrawn;
      clear();
      ended.abort();
      return wasDrawn;
    },
  };
}

type LineOf = (doing: Doing, look: SpinnerLook) => string;
