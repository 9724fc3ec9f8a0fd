import { errors } from 'undici';
import type { Help } from '../hint.ts';
import { machineFault } from '../machine-fault.ts';
import { NO_CLIENT_CERTIFICATE, otherProtocol, tlsFailure } from './tls-failure.ts';
import { TransportError, type TransportFailure } from './transport-error.ts';

/** What is known about the exchange that failed. */
export interface FailedExchange {
  readonly url: URL;
  /** True once the first byte of the request was handed to the connection. */
  readonly sent: boolean;
  /** True once the head of the answer has come. */
  readonly answering?: boolean;
  /** By this computer's clock, in milliseconds since the epoch. */
  readonly now?: number;
  /** Origin of the proxy in between. */
  readonly proxy?: string | undefined;
}

const NAME_NOT_KNOWN = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA']);
const NO_WAY_THERE: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'the host cannot be reached',
  EHOSTDOWN: 'the host is down',
  ENETUNREACH: 'the network cannot be reached',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'no local address is available',
  EACCES: 'the system does not allow it',
  EPERM: 'the system does not allow it',
};
const CUT_OFF = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED', 'UND_ERR_INFO']);
const OUT_OF_TIME = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/**
 * Says what an error of the connection means. Pure.
 * Returns undefined for anything that is not a failure of the connection (a request that cannot be built): that is a bug of the caller.
 */
export function connectionFailure(
  error: unknown,
  { url, sent, answering = false, now = Date.now() }: FailedExchange,
): TransportError | undefined {
  const fail = (kind: TransportFailure, message: string, cause = error, hint?: Help) =>
    new TransportError(kind, message, { url, mayHaveBeenReceived: sent, cause, hint });
  if (error instanceof TransportError) {
    return error; // of the tunnel through a proxy
  }
  const { origin } = url;
  if (error instanceof errors.HTTPParserError) {
    const cause = new Error(error.message); // undici's carries the bytes that were received
    const other = otherProtocol(Buffer.from('data' in error && typeof error.data === 'string' ? error.data : ''));
    if (other === 'TLS') return fail('tls', `${origin} answers with TLS`, cause, 'the URL has to begin with https://');
    if (other === 'HTTP/2')
      return fail('malformed', `${origin} speaks HTTP/2 alone`, cause, 'flowkiwi speaks HTTP/1.1, which the server has to allow');
    return error.message.includes('EOF')
      ? fail('reset', `the answer from ${origin} ended early`, cause)
      : fail('malformed', `the answer from ${origin} is not valid HTTP`, cause);
  }
  const code = codeOf(error);
  if (code === undefined || code === 'UND_ERR_INVALID_ARG') {
    return undefined;
  }
  const fault = machineFault(error);
  if (fault) {
    const { message, hint } = fault;
    return new TransportError('unreachable', `cannot connect to ${origin}: ${message}`, {
      url,
      mayHaveBeenReceived: sent,
      hint,
      cause: error,
    });
  }
  if (code === 'ECONNREFUSED') {
    return fail('refused', `cannot connect to ${origin}: connection refused`);
  }
  if (NAME_NOT_KNOWN.has(code)) {
    return fail('unreachable', `the host name ${url.hostname} is not known`);
  }
  if (code.startsWith('EAI_')) {
    return fail('unreachable', `the host name ${url.hostname} cannot be looked up at the moment`);
  }
  const reason = NO_WAY_THERE[code];
  if (reason !== undefined) {
    return fail('unreachable', `cannot connect to ${origin}: ${reason}`);
  }
  if (OUT_OF_TIME.has(code)) {
    return fail(
      'timeout',
      sent ? `no answer from ${origin}: the connection timed out` : `cannot connect to ${origin}: the connection timed out`,
    );
  }
  const tls = tlsFailure(code, error, url, now);
  if (tls) {
    return fail(tls.kind, tls.message, error, tls.hint);
  }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return fail('reset', `the answer from ${origin} ended early`);
  }
  if (CUT_OFF.has(code)) {
    const when = answering ? 'in the middle of its answer' : sent ? 'before it answered' : 'before the request was sent';
    return fail('reset', `${origin} closed the connection ${when}`, error, answering ? undefined : hintForSilence(url));
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return fail('malformed', `the answer from ${origin} has more headers than this program reads`);
  }
  return fail(
    sent ? 'reset' : 'unreachable',
    `${sent ? 'the connection to' : 'cannot connect to'} ${origin}${sent ? ' failed' : ''} (${code})`,
  );
}

/** The failure of an attempt that took longer than its time limit. */
export function timeLimitFailure(timeoutMs: number, { url, sent, proxy }: FailedExchange): TransportError {
  const limit = `within ${timeoutMs / 1000} s`;
  const origin = proxy === undefined ? url.origin : `${url.origin} through the proxy ${proxy}`;
  return new TransportError('timeout', `${sent ? 'no answer from' : 'no connection to'} ${origin} ${limit}`, {
    url,
    mayHaveBeenReceived: sent,
  });
}

/** What a server may have wanted that ends a connection without a word. */
function hintForSilence({ protocol }: URL): string {
  return protocol === 'https:'
    ? `run it again; ${NO_CLIENT_CERTIFICATE}`
    : 'run it again; if the port is one for TLS, the URL has to begin with https://';
}

/** Node's error code; of several attempts at once (happy eyeballs), the one that says most. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) {
    const codes = error.errors.map(codeOf);
    return codes.find((code) => code === 'ECONNREFUSED') ?? codes[0] ?? codeIn(error);
  }
  return codeIn(error);
}

function codeIn(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
