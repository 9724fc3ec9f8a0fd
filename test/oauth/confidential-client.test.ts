import { describe, expect, test } from 'vitest';
import { storedAuthentication } from '../../src/context/client-authentication.ts';
import { authorizationUrl, redeemCode } from '../../src/oauth/authorization-code.ts';
import type { ClientAuthentication } from '../../src/oauth/configuration.ts';
import { deviceAuthorizationRequest } from '../../src/oauth/device-authorization.ts';
import { readJwtClaims } from '../../src/oauth/jwt-claims.ts';
import { refreshTokenSet } from '../../src/oauth/refresh.ts';
import type { DiscoveredServer } from '../../src/oauth/server-metadata.ts';
import { leapingClock } from '../support/clocks.ts';
import { rsa } from '../support/keys.ts';
import { httpClient, metadata, type Reply, serve } from '../support/servers/serve.ts';

const TOKENS: Reply = { body: { access_token: 'A', expires_in: 60 } };
const TRANSACTION = { state: 'the-state', nonce: 'the-nonce', codeVerifier: 'the-verifier' };
const REDIRECT_URI = 'http://127.0.0.1:1/callback';
const SECRET: ClientAuthentication = { kind: 'secret', secret: 's:1' };
const KEY = storedAuthentication(
  { machine: undefined, client: { privateKey: rsa.pem, keyId: 'k', audience: undefined }, clientId: 'web' },
  { env: {}, time: () => 0 },
);

/** A server that answers so, the client that asks it, and what it has seen. */
async function clientAt(reply: Reply, listed: Partial<DiscoveredServer> = {}, authentication: ClientAuthentication | undefined = SECRET) {
  const { origin, seen } = await serve(() => reply);
  const server = metadata(origin, { pushed_authorization_request_endpoint: `${origin}/par`, ...listed });
  return { client: { server, clientId: 'web', authentication, http: httpClient(), clock: leapingClock(0) }, seen };
}

const BASIC = `Basic ${Buffer.from('web:s%3A1').toString('base64')}`;
const listing = (methods: readonly string[]) => ({ token_endpoint_auth_methods_supported: methods });

