import type { Clock } from '../../edges.ts';
import { jsonBody, type Middleware } from './middleware.ts';
import { ROUTES } from './routes.ts';

/** What a poll may come early by, as a part of the interval: timers and networks are not exact. */
const TOLERANCE = 0.1;

/** Added to the interval by each `slow_down`, for this poll and all later ones (RFC 8628 section 3.5). */
const SLOW_DOWN_MS = 5000;

interface Pace {
  /** Least time between two polls for a code. */
  readonly intervalSeconds: number;
  /** How long a code lives. */
  readonly deviceCodeSeconds: number;
}

interface Poll {
  readonly atMs: number;
  readonly intervalMs: number;
}

/**
 * The two things of RFC 8628 that the provider leaves out: `interval` in the device authorization response (section 3.2), and
 * `slow_down` for a client that polls faster than that (section 3.5). A restart forgets the last polls, which forgives one that is early;
 * so does the end of a code's life.
 */
export function paceDevicePolling(clock: Clock, { intervalSeconds, deviceCodeSeconds }: Pace): Middleware {
  const lastPolls = new Map<string, Poll>();

  return async (context, next) => {
    await next();
    const body = jsonBody(context);
    if (body === undefined) return;
    if (context.path === ROUTES.device_authorization && context.status === 200) {
      context.body = { ...body, interval: intervalSeconds };
    } else if (context.path === ROUTES.token) {
      const deviceCode = context.oidc.params?.['device_code'];
      if (typeof deviceCode !== 'string') return;
      if (body['error'] !== 'authorization_pending') lastPolls.delete(deviceCode);
      else if (isEarly(deviceCode)) context.body = { error: 'slow_down', error_description: 'The device code is polled too often.' };
    }
  };

  function isEarly(deviceCode: string): boolean {
    const atMs = clock.now();
    forgetBefore(atMs - deviceCodeSeconds * 1000);
    const last = lastPolls.get(deviceCode);
    const intervalMs = last?.intervalMs ?? intervalSeconds * 1000;
    const early = last !== undefined && atMs - last.atMs < intervalMs * (1 - TOLERANCE);
    // At the end: the polls are in the order of their times.
    lastPolls.delete(deviceCode);
    lastPolls.set(deviceCode, { atMs, intervalMs: early ? intervalMs + SLOW_DOWN_MS : intervalMs });
    return early;
  }

  function forgetBefore(timeMs: number): void {
    for (const [deviceCode, { atMs }] of lastPolls) {
      if (atMs >= timeMs) return;
      lastPolls.delete(deviceCode);
    }
  }
}
