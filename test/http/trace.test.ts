import { expect, test } from 'vitest';
import { type RedactValues, valueRedactor } from '../../src/http/redact-values.ts';
import { traceFailure, traceRequest, traceResponse, traceRetry } from '../../src/http/trace.ts';
import { TransportError } from '../../src/http/transport-error.ts';

/** Of servers that repeat nothing. */
const asIs: RedactValues = (text) => text;

const url = new URL('https://identity.flowkiwi.net/api/organizations?page=2');

test('a request', () => {
  const headers = { accept: 'application/ld+json', authorization: 'Bearer abc', 'content-type': 'application/json' };
  expect(traceRequest({ method: 'POST', url, headers, body: '{"name": "Acme"}' }, asIs)).toEqual([
    '> POST https://identity.flowkiwi.net/api/organizations?page=2',
    '> accept: application/ld+json',
    '> authorization: Bearer [redacted]',
    '> content-type: application/json',
    '>',
    '> {"name":"Acme"}',
  ]);
});

test('a request without a body', () => {
  expect(traceRequest({ method: 'GET', url, headers: {} }, asIs)).toEqual(['> GET https://identity.flowkiwi.net/api/organizations?page=2']);
});

test.each([
  ['application/ld+json; charset=utf-8', '{"id":"a","token":"b"}', '{"id":"a","token":"[redacted]"}'],
  ['application/x-www-form-urlencoded', 'grant_type=refresh_token&refresh_token=abc', 'grant_type=refresh_token&refresh_token=[redacted]'],
  ['application/json', '{"half', '(6 bytes of application/json)'],
  ['text/html', '<h1>Zürich</h1>', '(16 bytes of text/html)'],
  ['', 'abc', '(3 bytes of unknown type)'],
])('a body of type %s', (type, body, shown) => {
  const lines = traceResponse({ status: 201, url, headers: { 'content-type': type }, body }, asIs, 12.4);
  expect(lines).toEqual(['< 201 (12 ms)', `< content-type: ${type}`, '<', `< ${shown}`]);
});

test('a long body is cut', () => {
  const shown = traceResponse(
    { status: 200, url, headers: { 'content-type': 'application/json' }, body: `"${'a'.repeat(50_000)}"` },
    asIs,
    1,
  ).at(-1);
  expect(shown?.length).toBeLessThan(21_000);
  expect(shown).toMatch(/… \(30002 characters more\)$/);
});

test('a line break of a server begins no line', () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(traceResponse({ status: 200, url, headers, body: 'a=1%0A< 201' }, asIs, 1).at(-1)).toBe('< a=1\n< 201');
});

test('failures and waits', () => {
  const error = new TransportError('reset', 'https://a.example closed the connection', { url, mayHaveBeenReceived: true });
  expect(traceFailure(error, asIs, 3.2)).toEqual(['* reset: https://a.example closed the connection (3 ms)']);
  expect(traceRetry(1_500)).toEqual(['* trying again in 1500 ms']);
});

test('a secret is concealed also where it is cut in two', () => {
  const body = `"${'a'.repeat(19_990)}opaque-token-of-24-chars"`;
  const shown = traceResponse(
    { status: 200, url, headers: { 'content-type': 'application/json' }, body },
    valueRedactor(['opaque-token-of-24-chars']),
    1,
  );
  expect(shown.join('')).not.toContain('opaque');
});
