import { expect, test } from 'vitest';
import { connectionFailure, timeLimitFailure } from '../../src/http/connection-failure.ts';
import type { TransportFailure } from '../../src/http/transport-error.ts';

const url = new URL('https://user:pw@identity.flowkiwi.net/api?secret=1');
const coded = (code: string) => Object.assign(new Error(`secret detail of ${code}`), { code });

test.each<[string, TransportFailure, RegExp]>([
  ['ECONNREFUSED', 'refused', /^cannot connect to https:\/\/identity\.flowkiwi\.net: connection refused$/],
  ['ENOTFOUND', 'unreachable', /^the host name identity\.flowkiwi\.net is not known$/],
  ['EAI_AGAIN', 'unreachable', /cannot be looked up at the moment/],
  ['EHOSTUNREACH', 'unreachable', /the host cannot be reached/],
  ['ENETUNREACH', 'unreachable', /the network cannot be reached/],
  ['ETIMEDOUT', 'timeout', /timed out/],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout', /timed out/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted', /the certificate of https:\/\/identity\.flowkiwi\.net is not trusted/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted', /not trusted/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted', /not trusted/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrusted', /not trusted/],
  ['CERT_UNTRUSTED', 'untrusted', /not trusted/],
  ['CERT_HAS_EXPIRED', 'tls', /has expired/],
  ['CERT_NOT_YET_VALID', 'tls', /is not valid yet$/],
  ['CERT_REVOKED', 'tls', /revoked/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', /for another host/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', /there is no TLS at that port/],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'tls', /speaks HTTP\/2 alone/],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls', /no version of TLS that Node\.js allows/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls', /wants a client certificate/],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'tls', /the server refuses it/],
  ['EPROTO', 'tls', /no secure connection/],
  ['ECONNRESET', 'reset', /closed the connection/],
  ['EPIPE', 'reset', /closed the connection/],
  ['UND_ERR_SOCKET', 'reset', /closed the connection/],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'reset', /ended early/],
  ['UND_ERR_HEADERS_OVERFLOW', 'malformed', /more headers/],
  ['ESOMETHINGNEW', 'unreachable', /ESOMETHINGNEW/],
])('%s is %s', (code, kind, message) => {
  const failure = connectionFailure(coded(code), { url, sent: false });
  expect(failure).toMatchObject({ kind, mayHaveBeenReceived: false, url });
  expect(failure?.message).toMatch(message);
  expect(failure?.message).not.toMatch(/secret|pw/);
});

test.each([
  ['ECONNRESET', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ESOMETHINGNEW', 'reset'],
])('%s once the request was sent is %s and may have been received', (code, kind) => {
  expect(connectionFailure(coded(code), { url, sent: true })).toMatchObject({ kind, mayHaveBeenReceived: true });
});

test('of several addresses that were tried, a refusal says most', () => {
  const several = new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]);
  expect(connectionFailure(several, { url, sent: false })?.kind).toBe('refused');
  expect(connectionFailure(new AggregateError([coded('ENETUNREACH'), coded('ETIMEDOUT')]), { url, sent: false })?.kind).toBe('unreachable');
});

test.each([new TypeError('a bug'), coded('UND_ERR_INVALID_ARG'), 'a string', undefined])(
  '%s is not a failure of the connection',
  (error) => {
    expect(connectionFailure(error, { url, sent: false })).toBeUndefined();
  },
);

test.each([
  [30_000, true, 'no answer from https://identity.flowkiwi.net within 30 s'],
  [1_500, true, 'no answer from https://identity.flowkiwi.net within 1.5 s'],
  [250, false, 'no connection to https://identity.flowkiwi.net within 0.25 s'],
])('a time limit of %i ms, sent %s: %s', (limit, sent, message) => {
  expect(timeLimitFailure(limit, { url, sent })).toMatchObject({ kind: 'timeout', message, mayHaveBeenReceived: sent });
});
