import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../edges.ts';
import type { ControlSecret } from '../control-secret.ts';
import type { Database } from '../database.ts';
import type { Faults } from '../faults/faults.ts';
import type { Document } from '../flowkiwi/request-body.ts';
import type { RequestLog } from '../requests/request-log.ts';
import type { Switches } from '../switches.ts';

export interface ControlsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly origin: string;
  readonly secret: ControlSecret;
  /** When the sandbox was started, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** The data file; undefined when everything is in memory. */
  readonly data: string | undefined;
  /** The latest requests, without those for controls. */
  readonly log: RequestLog;
  readonly issueAccessToken: (email: string) => string;
  readonly faults: Faults;
  readonly switches: {
    readonly current: () => Switches;
    /** Throws `usage` for one that is none. */
    readonly change: (texts: readonly string[]) => void;
  };
  /** Hears of failures that are answered with 500. */
  readonly onError: (error: unknown) => void;
}

export interface Result {
  readonly status: number;
  readonly document: Readonly<Record<string, unknown>>;
}

export interface Visit {
  readonly request: IncomingMessage;
  /** Aborted when the client has gone. */
  readonly left: AbortSignal;
}

export interface Control {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Matches the path; its group is the id in it. */
  readonly path: RegExp;
  /** Whether it asks for no secret: it tells nothing, or asks for another one. */
  readonly isOpen?: true;
  /** What a body may hold, for a POST or a PATCH. */
  readonly attributes?: readonly string[];
  readonly run: (options: ControlsOptions, id: string, body: Document, visit: Visit) => Result | Promise<Result>;
}
