import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../src/http/client.ts';
import { redactHeader, redactJson, redactText, redactUrl } from '../../src/http/redact-by-name.ts';
import { isSecretName } from '../../src/http/secret-names.ts';
import { traceRequest, traceResponse } from '../../src/http/trace.ts';

const asIs = (text: string) => text;

const SECRET_HEADERS = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'dpop', 'x-api-key', 'x-auth-token'];
const SECRET_KEYS = [
  'access_token',
  'refresh_token',
  'id_token',
  'id_token_hint',
  'client_secret',
  'client_assertion',
  'assertion',
  'subject_token',
  'actor_token',
  'code',
  'code_verifier',
  'device_code',
  'user_code',
  'password',
  'token',
  'secret',
  'key',
  'state',
  'nonce',
  'pat',
  'accessToken',
  'Client-Secret',
  'machineKey',
  'privateKey',
  'keyDetails',
  'newPassword',
  'logout_token',
  'sig',
  'X-Amz-Signature',
];
const HARMLESS = [
  'id',
  'name',
  'handle',
  'error_code',
  'status',
  'token_type',
  'token_endpoint',
  'expires_in',
  'subject_token_type',
  'client_assertion_type',
  'code_challenge_method',
  'grant_type',
  'client_id',
  'path',
  'statement',
  'keyword',
  'verification_uri',
  'config',
];

test.each([...SECRET_KEYS, ...SECRET_HEADERS])('%s is a secret name', (name) => {
  expect([isSecretName(name), isSecretName(name.toUpperCase())]).toEqual([true, true]);
});

test.each(HARMLESS)('%s is none', (name) => {
  expect(isSecretName(name)).toBe(false);
});

test.each([
  ['authorization', 'Bearer abc', 'Bearer [redacted]'],
  ['authorization', 'Basic YTpi', 'Basic [redacted]'],
  ['authorization', 'abc def', '[redacted]'],
  ['cookie', 'a=1; b=2', '[redacted]'],
  ['accept', 'application/ld+json', 'application/ld+json'],
  [
    'location',
    'https://a.example/callback?code=abc&iss=x#access_token=def',
    'https://a.example/callback?code=[redacted]&iss=x#access_token=[redacted]',
  ],
  ['www-authenticate', 'Bearer error="invalid_token"', 'Bearer error="invalid_token"'],
])('header %s: %s', (name, value, shown) => {
  expect(redactHeader(name, value)).toBe(shown);
});

test.each([
  ['https://a.example/x?name=Acme&page=2', 'https://a.example/x?name=Acme&page=2'],
  ['https://user:pw@a.example/x', 'https://a.example/x'],
  ['https://a.example/?access_token=abc&Client_Secret=def&x=1', 'https://a.example/?access_token=[redacted]&Client_Secret=[redacted]&x=1'],
  ['https://a.example/?next=https%3A%2F%2Fb.example%2F%3Fcode%3Dabc', 'https://a.example/?next=https://b.example/?code=[redacted]'],
  ['https://a.example/?claims=%7B%22secret%22%3A%22abc%22%7D', 'https://a.example/?claims={"secret":"[redacted]"}'],
  ['https://a.example/eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x', 'https://a.example/[redacted] (a JWT)'],
])('URL %s', (url, shown) => {
  expect(redactUrl(new URL(url))).toBe(shown);
});

test.each<[unknown, unknown]>([
  [
    { access_token: 'abc', token_type: 'Bearer', expires_in: 60 },
    { access_token: '[redacted]', token_type: 'Bearer', expires_in: 60 },
  ],
  [{ a: [{ b: { password: 12345 } }] }, { a: [{ b: { password: '[redacted]' } }] }],
  [
    { code: 5, pin: 5 },
    { code: 5, pin: '[redacted]' },
  ],
  [{ code: 123456 }, { code: '[redacted]' }],
  [{ secret: { deep: ['abc'] } }, { secret: '[redacted]' }],
  [
    { token: null, key: true },
    { token: null, key: true },
  ],
  [
    { state: 'ORG_STATE_ACTIVE', login: 'https://a.example/callback?state=abc' },
    { state: 'ORG_STATE_ACTIVE', login: 'https://a.example/callback?state=[redacted]' },
  ],
  ['failed: {"state": "INSTANCE_STATE_RUNNING", "id": 1', 'failed: {"state": "INSTANCE_STATE_RUNNING", "id": 1'],
  [{ log: '{"id_token":"abc","n":1}' }, { log: '{"id_token":"[redacted]","n":1}' }],
  [{ uri: 'https://a.example/device?user_code=ABCD-EFGH' }, { uri: 'https://a.example/device?user_code=[redacted]' }],
  ['see https://user:pw@a.example/', 'see https://[redacted]@a.example/'],
  ['failed: {"access_token": "abc", "x": 1', 'failed: {"access_token": [redacted], "x": 1'],
  ['sent Bearer abcdefghijkl', 'sent Bearer [redacted]'],
  ['a -----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\nb', 'a [redacted]\nb'],
  ['a -----BEGIN PRIVATE KEY-----\\nMIIB', 'a [redacted]'],
  ['-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----', '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----'],
])('JSON %j', (value, shown) => {
  expect(redactJson(value)).toEqual(shown);
});

