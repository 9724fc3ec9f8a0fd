import { expect, test } from 'vitest';
import { type Revocation, revokeTokens } from '../../src/oauth/revoke.ts';
import { leapingClock, realClock } from '../support/clocks.ts';
import { deadOrigin, httpClient, idToken, metadata, type Reply, serve } from '../support/servers/serve.ts';

const OK: Reply = { status: 200 };
const UNSUPPORTED: Reply = { status: 400, body: { error: 'unsupported_token_type' } };

test.each<[string, Reply, Reply, Revocation]>([
  ['both', OK, OK, { outcome: 'revoked' }],
  ['both with 204', { status: 204 }, { status: 204 }, { outcome: 'revoked' }],
  ['the refresh token, and access tokens are none of its business', OK, UNSUPPORTED, { outcome: 'revoked' }],
  ['neither kind', UNSUPPORTED, UNSUPPORTED, { outcome: 'nothing_to_revoke' }],
  ['503 for the refresh token: it must be taken to live on', { status: 503 }, OK, { outcome: 'failed', status: 503 }],
  ['invalid_client', { status: 401, body: { error: 'invalid_client' } }, UNSUPPORTED, { outcome: 'failed', status: 401 }],
  ['a web page', { status: 404, body: '<h1>no</h1>' }, OK, { outcome: 'failed', status: 404 }],
  [
    '400 for an access token that has ended with the refresh token',
    OK,
    { status: 400, body: { error: 'invalid_request' } },
    { outcome: 'revoked' },
  ],
  ['503 for the access token', OK, { status: 503 }, { outcome: 'failed', status: 503 }],
])('%s', async (_name, refresh, access, expected) => {
  const { origin, seen } = await serve(({ form }) => (form['token_type_hint'] === 'refresh_token' ? refresh : access));
  const request = {
    server: metadata(origin),
    clientId: 'c',
    http: httpClient(),
    clock: realClock,
    tokens: { accessToken: 'A', refreshToken: 'R' },
  };
  expect(await revokeTokens(request)).toEqual(expected);
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
  expect(await revokeTokens(request)).toEqual({ outcome: 'nothing_to_revoke' });
});

test('a server that revokes nothing is not asked', async () => {
  const { revocation_endpoint: _, ...server } = metadata('https://id.example');
  const request = { server, clientId: 'c', http: httpClient(), clock: realClock, tokens: { accessToken: 'A', refreshToken: 'R' } };
  expect(await revokeTokens(request)).toEqual({ outcome: 'not_offered' });
});

test('an access token that names its session has ended with the refresh token', async () => {
  const { origin, seen } = await serve(() => OK);
  const tokens = { accessToken: idToken({ sub: 'u', sid: 'S' }), refreshToken: 'R' };
  const request = { server: metadata(origin), clientId: 'c', http: httpClient(), clock: realClock, tokens };
  expect(await revokeTokens(request)).toEqual({ outcome: 'revoked' });
  expect(seen.map(({ form }) => form['token'])).toEqual(['R']);
});

test('a server that is down', async () => {
  const request = {
    server: metadata(await deadOrigin()),
    clientId: 'c',
    http: httpClient(),
    clock: realClock,
    tokens: { accessToken: 'A', refreshToken: 'R' },
  };
  expect(await revokeTokens(request)).toEqual({ outcome: 'failed' });
});

test('a server that says nothing gets 5 seconds', async () => {
  const { origin } = await serve(() => 'silence');
  const clock = leapingClock();
  const request = { server: metadata(origin), clientId: 'c', http: httpClient(), clock, tokens: { accessToken: 'A', refreshToken: 'R' } };
  expect(await revokeTokens(request)).toEqual({ outcome: 'failed' });
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
