import { expect, test } from 'vitest';
import { otherProtocol, tlsFailure } from '../../src/http/tls-failure.ts';

const url = new URL('https://api.example/api');
const NOON = Date.UTC(2026, 0, 2, 12, 0, 30);

test.each([
  ['CERT_HAS_EXPIRED', /it is 2026-01-02 12:00 UTC now, as this computer's clock says/],
  ['CERT_NOT_YET_VALID', /set this computer's clock if it is wrong: it says 2026-01-02 12:00 UTC/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /check the URL/],
  ['CERT_REVOKED', /ask the operator/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /begins with http:/],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', /check the port/],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', /HTTP\/1\.1/],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /TLS 1\.2 or 1\.3/],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', /TLS 1\.2 or 1\.3/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /client certificate/],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /client certificate/],
  ['EPROTO', /check the URL/],
])('%s has a hint of its own', (code, hint) => {
  expect(tlsFailure(code, undefined, url, NOON)).toMatchObject({ kind: 'tls', hint: expect.stringMatching(hint) });
});

test.each(['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'])('of %s it depends on the environment what helps', (code) => {
  expect(tlsFailure(code, undefined, url, NOON)).toEqual({
    kind: 'untrusted',
    message: `the certificate of https://api.example is not trusted (${code})`,
  });
});

test('a certificate for another host names the hosts that it is for', () => {
  const error = Object.assign(new Error('x'), { cert: { subjectaltname: 'DNS:other.example' } });
  expect(tlsFailure('ERR_TLS_CERT_ALTNAME_INVALID', error, url, NOON)?.message).toBe(
    'the certificate of https://api.example is for another host: DNS:other.example',
  );
});

test('what is no failure of TLS is none', () => {
  expect(tlsFailure('ECONNRESET', undefined, url, NOON)).toBeUndefined();
});

test.each([
  ['15030300020228', 'TLS'],
  ['160303007a0200', 'TLS'],
  ['000012040000000000', 'HTTP/2'],
  ['5353482d322e30', undefined],
  ['', undefined],
])('the bytes %s are of %s', (hex, protocol) => {
  expect(otherProtocol(Buffer.from(hex, 'hex'))).toBe(protocol);
});
