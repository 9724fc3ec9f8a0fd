import type { StoreFailure } from '../store-failure.ts';

/** One refused attribute; `code` is the identifier of Symfony's constraint. */
export interface Violation {
  readonly propertyPath: string;
  readonly message: string;
  readonly code: string;
}

/** A request that ends in an error answer; `message` is the problem's `detail`. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/** 422 (contract section 6.3). */
export class ValidationError extends ApiError {
  override readonly name = 'ValidationError';
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(422, violations.map(({ propertyPath, message }) => `${propertyPath}: ${message}`).join('\n'));
    this.violations = violations;
  }
}

/** 409: a rule of the business, with a code for programs (contract section 2.5). */
export class ConflictError extends ApiError {
  override readonly name = 'ConflictError';
  readonly errorCode: string;
  readonly title: string;

  constructor(errorCode: string, title: string, detail: string) {
    super(409, detail);
    this.errorCode = errorCode;
    this.title = title;
  }
}

/** 503: the disk or the data file does not take what was asked for, and it was undone. */
export function unavailable({ message }: StoreFailure): ApiError {
  return new ApiError(503, `The sandbox keeps nothing now: ${message}.`);
}

export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}
