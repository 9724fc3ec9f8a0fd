import { expect, test } from 'vitest';
import { revokeTokens } from '../../src/oauth/revoke.ts';
import { leapingClock, realClock } from '../support/clocks.ts';
import { deadOrigin, httpClient, metadata, type Reply, serve } from '../support/servers/serve.ts';

const OK: Reply = { status: 200 };
const UNSUPPORTED: Reply = { status: 400, body: { error: 'unsupported_token_type' } };

test.each<[string, Reply, Reply, string]>([
  ['both', OK, OK, 'revoked'],
  ['both with 204', { status: 204 }, { status: 204 }, 'revoked'],
  ['the refresh token, and access tokens are none of its business', OK, UNSUPPORTED, 'revoked'],
  ['neither kind', UNSUPPORTED, UNSUPPORTED, 'nothing_to_revoke'],
  ['503 for the refresh token: it must be taken to live on', { status: 503 }, OK, 'failed'],
  ['invalid_client', { status: 401, body: { error: 'invalid_client' } }, UNSUPPORTED, 'failed'],
  ['a web page', { status: 404, body: '<h1>no</h1>' }, OK, 'failed'],
])('%s', async (_name, refresh, access, expected) => {
  const { origin, seen } = await serve(({ form }) => (form['token_type_hint'] === 'refresh_token' ? refresh : access));
  const request = {
    server: metadata(origin),
    clientId: 'c',
    http: httpClient(),
    clock: realClock,
    tokens: { accessToken: 'A', refreshToken: 'R' },
  };
  expect(await revokeTokens(request)).toBe(expected);
  expect(seen.map(({ form }) => form)).toEqual([
    { token: 'R', token_type_hint: 'refresh_token', client_id: 'c' },
    { token: 'A', token_type_hint: 'access_token', client_id: 'c' },
  ]);
});

test('an access token alone', async () => {
  const { origin } = await serve(() => UNSUPPORTED);
  const request = {
    server: metadata(origin),
    clientId: 'c',
    http: httpClient(),
    clock: realClock,
    tokens: { accessToken: 'A', refreshToken: undefined },
  };
  expect(await revokeTokens(request)).toBe('nothing_to_revoke');
});

test('a server that revokes nothing is not asked', async () => {
  const { revocation_endpoint: _, ...server } = metadata('https://id.example');
  const request = { server, clientId: 'c', http: httpClient(), clock: realClock, tokens: { accessToken: 'A', refreshToken: 'R' } };
  expect(await revokeTokens(request)).toBe('nothing_to_revoke');
});

test('a server that is down', async () => {
  const request = {
    server: metadata(await deadOrigin()),
    clientId: 'c',
    http: httpClient(),
    clock: realClock,
    tokens: { accessToken: 'A', refreshToken: 'R' },
  };
  expect(await revokeTokens(request)).toBe('failed');
});

test('a server that says nothing gets 5 seconds', async () => {
  const { origin } = await serve(() => 'silence');
  const clock = leapingClock();
  const request = { server: metadata(origin), clientId: 'c', http: httpClient(), clock, tokens: { accessToken: 'A', refreshToken: 'R' } };
  expect(await revokeTokens(request)).toBe('failed');
  expect(clock.sleeps).toEqual([5_000]);
});

test('an interruption is passed on', async () => {
  const reason = new Error('stop');
  const controller = new AbortController();
  const { origin } = await serve(() => {
    controller.abort(reason);
    return 'silence';
  });
  const tokens = { accessToken: 'A', refreshToken: 'R' };
  const request = { server: metadata(origin), clientId: 'c', http: httpClient(), clock: realClock, tokens, signal: controller.signal };
  await expect(revokeTokens(request)).rejects.toBe(reason);
});
