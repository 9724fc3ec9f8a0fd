import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../edges.ts';

const clocks = new AsyncLocalStorage<Clock>();

/** Does the work, in which oidc-provider goes by that clock, where it has been bundled. */
export function goingBy<T>(clock: Clock, work: () => T): T {
  return clocks.run(clock, work);
}

/** A time in seconds: that of the clock, or one in milliseconds. It stands in the bundle for `helpers/epoch_time.js` of oidc-provider, which knows `Date` alone. */
export function epochTime(milliseconds: number = clocks.getStore()?.now() ?? Date.now()): number {
  return Math.floor(milliseconds / 1000);
}