describe('how a client shows its secret', () => {
  test.each([
    ['s:1', 's%3A1'],
    ['a-b_c.d*e', 'a-b_c.d*e'],
    ['100% Zürich~', '100%25+Z%C3%BCrich%7E'],
    ['+/=', '%2B%2F%3D'],
  ])('%s is %s in the header', async (secret, encoded) => {
    const { client, seen } = await clientAt(TOKENS, {}, { kind: 'secret', secret });
    await redeemCode(client, TRANSACTION, { redirectUri: REDIRECT_URI, code: 'C' });
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`web:${encoded}`).toString('base64')}`);
  });

  test.each<[what: string, method: 'basic' | 'post' | 'client_secret_jwt' | undefined, listed: readonly string[], sent: string]>([
    ['in the header, when nothing is listed', undefined, [], 'header'],
    ['in the body, when that is listed alone', undefined, ['none', 'client_secret_post'], 'body'],
    ['signed, when that is listed alone', undefined, ['client_secret_jwt', 'private_key_jwt'], 'assertion'],
    ['in the header, when it is to be', 'basic', ['client_secret_post'], 'header'],
    ['in the body, when it is to be', 'post', ['client_secret_basic'], 'body'],
    ['signed, when it is to be', 'client_secret_jwt', ['client_secret_basic'], 'assertion'],
  ])('%s', async (_what, method, listed, sent) => {
    const { client, seen } = await clientAt(TOKENS, listing(listed), { kind: 'secret', secret: 's:1', method });
    await redeemCode(client, TRANSACTION, { redirectUri: REDIRECT_URI, code: 'C' });
    const [{ form = {}, headers = {} } = {}] = seen;
    expect({
      authorization: headers.authorization,
      secret: form['client_secret'],
      isSigned: form['client_assertion'] !== undefined,
    }).toEqual({
      authorization: sent === 'header' ? BASIC : undefined,
      secret: sent === 'body' ? 's:1' : undefined,
      isSigned: sent === 'assertion',
    });
  });

  test('as what its key signs, for the server and new each time', async () => {
    const { client, seen } = await clientAt(TOKENS, {}, KEY);
    for (const code of ['C', 'D']) await redeemCode(client, TRANSACTION, { redirectUri: REDIRECT_URI, code });
    const assertions = seen.map(({ form }) => String(form['client_assertion']));
    expect(assertions.map((assertion) => readJwtClaims(assertion))).toMatchObject(
      assertions.map(() => ({ iss: 'web', sub: 'web', aud: [client.server.issuer] })),
    );
    expect(new Set(assertions).size).toBe(2);
    const { body } = await deviceAuthorizationRequest(client, 'https://id.example/device', ['openid']);
    expect(String(body)).toContain('client_assertion=');
  });

  test.each([0, 3 * 3_600_000])('signed by the time of the server, from which ours is %i ms away', async (aheadMs) => {
    const time = () => Date.now() - aheadMs;
    const { client, seen } = await clientAt(TOKENS, {}, { kind: 'secret', secret: 's:1', method: 'client_secret_jwt', time });
    await redeemCode(client, TRANSACTION, { redirectUri: REDIRECT_URI, code: 'C' });
    const { expiresAt = 0 } = readJwtClaims(String(seen[0]?.form['client_assertion'])) ?? {};
    expect(Math.abs(expiresAt - time() - 60_000)).toBeLessThan(30_000);
  });

  test('for a device code as well (RFC 8628 section 3.1)', async () => {
    const { client } = await clientAt(TOKENS);
    const { headers, body } = await deviceAuthorizationRequest(client, 'https://id.example/device', ['openid']);
    expect([headers['authorization'], body]).toEqual([BASIC, 'client_id=web&scope=openid']);
  });
});

test.each([
  ['invalid_client', SECRET, 'check the client id and its secret'],
  ['unauthorized_client', SECRET, 'check the client id and its secret'],
  ['invalid_client', KEY, 'check the client id, and that the sign-in server has the public key'],
  ['invalid_grant', SECRET, 'sign in again'],
])('a code that is refused with %s is sent once, and the hint fits', async (error, authentication, hint) => {
  const { client, seen } = await clientAt({ status: 400, body: { error } }, {}, authentication);
  const refused = redeemCode(client, TRANSACTION, { redirectUri: REDIRECT_URI, code: 'C' });
  const failure: unknown = await refused.catch((reason: unknown) => reason);
  expect(JSON.stringify(failure)).toContain(hint);
  expect(seen).toHaveLength(1);
});

test.each<[what: string, ClientAuthentication | undefined]>([
  ['secret', SECRET],
  ['key', KEY],
])('a session is kept when the %s is refused, which is said', async (what, authentication) => {
  const { client, seen } = await clientAt(
    { status: 401, body: { error: 'unauthorized_client', error_description: 'no' } },
    {},
    authentication,
  );
  expect(await refreshTokenSet({ ...client, refreshToken: 'R' })).toEqual({
    kind: 'refused',
    error: 'unauthorized_client',
    description: `the ${what} of the client was not accepted: no (unauthorized_client)`,
  });
  expect(seen).toHaveLength(1);
});

describe('pushed authorization requests (RFC 9126)', () => {
  const PUSHED: Reply = { status: 201, body: { request_uri: 'urn:example:1', expires_in: 60 } };
  const asked = { redirectUri: REDIRECT_URI, scopes: ['openid'] };

  test.each<[what: string, par: boolean, listed: Partial<DiscoveredServer>]>([
    ['where a flag says so', true, {}],
    ['where the server wants it', false, { require_pushed_authorization_requests: true }],
  ])('%s: the browser gets a reference, and the server what is asked for, from the client itself', async (_what, par, listed) => {
    const { client, seen } = await clientAt(PUSHED, listed);
    const url = new URL(await authorizationUrl(client, TRANSACTION, { ...asked, par }));
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: 'web', request_uri: 'urn:example:1' });
    expect(seen).toMatchObject([
      {
        path: '/par',
        headers: { authorization: BASIC },
        form: { response_type: 'code', redirect_uri: REDIRECT_URI, state: 'the-state', nonce: 'the-nonce', code_challenge_method: 'S256' },
      },
    ]);
  });

  test('not otherwise', async () => {
    const { client, seen } = await clientAt(PUSHED);
    expect(await authorizationUrl(client, TRANSACTION, asked)).not.toContain('request_uri');
    expect(seen).toEqual([]);
  });

  test('a server that has no endpoint for it', async () => {
    const { client } = await clientAt(PUSHED);
    const { pushed_authorization_request_endpoint: _, ...server } = client.server;
    await expect(authorizationUrl({ ...client, server }, TRANSACTION, { ...asked, par: true })).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('names no endpoint for pushed'),
    });
  });

  test.each<[what: string, reply: Reply, message: string]>([
    [
      'a refusal',
      { status: 400, body: { error: 'invalid_request', error_description: 'not the-state' } },
      'not [redacted] (invalid_request)',
    ],
    [
      'a server that wants DPoP',
      { status: 400, body: { error: 'invalid_request', error_description: 'DPoP proof is missing' } },
      'the sign-in server wants DPoP of this client, which flowkiwi does not support: DPoP proof is missing (invalid_request)',
    ],
  ])('%s', async (_what, reply, message) => {
    const { client } = await clientAt(reply);
    await expect(authorizationUrl(client, TRANSACTION, { ...asked, par: true })).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining(message),
    });
  });
});
