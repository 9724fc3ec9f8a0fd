import type { Request, Response } from '../exchange.ts';
import { type RecordedMessage, recordRequest, recordResponse } from './recorded-message.ts';

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
  readonly request: () => RecordedMessage;
  readonly response: () => RecordedMessage;
}

export interface RequestLog {
  /** Notes the request when it is over, then tells those who listen. */
  readonly watch: (request: Request, response: Response) => void;
  /** Those after that number, the latest first, at most `LOG_SIZE`. */
  readonly since: (number: number) => readonly LoggedRequest[];
  /** How many there were. */
  readonly count: () => number;
  /** Calls the listener for each request from now on, and when the log is closed, until the function that it returns is called. */
  readonly listen: (listener: (entry: LoggedRequest | undefined) => void) => () => void;
  readonly isClosed: () => boolean;
  readonly close: () => void;
}

export const LOG_SIZE = 1000;

/** Remembers the latest requests. It is on the way of every request, so it keeps what there is and leaves the rest to its reader. */
export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  const listeners = new Set<(entry: LoggedRequest | undefined) => void>();
  let count = 0;
  let isClosed = false;
  const tell = (entry: LoggedRequest | undefined) => {
    for (const listener of [...listeners]) listener(entry);
  };
  return {
    watch: (request, response) => {
      const start = performance.now();
      const messages = { request: recordRequest(request), response: recordResponse(response) };
      const { method = '', url: target = '' } = request;
      response.once('close', () => {
        const status = response.writableFinished && !request.aborted ? response.statusCode : undefined;
        const end = performance.now();
        const at = performance.timeOrigin + end;
        const entry = { number: count + 1, at, method, target, status, milliseconds: end - start, ...messages };
        entries[count % LOG_SIZE] = entry;
        count += 1;
        tell(entry);
      });
    },
    since: (number) => entries.filter((entry) => entry.number > number).sort((a, b) => b.number - a.number),
    count: () => count,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    isClosed: () => isClosed,
    close: () => {
      isClosed = true;
      tell(undefined);
    },
  };
}
