import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../../edges.ts';
import type { RawBody } from '../../flowkiwi/request-body.ts';
import { StoreFailure } from '../../store-failure.ts';
import type { Switches } from '../../switches.ts';
import type { Service } from '../calls/serve.ts';
import { StatusError } from '../status.ts';

/** A request with all of its body. */
export interface HttpCall {
  readonly verb: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined when it was too large. */
  readonly body: RawBody;
  /** The database of the server is away. */
  readonly lacksDatabase: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a call over HTTP. Never throws. */
export type FrontEnd = (call: HttpCall) => Promise<Answer>;

export interface FrontEndOptions {
  readonly service: Service;
  readonly clock: Clock;
  readonly switches: () => Switches;
  /** Resolves when everything that an answer tells of is on disk. */
  readonly durable: () => Promise<void>;
  /** Hears of failures that the client sees only as an internal error. */
  readonly onError: (error: unknown) => void;
}

/** What comes of a call, once it is on disk: its output, or why there is none. */
export async function outcomeOf<Output>(call: () => Promise<Output>, { durable, onError }: FrontEndOptions): Promise<Output | StatusError> {
  try {
    const output = await call();
    await durable();
    return output;
  } catch (error) {
    if (error instanceof StatusError) return error;
    if (error instanceof StoreFailure) return new StatusError('Unavailable', error.message);
    onError(error);
    return new StatusError('Internal', 'Errors.Internal');
  }
}
