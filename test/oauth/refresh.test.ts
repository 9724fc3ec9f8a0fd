import { describe, expect, test } from 'vitest';
import { refreshTokenSet } from '../../src/oauth/refresh.ts';
import { leapingClock } from '../support/clocks.ts';
import { deadOrigin, httpClient, idToken, metadata, type Reply, serve } from '../support/servers/serve.ts';

const NOW = 1_000_000;

async function refresh(reply: (origin: string) => Reply | 'silence') {
  const server = await serve((_request, origin) => reply(origin));
  const http = httpClient();
  const outcome = await refreshTokenSet({
    server: metadata(server.origin),
    clientId: 'c',
    http,
    clock: leapingClock(NOW),
    refreshToken: 'old',
    subject: 'u',
  });
  return { outcome, seen: server.seen };
}

describe('a refresh that succeeds', () => {
  const tokens = { access_token: 'A', token_type: 'Bearer' };

  test('sends what RFC 6749 section 6 asks for, and no secret of a client', async () => {
    const { seen } = await refresh(() => ({ body: tokens }));
    expect(seen).toMatchObject([
      { method: 'POST', path: '/token', form: { grant_type: 'refresh_token', refresh_token: 'old', client_id: 'c' } },
    ]);
    expect(seen[0]?.headers).toMatchObject({ 'user-agent': 'flowkiwi/test' });
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  test.each<[string, object, object]>([
    ['a new refresh token', { refresh_token: 'new' }, { refreshToken: 'new' }],
    ['no refresh token: the old one stays', {}, { refreshToken: 'old' }],
    ['null for one: the old one stays', { refresh_token: null }, { refreshToken: 'old' }],
    ['an empty one: the old one stays', { refresh_token: '' }, { refreshToken: 'old' }],
    ['a lifetime', { expires_in: 3600 }, { expiresAt: NOW + 3_600_000 }],
    ['a lifetime as text', { expires_in: '60' }, { expiresAt: NOW + 60_000 }],
    ['a lifetime past all dates', { expires_in: 1e300 }, { expiresAt: Date.parse('9999-12-31T23:59:59Z') }],
    ['no lifetime', {}, { expiresAt: undefined }],
    ['a scope', { scope: 'a b' }, { scope: 'a b' }],
    ['no scope and no user', {}, { scope: undefined, user: undefined }],
    ['bearer in capitals', { token_type: 'BEARER' }, { accessToken: 'A' }],
  ])('%s', async (_name, more, expected) => {
    const { outcome } = await refresh(() => ({ body: { ...tokens, ...more } }));
    expect(outcome).toMatchObject({ kind: 'refreshed', tokens: expected });
  });

  test.each<[string, (origin: string) => unknown]>([
    ['of the same user', (origin) => idToken({ iss: origin, aud: 'c', sub: 'u' })],
    ['for another client', (origin) => idToken({ iss: origin, aud: 'other', sub: 'u' })],
    ['of another issuer', () => idToken({ iss: 'https://elsewhere.example', aud: 'c', sub: 'u' })],
    ['that has expired', (origin) => idToken({ iss: origin, aud: 'c', sub: 'u', exp: 1 })],
    ['that is none', () => 'x.y'],
    ['that is a number', () => 7],
  ])('an id token %s costs no session', async (_name, token) => {
    const { outcome } = await refresh((origin) => ({ body: { ...tokens, refresh_token: 'new', id_token: token(origin) } }));
    expect(outcome).toMatchObject({ kind: 'refreshed', tokens: { accessToken: 'A', refreshToken: 'new', user: undefined } });
  });

  test('a token that has to be proved is refused', async () => {
    await expect(refresh(() => ({ body: { ...tokens, token_type: 'DPoP' } }))).rejects.toMatchObject({ code: 'auth' });
  });
});

describe('a refresh that fails', () => {
  const error = (status: number, code: string, description?: string): Reply => ({
    status,
    body: { error: code, error_description: description },
  });

  test.each<[what: string, reply: Reply | 'silence', kind: string, code?: string]>([
    ['invalid_grant', error(400, 'invalid_grant', 'expired'), 'dead'],
    ['invalid_grant with a challenge', { ...error(401, 'invalid_grant'), headers: { 'www-authenticate': 'Basic realm="x"' } }, 'dead'],
    [
      'invalid_grant labelled as text',
      { status: 400, headers: { 'content-type': 'text/plain' }, body: '{"error":"invalid_grant"}' },
      'dead',
    ],
    ["ZITADEL's invalid_request", error(400, 'invalid_request', 'Errors.OIDCSession.RefreshTokenInvalid'), 'dead'],
    ['a refusal that repeats the token', error(400, 'invalid_grant', 'unknown token: old'), 'dead'],
    ['any other invalid_request', error(400, 'invalid_request', 'no such thing'), 'refused'],
    ['invalid_client', error(401, 'invalid_client'), 'refused'],
    ['unauthorized_client', error(400, 'unauthorized_client', 'grant_type "refresh_token" not allowed'), 'refused'],
    ['a web page with 403', { status: 403, headers: { 'content-type': 'text/html' }, body: '<h1>no</h1>' }, 'refused'],
    ['404', { status: 404 }, 'refused'],
    ['429', error(429, 'slow_down'), 'unavailable', 'rate_limited'],
    ['429 as a web page', { status: 429, body: 'busy' }, 'unavailable', 'rate_limited'],
    ['408', { status: 408 }, 'unavailable'],
    ['500', { status: 500 }, 'unavailable'],
    ["ZITADEL's 404 without its database", { status: 404, body: 'unable to set instance using origin x: ID=QUERY-d3fas' }, 'unavailable'],
    ['503 that says invalid_grant', error(503, 'invalid_grant'), 'unavailable'],
    ['temporarily_unavailable', error(400, 'temporarily_unavailable'), 'unavailable'],
    ['a web page with 200', { headers: { 'content-type': 'text/html' }, body: '<h1>Wi-Fi</h1>' }, 'unavailable'],
    ['half an answer', { headers: { 'content-type': 'application/json' }, body: '{"access_token":"A' }, 'unavailable'],
    ['no access token', { body: { token_type: 'bearer' } }, 'unavailable'],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }, 'unavailable'],
    ['silence', 'silence', 'unavailable'],
  ])('%s is %s', async (_name, reply, kind, code = 'unavailable') => {
    const { outcome, seen } = await refresh(() => reply);
    expect(outcome.kind).toBe(kind);
    expect(seen).toHaveLength(1);
    expect(outcome).toMatchObject(kind === 'unavailable' ? { cause: { code } } : { description: expect.any(String) });
    expect(JSON.stringify(outcome)).not.toContain('old');
  });

  test('tokens of somebody else are refused', async () => {
    const { outcome } = await refresh((origin) => ({
      body: { access_token: 'A', token_type: 'bearer', id_token: idToken({ iss: origin, aud: 'c', sub: 'another' }) },
    }));
    expect(outcome).toEqual({ kind: 'refused', description: expect.stringContaining('another user') });
  });

  test('nobody listens: unavailable', async () => {
    const server = metadata(await deadOrigin());
    const outcome = await refreshTokenSet({ server, clientId: 'c', http: httpClient(), clock: leapingClock(), refreshToken: 'old' });
    expect(outcome).toMatchObject({ kind: 'unavailable', cause: { code: 'unavailable' } });
  });

  test('an abort ends it with its reason', async () => {
    const reason = new Error('stop');
    const controller = new AbortController();
    const { origin } = await serve(() => {
      controller.abort(reason);
      return 'silence';
    });
    const request = {
      server: metadata(origin),
      clientId: 'c',
      http: httpClient(),
      clock: leapingClock(),
      refreshToken: 'old',
      signal: controller.signal,
    };
    await expect(refreshTokenSet(request)).rejects.toBe(reason);
  });
});
