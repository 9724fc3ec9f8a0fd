import { type LockOptions, withLock } from './lock.ts';

/** How often somebody who waits looks whether another process has done the work already. */
const LOOK_EVERY_MS = 250;

/** Work that several processes want done, and that one does for all. */
export interface SharedWork<T> {
  /** What there is when it is done; undefined while it is not. */
  readonly done: () => Promise<T | undefined>;
  /** Does it. */
  readonly work: () => Promise<T>;
}

/**
 * Does the work under the lock, unless it is done by then. A process that waits for the lock ends as soon as the work is done, also when the
 * holder has the lock yet: it may have been stopped (Ctrl-Z) after the work.
 * Resolves to undefined when the lock cannot be had and the work is not done. Rejects as `withLock`, `done` and `work` do.
 */
export async function lockUnlessDone<T>(
  path: string,
  { waitMs, clock }: Omit<LockOptions, 'signal'>,
  { done, work }: SharedWork<T>,
): Promise<{ readonly value: T } | undefined> {
  const waiting = new AbortController();

  async function watch(): Promise<{ readonly value: T }> {
    for (;;) {
      await clock.sleep(LOOK_EVERY_MS, waiting.signal);
      const value = await done();
      if (value !== undefined) return { value };
    }
  }

  const locked = withLock(path, { waitMs, clock, signal: waiting.signal }, async () => {
    waiting.signal.throwIfAborted();
    // From here on nobody waits: the work itself is not to be cut short, whatever a last look has seen.
    waiting.abort();
    return (await done()) ?? work();
  });
  const watched = watch();
  const seen = () => (waiting.signal.aborted ? locked : watched);
  try {
    return await Promise.race([locked, watched.then(seen, seen)]);
  } finally {
    waiting.abort();
    locked.catch(() => undefined);
  }
}
