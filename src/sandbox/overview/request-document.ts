import type { LoggedRequest } from './request-log.ts';
import { shownPath } from './shown-path.ts';

/** A request as those may see it who look on: without what it is signed in by. */
export function requestDocument({ number, at, method, target, status, milliseconds }: LoggedRequest) {
  return {
    number,
    time: new Date(at).toISOString(),
    method,
    path: shownPath(target),
    status,
    duration_ms: Math.round(milliseconds * 10) / 10,
  };
}
