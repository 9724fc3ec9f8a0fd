import { setMaxListeners } from 'node:events';
import type { Clock } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import type { Word } from '../../hint.ts';
import type { SingleRequests } from '../../identity/single-requests.ts';
import type { Journal } from '../journal/journal.ts';
import type { PlannedCustomer } from '../plan.ts';
import { createBreaker, type MaxFailures } from './breaker.ts';
import { handleCustomer, type Made, type Work } from './customer.ts';
import { createPace, type Pace } from './pace.ts';
import type { Sender } from './request.ts';
import type { RowResult } from './row.ts';
import { createCounter, type Summary } from './summary.ts';

export interface RunOptions {
  readonly customers: AsyncIterable<PlannedCustomer>;
  /** Of the manifest. */
  readonly rows: number;
  readonly journal: Journal;
  /** Makes what sends the requests, in the turns of the run. */
  readonly service: (turn: () => Promise<void>) => SingleRequests;
  readonly reliesOnKeys: boolean;
  /** The words of the command that goes on. */
  readonly resume: readonly Word[];
  /** Nothing shows that the handles of the manifest are ours: see `Work`. */
  readonly isFirstRun: boolean;
  readonly concurrency: number;
  readonly ratePerSecond?: number | undefined;
  readonly maxFailures?: MaxFailures | undefined;
  readonly maxDurationMs?: number | undefined;
  readonly clock: Clock;
  /** Aborted when a signal asks the run to end: what is under way is finished. */
  readonly drain: AbortSignal;
  readonly listener: RunListener;
}

/** Who is told of what happens. */
export interface RunListener {
  readonly onSend: Sender['onEvent'];
  readonly onMade: (made: Made) => void;
  readonly onRow: (result: RowResult) => void;
  readonly onPause: (pause: { readonly delayMs: number; readonly why: string }) => void;
  readonly onProgress: (progress: () => Progress) => void;
}

/** How far a run is. */
export interface Progress {
  readonly done: number;
  readonly rows: number;
  readonly inFlight: number;
  readonly limit: number;
  readonly retries: number;
}

export interface RunOutcome {
  readonly summary: Summary;
  readonly stopped: CliError | undefined;
  /** Whether anything was made or changed. */
  readonly hasChanged: boolean;
}

/**
 * Does what is planned, customer by customer as they are read: many at once, the requests of one customer one after the other. Goes on after
 * failures. What is not begun when the run is stopped is counted all the same. Rejects with the error of the manifest, when it changed meanwhile,
 * and with bugs of ours.
 */
export async function runPlan(options: RunOptions): Promise<RunOutcome> {
  const { customers, rows, journal, clock, drain, concurrency, maxDurationMs, listener } = options;
  const stopping = new AbortController();
  // As many wait for it as requests are under way.
  setMaxListeners(0, stopping.signal);
  const stop = (error: CliError) => stopping.abort(error);
  const onDrain = () => stop(asCliError(drain.reason));
  if (drain.aborted) onDrain();
  drain.addEventListener('abort', onDrain, { once: true });
  const begun = clock.now();
  const over = new AbortController();
  if (maxDurationMs !== undefined) {
    clock.sleep(maxDurationMs, over.signal).then(
      () => stop(timeIsOver()),
      () => undefined,
    );
  }
  const pace = createPace({
    ...{ concurrency, ratePerSecond: options.ratePerSecond, clock, stopped: stopping.signal, giveUp: stop, onPause: listener.onPause },
    leftMs: () => (maxDurationMs === undefined ? undefined : Math.max(0, begun + maxDurationMs - clock.now())),
  });
  const state = createState(options, { pace, stopping, stop });
  const work: Work = state.work;
  const running = new Set<Promise<void>>();
  let bug: { readonly error: unknown } | undefined;
  try {
    for await (const planned of customers) {
      const done: Promise<void> = handleCustomer(work, planned).then(
        () => void running.delete(done),
        (error) => {
          running.delete(done);
          bug ??= { error };
          stop(new CliError('internal', 'the run ended early'));
        },
      );
      running.add(done);
      while (running.size >= state.atOnce()) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
    over.abort();
    drain.removeEventListener('abort', onDrain);
    await journal.durable().catch(() => undefined);
  }
  if (bug) throw bug.error;
  return { summary: state.summary(rows), stopped: state.stopped(), hasChanged: state.hasChanged() };
}

/** One customer more than may be sent for, for each so many of them, gets ready meanwhile: its intent is written. */
const AHEAD = 4;

interface Stopping {
  readonly pace: Pace;
  readonly stopping: AbortController;
  readonly stop: (error: CliError) => void;
}

/** What changes while a run goes on. */
function createState(options: RunOptions, { pace, stopping, stop }: Stopping) {
  const { journal, clock, service, reliesOnKeys, rows, maxFailures, concurrency, listener } = options;
  const counter = createCounter();
  const breaker = createBreaker(maxFailures, rows);
  let halted: CliError | undefined;
  // One after the other until the first instance is there: what was done before would have taken its handle.
  let isProven = !options.isFirstRun;
  let done = 0;
  let retries = 0;
  let hasChanged = false;
  const stopped = () => (stopping.signal.aborted ? asCliError(stopping.signal.reason) : halted);

  function onRow(result: RowResult): void {
    done += 1;
    counter.add(result);
    listener.onRow(result);
    const tripped = result.isAsPlanned ? undefined : breaker(result.status);
    if (tripped) stop(new CliError(result.error?.code ?? tripped.code, tripped.message, { hint: tripped.hint }));
  }

  const sender: Sender = {
    ...{ pace, journal, clock, stop, stopped: stopping.signal },
    halted: () => halted,
    onEvent: (event) => {
      if (event.event === 'retry') retries += 1;
      listener.onSend(event);
    },
  };
  const work: Work = {
    ...{ sender, reliesOnKeys, resume: options.resume, isFirstRun: options.isFirstRun, service: service(pace.turn), onRow },
    halt: (error) => {
      halted ??= error;
    },
    onInstance: () => {
      isProven = true;
    },
    onMade: (made) => {
      hasChanged = true;
      listener.onMade(made);
    },
  };
  listener.onProgress(() => ({ done, rows, inFlight: pace.inFlight(), limit: pace.limit(), retries }));

  return {
    work,
    stopped,
    atOnce: () => (isProven ? concurrency + Math.ceil(concurrency / AHEAD) : 1),
    hasChanged: () => hasChanged,
    summary: counter.summary,
  };
}

function asCliError(reason: unknown): CliError {
  return reason instanceof CliError ? reason : new CliError('internal', 'the run was stopped', { cause: reason });
}

function timeIsOver(): CliError {
  return new CliError('unavailable', '--max-duration is over', { hint: 'run it again: it goes on where it stopped' });
}
