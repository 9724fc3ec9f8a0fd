import type { Account } from '../accounts.ts';
import type { Database } from '../database.ts';
import type { Switches } from '../switches.ts';
import { ApiError } from './api-error.ts';
import { type Constraint, validate } from './constraints.ts';
import type { ResourceDocument } from './documents.ts';
import type { Format } from './negotiation.ts';
import { type Document, decodeBody, type RawBody } from './request-body.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Variables of a path; one that the path has not is empty. */
export interface PathVariables {
  readonly organizationId: string;
  readonly instanceId: string;
}

/** A signed-in request whose format is settled. */
export interface Context {
  readonly database: Database;
  readonly switches: Switches;
  readonly account: Account;
  /** When the request is served, in milliseconds since the Unix epoch. */
  readonly now: number;
  readonly format: Format;
  readonly variables: PathVariables;
  readonly query: URLSearchParams;
}

/** What an operation answers with. */
export interface Outcome {
  readonly status: 200 | 201 | 204;
  /** The address of the resource, for `Location` and `Content-Location`. */
  readonly iri?: string;
  readonly document?: ResourceDocument | readonly ResourceDocument[];
  /** The same for one that is long, and made in several turns, so that others are answered meanwhile. */
  readonly longDocument?: () => Promise<ResourceDocument | readonly ResourceDocument[]>;
}

/** What the steps of one operation do, in the order of contract section 6.4. */
interface Steps<Subject, Input extends Readonly<Record<string, string>>> {
  readonly method: Method;
  /** For example `/api/organizations/{organizationId}`. */
  readonly path: string;
  /** Name of the resource in messages. */
  readonly shortName: string;
  /** Media types of the request body; none when the operation reads no body. */
  readonly accepts: readonly string[];
  /** Finds what the path names. Throws 404. */
  readonly read: (context: Context) => Subject;
  /** Whether the account may do this; 403 when not. */
  readonly allows: (context: Context, subject: Subject) => boolean;
  /** The attributes after the body is applied: what it leaves out is empty on creation and unchanged on an update. */
  readonly input: (document: Document, subject: Subject) => Input;
  readonly constraints: Readonly<Record<keyof Input, readonly Constraint[]>>;
  readonly process: (context: Context, subject: Subject, input: Input) => Outcome;
}

/** One operation of the API, whatever its subject and input are. */
export interface Operation {
  readonly method: Method;
  readonly path: string;
  readonly accepts: readonly string[];
  /** What its body may hold. */
  readonly attributes: readonly string[];
  /** Does everything after content negotiation, synchronously: nothing can come between its checks and its effect. Throws `ApiError`. */
  readonly perform: (context: Context, body: RawBody, contentType: string | undefined) => Outcome;
}

/** An operation that reads a body. */
export function command<Subject, Input extends Readonly<Record<string, string>>>(steps: Steps<Subject, Input>): Operation {
  const { method, path, shortName, accepts, read, allows, input, constraints, process } = steps;
  return {
    method,
    path,
    accepts,
    attributes: Object.keys(constraints),
    perform: (context, body, contentType) => {
      const subject = read(context);
      if (!allows(context, subject)) throw accessDenied();
      const values = input(decodeBody(body, contentType, shortName), subject);
      validate(values, constraints, context);
      return process(context, subject, values);
    },
  };
}

/** An operation without a body. */
export function query<Subject>(
  steps: Pick<Steps<Subject, never>, 'method' | 'path' | 'read' | 'allows'> & {
    readonly process: (context: Context, subject: Subject) => Outcome;
  },
): Operation {
  const { method, path, read, allows, process } = steps;
  return {
    method,
    path,
    accepts: [],
    attributes: [],
    perform: (context) => {
      const subject = read(context);
      if (!allows(context, subject)) throw accessDenied();
      return process(context, subject);
    },
  };
}

/** 403, as the framework words it unless it is told why. */
export function accessDenied(): ApiError {
  return new ApiError(403, 'Access Denied.');
}
