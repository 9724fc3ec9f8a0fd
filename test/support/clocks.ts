import type { Clock } from '../../src/edges.ts';

export const realClock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

/** The real one, but that it waits long where it is asked to wait that short: for what a machine that is too busy would not get done in it. */
export function patientClock(shortMs: number): Clock {
  return { ...realClock, sleep: (milliseconds, signal) => realClock.sleep(milliseconds === shortMs ? 20_000 : milliseconds, signal) };
}

/** Time that passes only while somebody sleeps, and then at once; `sleeps` are the milliseconds asked for. */
export function leapingClock(start = 1_000_000): Clock & { readonly sleeps: number[] } {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      sleeps.push(milliseconds);
      now += milliseconds;
    },
  };
}
