/** The gRPC statuses that ZITADEL answers with, and the HTTP status that its gateway makes of each (contract section 2.1). */
const STATUSES = {
  Unknown: { code: 2, http: 500 },
  InvalidArgument: { code: 3, http: 400 },
  NotFound: { code: 5, http: 404 },
  AlreadyExists: { code: 6, http: 409 },
  PermissionDenied: { code: 7, http: 403 },
  ResourceExhausted: { code: 8, http: 429 },
  FailedPrecondition: { code: 9, http: 400 },
  Unimplemented: { code: 12, http: 501 },
  Internal: { code: 13, http: 500 },
  Unavailable: { code: 14, http: 503 },
  Unauthenticated: { code: 16, http: 401 },
} as const;

export type StatusName = keyof typeof STATUSES;

/** A call that ends in an error. `text` is what ZITADEL says, without the id that `message` carries behind it. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: StatusName;
  readonly text: string;
  /** ZITADEL's stable id of the error; undefined for what gRPC itself refuses, which has no details. */
  readonly id: string | undefined;

  constructor(status: StatusName, text: string, id?: string) {
    super(id === undefined ? text : `${text} (${id})`);
    this.status = status;
    this.text = text;
    this.id = id;
  }

  /** The gRPC status code. */
  get code(): number {
    return STATUSES[this.status].code;
  }

  get httpStatus(): number {
    return STATUSES[this.status].http;
  }
}

/**
 * What versions 4.11.0 to 4.13.1 make of an error of gRPC itself (a missing header, a request that breaks a rule): a failure of the
 * server with the real status in its text (contract section 2.1).
 */
export function wrapped(error: StatusError): StatusError {
  return error.id === undefined ? new StatusError('Unknown', `rpc error: code = ${error.status} desc = ${error.text}`, '') : error;
}

export function invalidArgument(id: string, text: string): StatusError {
  return new StatusError('InvalidArgument', text, id);
}

export function notFound(id: string, text: string): StatusError {
  return new StatusError('NotFound', text, id);
}

export function alreadyExists(id: string, text: string): StatusError {
  return new StatusError('AlreadyExists', text, id);
}

export function failedPrecondition(id: string, text: string): StatusError {
  return new StatusError('FailedPrecondition', text, id);
}
