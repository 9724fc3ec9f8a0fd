import type { Help } from '../hint.ts';
import type { TransportFailure } from './transport-error.ts';

/** What is known about a connection that TLS has ended. */
export interface TlsFailure {
  readonly kind: Extract<TransportFailure, 'tls' | 'untrusted'>;
  readonly message: string;
  /** Absent where what helps depends on the environment. */
  readonly hint?: Help;
}

/** The codes of OpenSSL's certificate verification, as Node names them, and of Node's own host name check. */
const CERTIFICATE =
  /^(CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;
const HANDSHAKE = /^(ERR_SSL_|ERR_TLS_|EPROTO$)/;
const LONGEST_NAMES = 200;

/**
 * One cause, and what helps, for each error code of TLS; undefined for any other code. `now` is the time by this computer's clock, in milliseconds
 * since the epoch. Pure.
 */
export function tlsFailure(code: string, error: unknown, { origin }: URL, now: number): TlsFailure | undefined {
  if (CERTIFICATE.test(code)) return certificateFailure(code, error, origin, now);
  if (!HANDSHAKE.test(code)) return undefined;
  return { kind: 'tls', ...handshakeFailure(code, origin) };
}

function certificateFailure(code: string, error: unknown, origin: string, now: number): TlsFailure {
  const time = `${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const of = `the certificate of ${origin}`;
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return {
        kind: 'tls',
        message: `${of} has expired`,
        hint: `if it is ${time} now, as this computer's clock says, the operator of the server has to renew it`,
      };
    case 'CERT_NOT_YET_VALID':
      return { kind: 'tls', message: `${of} is not valid yet`, hint: `set this computer's clock if it is wrong: it says ${time}` };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return {
        kind: 'tls',
        message: `${of} is for another host${namesIn(error)}`,
        hint: 'check the URL: its host has to be a name that the certificate has',
      };
    case 'CERT_REVOKED':
      return { kind: 'tls', message: `${of} was revoked`, hint: 'ask the operator of the server; do not go on' };
    default:
      return { kind: 'untrusted', message: `${of} is not trusted (${code})` };
  }
}

/** The names that a certificate is for, as Node gives them with its error: `: DNS:api.example`. */
function namesIn(error: unknown): string {
  const cert = error instanceof Error && 'cert' in error ? error.cert : undefined;
  const names = typeof cert === 'object' && cert !== null && 'subjectaltname' in cert ? cert.subjectaltname : undefined;
  if (typeof names !== 'string' || names === '') return '';
  return `: ${names.length > LONGEST_NAMES ? `${names.slice(0, LONGEST_NAMES)}…` : names}`;
}

/** The names of the codes differ from one version of OpenSSL to the next; the names of the alerts in them do not. */
function handshakeFailure(code: string, origin: string): { readonly message: string; readonly hint: string } {
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER/.test(code)) {
    return {
      message: `no secure connection to ${origin}: there is no TLS at that port`,
      hint: 'check the port; a server without TLS can be used on this machine alone, with a URL that begins with http://',
    };
  }
  if (/NO_APPLICATION_PROTOCOL/.test(code)) {
    return {
      message: `${origin} speaks HTTP/2 alone`,
      hint: 'flowkiwi speaks HTTP/1.1, which the server or a gateway before it has to allow',
    };
  }
  if (/CERTIFICATE_REQUIRED/.test(code)) return { message: `${origin} wants a client certificate`, hint: NO_CLIENT_CERTIFICATE };
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) {
    return {
      message: `no secure connection to ${origin}: the server has no version of TLS that Node.js allows`,
      hint: 'the operator of the server has to allow TLS 1.2 or 1.3',
    };
  }
  if (/HANDSHAKE_FAILURE/.test(code))
    return { message: `no secure connection to ${origin}: the server refuses it`, hint: NO_CLIENT_CERTIFICATE };
  return {
    message: `no secure connection to ${origin} (${code})`,
    hint: 'check the URL, and what stands between this machine and the server',
  };
}

/** For a server that ends the connection, which may want one. */
export const NO_CLIENT_CERTIFICATE = 'if the server wants a client certificate: flowkiwi has none; ask its operator for a way without';

/** What was answered in place of HTTP/1.1, by its first bytes: an alert or a greeting of TLS (RFC 8446 section 5.1), or the settings of HTTP/2 (RFC 9113 section 6.5). */
export function otherProtocol(bytes: Uint8Array): 'TLS' | 'HTTP/2' | undefined {
  const [type = 0, major = 0, , frame = 0, , stream = 1] = bytes;
  if ((type === 0x15 || type === 0x16) && major === 3) return 'TLS';
  return type === 0 && frame === 4 && stream === 0 ? 'HTTP/2' : undefined;
}
