import type { Request, Response } from '../exchange.ts';

export interface LoggedRequest {
  /** Counts the requests, from 1. */
  readonly number: number;
  /** When it was over, in milliseconds since the Unix epoch. */
  readonly at: number;
  readonly method: string;
  /** The target as it was sent, query included: not for showing. */
  readonly target: string;
  /** Undefined when the connection was cut before the end of the answer. */
  readonly status: number | undefined;
  readonly milliseconds: number;
}

export interface RequestLog {
  /** Notes the request when it is over, then calls `onNoted`. */
  readonly watch: (request: Request, response: Response) => void;
  /** Those after that number, the latest first, at most `LOG_SIZE`. */
  readonly since: (number: number) => readonly LoggedRequest[];
  /** How many there were. */
  readonly count: () => number;
}

export const LOG_SIZE = 100;

/** Remembers the latest requests. It is on the way of every request, so it keeps what there is and leaves the rest to its reader. */
export function createRequestLog(onNoted: () => void): RequestLog {
  const entries: LoggedRequest[] = [];
  let count = 0;
  return {
    watch: (request, response) => {
      const start = performance.now();
      response.once('close', () => {
        const { method = '', url: target = '', aborted } = request;
        const status = response.writableFinished && !aborted ? response.statusCode : undefined;
        const end = performance.now();
        const at = performance.timeOrigin + end;
        entries[count % LOG_SIZE] = { number: count + 1, at, method, target, status, milliseconds: end - start };
        count += 1;
        onNoted();
      });
    },
    since: (number) => entries.filter((entry) => entry.number > number).sort((a, b) => b.number - a.number),
    count: () => count,
  };
}
