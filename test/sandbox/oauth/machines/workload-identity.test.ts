import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { ciIssuer, issueCiToken } from '../../../../src/sandbox/oauth/machines/ci.ts';
import { createMachine } from '../../../../src/sandbox/oauth/machines/machine.ts';
import { startServer } from '../../../support/servers/sandbox-authorization-server.ts';
import { call } from '../../../support/servers/sandbox-in-memory.ts';
import { jwt } from './jwt.ts';
import { DEFAULT_SCOPE, JWT_BEARER, refusal, requestToken, TOKEN_EXCHANGE, TOKEN_TYPE } from './token-request.ts';

/** A server that trusts a CI job. `token` is what the CI gives the job, `forged` is signed by `key`, the CI's own unless another is given. */
async function start(settings: Parameters<typeof startServer>[0] = {}) {
  const server = await startServer(settings);
  const { issuer, database, clock } = server;
  const machine = await createMachine(database, { origin: issuer, name: 'Deployer', keyType: 'ec' });
  const job = { origin: issuer, requestToken: machine.ci.request_token };
  const token = (audience: string | null = issuer): string => issueCiToken(database, { ...job, audience, now: clock.now() })?.value ?? '';
  const [header, good] = token()
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const stored = JSON.parse(String(database.get(`SELECT value FROM oauth_secret WHERE name = 'ci_key'`)?.['value']));
  const ciKey = createPrivateKey({ key: stored.jwk, format: 'jwk' });
  const now = Math.floor(clock.now() / 1000);
  const signed = (claims: object = {}, headers: object = {}, key: KeyObject = ciKey): string =>
    jwt({ ...header, ...headers }, { ...good, ...claims }, key);
  return { server, machine, token, signed, now };
}

type Started = Awaited<ReturnType<typeof start>>;

const exchange = (subjectToken: string, more: Readonly<Record<string, string>> = {}) => ({
  grant_type: TOKEN_EXCHANGE,
  subject_token: subjectToken,
  subject_token_type: `${TOKEN_TYPE}jwt`,
  ...more,
});

const bearer = (assertion: string) => ({ grant_type: JWT_BEARER, assertion });

