import { CliError } from '../errors.ts';
import { type Help, helpWith } from '../hint.ts';
import { type Creation, unknownOutcome } from './unknown-outcome.ts';

/**
 * Why there is no whole answer: nobody listens (`refused`), no way to the host, its name included (`unreachable`), the time limit
 * (`timeout`), the connection ended early (`reset`), no trust in who has signed a certificate (`untrusted`), no other trust or no common
 * protocol (`tls`), an answer past the limit (`too_large`),
 * an answer that is not HTTP (`malformed`), an answer that leads away (`redirect`), a proxy that refuses (`proxy`).
 */
export type TransportFailure =
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'reset'
  | 'untrusted'
  | 'tls'
  | 'too_large'
  | 'malformed'
  | 'redirect'
  | 'proxy';

export interface TransportErrorDetails {
  readonly url: URL;
  readonly mayHaveBeenReceived: boolean;
  /** What helps, when more is known than the kind says. */
  readonly hint?: Help | undefined;
  readonly cause?: unknown;
}

/** An exchange without a whole answer. The message is for people and names the origin, never a path, query or header. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly kind: TransportFailure;
  /** False only when it is certain that the server cannot have acted on the request. */
  readonly mayHaveBeenReceived: boolean;
  readonly url: URL;
  readonly hint: Help | undefined;

  constructor(kind: TransportFailure, message: string, details: TransportErrorDetails) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.url = details.url;
    this.hint = details.hint;
    this.mayHaveBeenReceived = details.mayHaveBeenReceived;
  }

  /** The same failure, with what helps as somebody knows who knows more. */
  withHint(hint: Help): TransportError {
    const { kind, message, url, mayHaveBeenReceived, cause } = this;
    return new TransportError(kind, message, { url, mayHaveBeenReceived, hint, cause });
  }
}

const HINTS: Readonly<Record<TransportFailure, Help>> = {
  refused: helpWith('check that the server is running, and its URL', 'auth', 'status'),
  unreachable: helpWith('check the network, and the URL of the server', 'auth', 'status'),
  timeout: 'run it again, or allow more time with --timeout',
  reset: 'run it again',
  tls: 'check the URL, and what stands between this machine and the server',
  untrusted: 'if the certificate comes from an authority of your own, set NODE_EXTRA_CA_CERTS to the file with its certificate',
  too_large: helpWith('check that this URL is the address of the API', 'auth', 'status'),
  malformed: helpWith('check that this URL is the address of the API', 'auth', 'status'),
  proxy: 'check HTTPS_PROXY and HTTP_PROXY; NO_PROXY names hosts to reach without a proxy',
  redirect: 'set the URL of the profile, or FLOWKIWI_URL, to the address that the API really has',
};

/**
 * The failure as the user sees it: `unavailable`, or `unknown_outcome` when `creation` is given and the server may have received it.
 * Never throws.
 */
export function toCliError(error: TransportError, creation?: Creation): CliError {
  if (creation !== undefined && error.mayHaveBeenReceived) {
    return unknownOutcome(creation, error.message, { cause: error });
  }
  return new CliError('unavailable', error.message, { hint: error.hint ?? HINTS[error.kind], cause: error });
}
