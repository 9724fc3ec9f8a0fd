import type { Clock, Output } from '../edges.ts';

export interface ProgressOptions {
  readonly stderr: Output;
  /** Whether a line may change there; else one is said from time to time. */
  readonly isLive: boolean;
  readonly clock: Clock;
  /** What there is to say now, in one line of letters, digits and signs of ASCII. */
  readonly text: () => string;
  /** How much is done, from 0 to 1; undefined where that cannot be told. */
  readonly share: () => number | undefined;
  /** Where it is said from time to time. */
  readonly say: (line: string) => Promise<void>;
}

/** What is being done, for as long as it takes. */
export interface ProgressLine {
  /** Takes the line away, so that something else can be written. */
  readonly clear: () => void;
  /** Takes it away for good. */
  readonly end: () => void;
}

const DRAW_EVERY_MS = 200;
const SAY_EVERY_MS = 10_000;
const BAR_WIDTH = 20;
/** To the first column, and away with what is in the line. */
const CLEAR = '\r\x1b[K';

/** A line that changes where it may, elsewhere one every ten seconds. Never throws. */
export function startProgress({ stderr, isLive, clock, text, share, say }: ProgressOptions): ProgressLine {
  const ended = new AbortController();
  let isDrawn = false;

  function clear(): void {
    if (isDrawn) stderr.stream.write(CLEAR);
    isDrawn = false;
  }

  function draw(): void {
    const line = `${bar(share())}${text()}`;
    stderr.stream.write(CLEAR + line.slice(0, Math.max(1, (stderr.columns ?? 80) - 1)));
    isDrawn = true;
  }

  async function go(): Promise<void> {
    for (;;) {
      await clock.sleep(isLive ? DRAW_EVERY_MS : SAY_EVERY_MS, ended.signal);
      if (isLive) draw();
      else await say(text());
    }
  }

  go().catch(() => undefined);
  return {
    clear,
    end: () => {
      ended.abort();
      clear();
    },
  };
}

function bar(share: number | undefined): string {
  if (share === undefined) return '';
  const full = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}] `;
}
