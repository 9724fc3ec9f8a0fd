import pLimit from 'p-limit';
import type { Clock } from '../../edges.ts';
import { CliError } from '../../errors.ts';

export interface PaceOptions {
  /** How many requests may be under way at once, at most. */
  readonly concurrency: number;
  /** How many requests may begin in a second, whatever they are; no ceiling when absent. */
  readonly ratePerSecond?: number | undefined;
  readonly clock: Clock;
  /** Aborted when nothing more may be sent; its reason is thrown to who waits. */
  readonly stopped: AbortSignal;
  /** Milliseconds that the whole run has left; undefined without a limit. */
  readonly leftMs: () => number | undefined;
  /** Called when the server asks for a longer wait than is left. */
  readonly giveUp: (error: CliError) => void;
  /** Told of each pause of all requests. */
  readonly onPause?: ((pause: { readonly delayMs: number; readonly why: string }) => void) | undefined;
  /** From 0 to 1, 1 excluded. */
  readonly random?: (() => number) | undefined;
}

/** When requests are sent: how many at once, how many in a second, and when none. */
export interface Pace {
  /**
   * Prepares one request and sends it when its turn has come: what is prepared waits for others to be answered, unless a rate makes all wait.
   * Rejects with the reason of the stop when that comes first.
   */
  readonly inTurn: <P, T>(prepare: () => Promise<P>, send: (prepared: P) => Promise<T>) => Promise<T>;
  /** Waits for the turn of one more request, of a caller whose turn it is already. */
  readonly turn: () => Promise<void>;
  /** To be told of an answer that is none of those below, and how long it took. */
  readonly answered: (latencyMs: number) => void;
  /** To be told of a server that asked for a pause, by its `Retry-After` where it gave one. Nothing is sent until it is over. */
  readonly pause: (why: string, retryAfterS: number | undefined) => void;
  /** How many may be under way now. */
  readonly limit: () => number;
  readonly inFlight: () => number;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_OWN_PAUSE_MS = 10_000;
/** Without a limit for the run, the longest time for which a server may refuse everything. */
const PATIENCE_MS = 3_600_000;
/** A server is overloaded that takes so many times as long as at its best, and more than a moment. */
const SLOW_FACTOR = 5;
const SLOW_MS = 1_000;
/** How much a single answer says about how long answers take. */
const WEIGHT = 0.1;

export function createPace(options: PaceOptions): Pace {
  const { concurrency, ratePerSecond, clock, stopped, leftMs, giveUp, onPause, random = Math.random } = options;
  const limit = pLimit(concurrency);
  const intervalMs = ratePerSecond === undefined ? 0 : 1_000 / ratePerSecond;
  let nextAt = 0;
  let pausedUntil = 0;
  let refusals = 0;
  let lastAnswerAt = clock.now();
  /** Answers since the limit changed. */
  let steady = 0;
  let latency: number | undefined;
  let bestLatency = Number.POSITIVE_INFINITY;

  async function pauseIsOver(): Promise<void> {
    for (let wait = pausedUntil - clock.now(); wait > 0; wait = pausedUntil - clock.now()) await clock.sleep(wait, stopped);
    stopped.throwIfAborted();
  }

  async function turn(): Promise<void> {
    stopped.throwIfAborted();
    for (;;) {
      await pauseIsOver();
      if (intervalMs === 0) return;
      const now = clock.now();
      const at = Math.max(now, nextAt);
      nextAt = at + intervalMs;
      if (at > now) await clock.sleep(at - now, stopped);
      // A moment that fell into a pause is lost: all of those would come at once after it.
      if (pausedUntil <= clock.now()) return;
    }
  }

  function slowDown(factor: number): void {
    limit.concurrency = Math.max(1, Math.floor(limit.concurrency * factor));
    steady = 0;
  }

  function answered(latencyMs: number): void {
    refusals = 0;
    lastAnswerAt = clock.now();
    latency = latency === undefined ? latencyMs : latency + WEIGHT * (latencyMs - latency);
    bestLatency = Math.min(bestLatency, latency);
    steady += 1;
    if (steady < limit.concurrency) return;
    if (latency > SLOW_MS && latency > SLOW_FACTOR * bestLatency) slowDown(0.75);
    else if (limit.concurrency < concurrency) {
      limit.concurrency += 1;
      steady = 0;
    }
  }

  function pause(why: string, retryAfterS: number | undefined): void {
    const now = clock.now();
    // Those that were under way when the first one was refused say nothing new.
    if (pausedUntil <= now) {
      refusals += 1;
      slowDown(0.5);
    }
    const own = Math.min(LONGEST_OWN_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (refusals - 1)) * (0.5 + random() / 2);
    const delayMs = Math.ceil(retryAfterS === undefined ? own : retryAfterS * 1_000);
    const left = leftMs() ?? lastAnswerAt + PATIENCE_MS - now;
    if (delayMs >= left) {
      giveUp(
        new CliError('unavailable', `${why}, and a wait of ${Math.ceil(delayMs / 1_000)} s is longer than what is left`, {
          hint: 'run it again later: it goes on where it stopped',
          retryAfter: retryAfterS,
        }),
      );
      return;
    }
    if (now + delayMs <= pausedUntil) return;
    pausedUntil = now + delayMs;
    onPause?.({ delayMs, why });
  }

  return {
    inTurn: async (prepare, send) => {
      if (ratePerSecond !== undefined) {
        return limit(async () => {
          await turn();
          return send(await prepare());
        });
      }
      await pauseIsOver();
      const prepared = await prepare();
      return limit(async () => {
        await pauseIsOver();
        return send(prepared);
      });
    },
    turn,
    answered,
    pause,
    limit: () => limit.concurrency,
    inFlight: () => limit.activeCount,
  };
}