test('nesting without end does no harm', () => {
  const deep = `${'['.repeat(50_000)}"secret-value"${']'.repeat(50_000)}`;
  expect(JSON.stringify(redactJson(JSON.parse(deep)))).not.toContain('secret-value');
  expect(redactText(deep)).not.toContain('secret-value');
});

test('a long text takes no long time', () => {
  const long = [
    '-----BEGIN PRIVATE KEY-----'.repeat(10_000),
    'a'.repeat(200_000),
    `${'"'.repeat(100_000)}`,
    `"code"${' '.repeat(100_000)}`,
    'eyJaaaaaa'.repeat(20_000),
    'a://'.repeat(50_000),
    'a.'.repeat(100_000),
    `Bearer${' '.repeat(100_000)}`,
    'code='.repeat(50_000),
    '"code":'.repeat(50_000),
  ];
  for (const text of long) {
    redactText(text);
  }
});

const url = new URL('https://identity.flowkiwi.net/oauth/token');
const secret = fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/).map((text) => `s3cr3t${text}`);
const jwt = fc.stringMatching(/^[A-Za-z0-9_-]{20,60}$/).map((text) => `eyJ${text}.eyJ${text}.${text}`);
const secretKey = fc.constantFrom(...SECRET_KEYS);
/** In JSON `state` says how something is. */
const secretMember = secretKey.filter((name) => name !== 'state');
const harmlessKey = fc.constantFrom(...HARMLESS);

/** The secret under a secret key, somewhere within harmless JSON, perhaps as a string within it. */
function jsonWith(value: string): fc.Arbitrary<unknown> {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      secretMember.map((key) => ({ [key]: value })),
      secretMember.map((key) => ({ [key]: [value, { x: value }] })),
      fc.tuple(harmlessKey, tie('tree'), fc.jsonValue()).map(([key, inner, other]) => ({ [key]: inner, other })),
      tie('tree').map((inner) => [1, inner, 'x']),
      tie('tree').map((inner) => ({ nested: JSON.stringify(inner) })),
      secretKey.map((key) => ({ link: `https://a.example/x?${key}=${value}&y=1` })),
      fc.constant({ link: `https://user:${value}@a.example/` }),
    ),
  }));
  return tree;
}

function exchangesWith(value: string): fc.Arbitrary<HttpRequest & HttpResponse> {
  const base = { method: 'POST', status: 200, url, headers: {}, body: '' } as const;
  const json = { 'content-type': 'application/problem+json; charset=utf-8' };
  return fc.oneof(
    fc
      .constantFrom(...SECRET_HEADERS)
      .chain((name) =>
        fc.constantFrom('', 'Bearer ', 'Basic ', 'sid=').map((scheme) => ({ ...base, headers: { [name]: scheme + value } })),
      ),
    secretKey.map((key) => ({ ...base, headers: { location: `/callback?x=1&${key}=${value}` } })),
    secretKey.map((key) => ({ ...base, url: new URL(`?a=1&${key}=${value}`, url) })),
    secretKey.map((key) => ({ ...base, url: new URL(`#a=1&${key}=${value}`, url) })),
    fc.constant({ ...base, url: new URL(`https://user:${value}@identity.flowkiwi.net/`) }),
    fc.constant({ ...base, url: new URL(`https://${value}@identity.flowkiwi.net/`) }),
    jsonWith(value).map((inner) => ({ ...base, headers: json, body: JSON.stringify(inner) })),
    jsonWith(value).map((inner) => ({ ...base, headers: json, body: JSON.stringify(inner, null, 2).slice(0, -1) })),
    jsonWith(value).map((inner) => ({ ...base, headers: { 'x-debug': JSON.stringify(inner) } })),
    jsonWith(value).map((inner) => ({
      ...base,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(new URLSearchParams({ claims: JSON.stringify(inner) })),
    })),
    secretKey.map((key) => ({
      ...base,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=x&${key}=${value}`,
    })),
    fc
      .constantFrom('text/html', 'text/plain', 'application/octet-stream', '')
      .map((type) => ({ ...base, headers: { 'content-type': type }, body: `password: ${value}` })),
  );
}

test('a secret in any of its places never appears in a trace', () => {
  fc.assert(
    fc.property(
      secret.chain((value) => fc.tuple(fc.constant(value), exchangesWith(value))),
      ([value, exchange]) => {
        expect(traceRequest(exchange, asIs).join('\n')).not.toContain(value);
        expect(traceResponse(exchange, asIs, 1).join('\n')).not.toContain(value);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a JWT never appears in a trace, wherever it is', () => {
  fc.assert(
    fc.property(jwt, fc.constantFrom('', 'x ', 'token:', '"', '/', '='), harmlessKey, (token, before, key) => {
      const text = before + token;
      const exchange = {
        method: 'GET',
        status: 200,
        url: new URL(`/p/${encodeURIComponent(text)}?${key}=${encodeURIComponent(text)}`, url),
        headers: { 'content-type': 'application/json', 'x-note': text },
        body: JSON.stringify({ [key]: [text, { [text]: text }] }),
      } as const;
      const shown = [...traceRequest(exchange, asIs), ...traceResponse(exchange, asIs, 1)].join('\n');
      for (const part of token.split('.')) {
        expect(shown).not.toContain(part);
      }
    }),
    { numRuns: 1_000 },
  );
});