test.each<[statement: string, more: (started: Started) => Record<string, string>]>([
  ['as a JWT', () => ({})],
  ['as an ID token', () => ({ subject_token_type: `${TOKEN_TYPE}id_token` })],
  ['by the public client', () => ({ client_id: 'flowkiwi-cli' })],
  ['for an access token', () => ({ requested_token_type: `${TOKEN_TYPE}access_token` })],
  ['for this server', ({ server }) => ({ audience: server.issuer })],
  ['for the API', ({ server }) => ({ resource: `${server.issuer}/api` })],
])('token exchange %s', async (_, more) => {
  const started = await start({ accessTokenSeconds: () => 60 });
  const { server, machine } = started;
  const { status, headers, json } = await requestToken(server.issuer, exchange(started.token(), more(started)));
  const token = String(json['access_token']);
  expect([status, json]).toEqual([
    200,
    { access_token: token, issued_token_type: `${TOKEN_TYPE}access_token`, token_type: 'Bearer', expires_in: 60, scope: DEFAULT_SCOPE },
  ]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(server.authenticate(token)).toMatchObject({ id: machine.client_id, name: 'Deployer' });
  server.clock.advance(61_000);
  expect(server.authenticate(token)).toBeUndefined();
  expect(server.errors).toEqual([]);
});

test('the same token as the assertion of JWT bearer', async () => {
  const { server, machine, token } = await start();
  const { status, json } = await requestToken(server.issuer, bearer(token()));
  expect([status, Object.keys(json).sort()]).toEqual([200, ['access_token', 'expires_in', 'scope', 'token_type']]);
  expect(server.authenticate(String(json['access_token']))?.id).toBe(machine.client_id);
});

test('the same token as a client assertion of client credentials (RFC 7523 section 2.2)', async () => {
  const { server, machine, token, signed } = await start();
  const asserted = (assertion: string) => ({
    grant_type: 'client_credentials',
    client_assertion: assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  });
  const { status, json } = await requestToken(server.issuer, asserted(token()));
  expect([status, server.authenticate(String(json['access_token']))?.id]).toEqual([200, machine.client_id]);
  const named = { ...asserted(token()), client_id: machine.client_id };
  expect((await requestToken(server.issuer, named)).status).toBe(200);
  expect(refusal(await requestToken(server.issuer, asserted(signed({}, {}, otherKey()))))).toEqual([400, 'invalid_grant']);
});

test('several audiences and resources are no duplicates (RFC 8693 section 2.1)', async () => {
  const { server, token } = await start();
  const targets: [string, string][] = [
    ['audience', server.issuer],
    ['audience', `${server.issuer}/api`],
    ['resource', server.issuer],
    ['resource', `${server.issuer}/api`],
  ];
  expect((await requestToken(server.issuer, [...Object.entries(exchange(token())), ...targets])).status).toBe(200);
});

const UNTRUSTED: [statement: string, token: (started: Started) => string][] = [
  ['the default audience', ({ token }) => token(null)],
  ['another audience', ({ token }) => token('https://other.example')],
  ['an expired token', ({ signed, now }) => signed({ iat: now - 100, nbf: now - 100, exp: now - 1 })],
  ['no expiry', ({ signed }) => signed({ exp: undefined })],
  ['a time of issue in the future', ({ signed, now }) => signed({ iat: now + 30 })],
  ['a token for later', ({ signed, now }) => signed({ nbf: now + 60 })],
  ['a foreign issuer', ({ signed }) => signed({ iss: 'https://token.actions.githubusercontent.com' })],
  ['a foreign issuer with a key of its own', ({ signed }) => signed({ iss: 'https://other.example' }, { kid: 'other' }, otherKey())],
  ['another key', ({ signed }) => signed({}, {}, otherKey())],
  ['an unknown kid', ({ signed }) => signed({}, { kid: 'unknown' })],
  ['no signature', ({ signed }) => signed({}, { alg: 'none' })],
  ['another repository', ({ signed }) => signed({ sub: 'repo:acme/other:ref:refs/heads/main' })],
  ['what is not a token', () => 'nonsense'],
];

test.each(UNTRUSTED)('%s is refused, whichever the grant', async (_, token) => {
  const started = await start();
  const { issuer } = started.server;
  const replies = await Promise.all([exchange(token(started)), bearer(token(started))].map((form) => requestToken(issuer, form)));
  expect(replies.map(refusal)).toEqual([
    [400, 'invalid_request'],
    [400, 'invalid_grant'],
  ]);
  expect(started.server.errors).toEqual([]);
});

test.each<[statement: string, more: Record<string, string>, error: string]>([
  ['a subject token of another type', { subject_token_type: `${TOKEN_TYPE}access_token` }, 'invalid_request'],
  ['a subject token of a made-up type', { subject_token_type: 'jwt' }, 'invalid_request'],
  ['no type', { subject_token_type: '' }, 'invalid_request'],
  ['no subject token', { subject_token: '' }, 'invalid_request'],
  ['the request of a refresh token', { requested_token_type: `${TOKEN_TYPE}refresh_token` }, 'invalid_request'],
  ['an audience that is not here', { audience: 'https://other.example' }, 'invalid_target'],
  ['a resource that is not here', { resource: 'https://other.example/api' }, 'invalid_target'],
])('token exchange: %s is refused', async (_, more, error) => {
  const { server, token } = await start();
  expect(refusal(await requestToken(server.issuer, exchange(token(), more)))).toEqual([400, error]);
});

test('the assertion of a service account is not a subject token', async () => {
  const { server, machine, now } = await start();
  const { keyId, key, userId } = machine.key;
  const claims = { iss: userId, sub: userId, aud: server.issuer, iat: now, exp: now + 300 };
  const assertion = jwt({ alg: 'ES256', kid: keyId }, claims, createPrivateKey(key));
  expect(refusal(await requestToken(server.issuer, exchange(assertion)))).toEqual([400, 'invalid_request']);
});

test('the key of a service account does not sign for the CI', async () => {
  const { server, machine, signed } = await start();
  const forged = signed({ iss: ciIssuer(server.issuer) }, { kid: machine.key.keyId }, createPrivateKey(machine.key.key));
  expect(refusal(await requestToken(server.issuer, bearer(forged)))).toEqual([400, 'invalid_grant']);
});

test('switched off, token exchange is refused and not offered, and JWT bearer still works', async () => {
  let allowed = true;
  const { server, token } = await start({ allowsTokenExchange: () => allowed });
  const offered = () =>
    Promise.all(
      ['openid-configuration', 'oauth-authorization-server'].map(async (name) => {
        const { json } = await call(server.issuer, 'GET', `/.well-known/${name}`);
        return [json['grant_types_supported']].flat().includes(TOKEN_EXCHANGE);
      }),
    );
  expect(await offered()).toEqual([true, true]);
  allowed = false;
  expect(await offered()).toEqual([false, false]);
  expect(refusal(await requestToken(server.issuer, exchange(token())))).toEqual([400, 'unsupported_grant_type']);
  expect((await requestToken(server.issuer, bearer(token()))).status).toBe(200);
});

function otherKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}
