import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import * as oauth from 'openid-client';
import { expect, test } from 'vitest';
import { createMachine } from '../../../../src/sandbox/oauth/machines/machine.ts';
import type { KeyType } from '../../../../src/sandbox/oauth/machines/service-account-key.ts';
import { connect, startServer } from '../../../support/servers/sandbox-authorization-server.ts';
import { temporaryFolder } from '../../../support/servers/sandbox-in-memory.ts';
import { jwt } from './jwt.ts';
import { DEFAULT_SCOPE, JWT_BEARER, refusal, requestToken } from './token-request.ts';

const CLIENT = { client_id: 'flowkiwi-cli' };

/** A server with a service account. `assertion` is a good one, but for what is given. */
async function start(keyType: KeyType = 'ec', settings: Parameters<typeof startServer>[0] = {}) {
  const server = await startServer(settings);
  const { key: file } = await createMachine(server.database, { origin: server.issuer, name: 'Deployer', keyType });
  const key = createPrivateKey(file.key);
  const now = Math.floor(server.clock.now() / 1000);
  const good = { iss: file.userId, sub: file.userId, aud: server.issuer, iat: now, exp: now + 300 };
  const assertion = (claims: object = {}, header: object = {}, signer: KeyObject = key): string =>
    jwt({ alg: keyType === 'rsa' ? 'RS256' : 'ES256', kid: file.keyId, ...header }, { ...good, ...claims }, signer);
  const send = (text: string, more: Readonly<Record<string, string>> = {}) =>
    requestToken(server.issuer, { grant_type: JWT_BEARER, assertion: text, ...more });
  return { server, file, key, now, assertion, send };
}

type Started = Awaited<ReturnType<typeof start>>;

test.each<[alg: string, keyType: KeyType, heading: string]>([
  ['RS256', 'rsa', '-----BEGIN RSA PRIVATE KEY-----'],
  ['PS256', 'rsa', '-----BEGIN RSA PRIVATE KEY-----'],
  ['ES256', 'ec', '-----BEGIN PRIVATE KEY-----'],
  ['EdDSA', 'ed25519', '-----BEGIN PRIVATE KEY-----'],
])('%s by a key of type %s: a token of the account, without a client', async (alg, keyType, heading) => {
  const { server, file, assertion, send } = await start(keyType, { accessTokenSeconds: () => 60 });
  expect(file).toEqual({
    type: 'serviceaccount',
    keyId: expect.any(String),
    key: expect.stringContaining(heading),
    expirationDate: '9999-12-31T23:59:59Z',
    userId: expect.any(String),
  });
  const { status, json } = await send(assertion({}, { alg }));
  const token = String(json['access_token']);
  expect([status, json]).toEqual([200, { access_token: token, token_type: 'Bearer', expires_in: 60, scope: DEFAULT_SCOPE }]);
  expect(server.authenticate(token)).toMatchObject({ id: file.userId, name: 'Deployer' });
  server.clock.advance(61_000);
  expect(server.authenticate(token)).toBeUndefined();
  expect(server.errors).toEqual([]);
});

test.each<[statement: string, claims: (started: Started) => object, more?: Record<string, string>]>([
  ['the public client is named', () => ({}), CLIENT],
  ["a client is named that nobody knows, as ZITADEL's client for Python does", () => ({}), { client_id: 'None', client_secret: 'None' }],
  ['the audience is the token endpoint', ({ server }) => ({ aud: `${server.issuer}/oauth/token` })],
  ['the audience is one of several', ({ server }) => ({ aud: ['https://other.example', server.issuer] })],
  ['it was issued almost an hour ago', ({ now }) => ({ iat: now - 3590 })],
  ['its clock is a second ahead', ({ now }) => ({ iat: now + 1 })],
  ['it is good from now on', ({ now }) => ({ nbf: now })],
])('accepted when %s', async (_, claims, more) => {
  const started = await start();
  const { status } = await started.send(started.assertion(claims(started)), more);
  expect(status).toBe(200);
});

test.each<[statement: string, assertion: (started: Started) => string]>([
  ['another audience', ({ assertion }) => assertion({ aud: 'https://other.example' })],
  ['the issuer with a slash', ({ assertion, server }) => assertion({ aud: `${server.issuer}/` })],
  ['no audience', ({ assertion }) => assertion({ aud: undefined })],
  ['an empty list of audiences', ({ assertion }) => assertion({ aud: [] })],
  ['an expired assertion', ({ assertion, now }) => assertion({ iat: now - 100, exp: now - 1 })],
  ['no expiry', ({ assertion }) => assertion({ exp: undefined })],
  ['an expiry that is not a number', ({ assertion, now }) => assertion({ exp: String(now + 300) })],
  ['a time of issue in the future', ({ assertion, now }) => assertion({ iat: now + 30 })],
  ['a time of issue of long ago', ({ assertion, now }) => assertion({ iat: now - 3700 })],
  ['no time of issue', ({ assertion }) => assertion({ iat: undefined })],
  ['an assertion for later', ({ assertion, now }) => assertion({ nbf: now + 60 })],
  ['another issuer', ({ assertion }) => assertion({ iss: 'https://other.example' })],
  ['another subject', ({ assertion }) => assertion({ sub: 'somebody' })],
  ['no subject', ({ assertion }) => assertion({ sub: undefined })],
  ['another key', ({ assertion }) => assertion({}, {}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)],
  ['an unknown kid', ({ assertion }) => assertion({}, { kid: 'unknown' })],
  ['a kid with a NUL', ({ assertion }) => assertion({}, { kid: 'a\0' })],
  ['no kid', ({ assertion }) => assertion({}, { kid: undefined })],
  ['no signature', ({ assertion }) => assertion({}, { alg: 'none' })],
  ['an empty signature that is called good', ({ assertion }) => `${assertion().split('.').slice(0, 2).join('.')}.AA`],
  ['the public key as a shared secret', ({ assertion, key }) => assertion({}, { alg: 'HS256' }, secretOf(key))],
  ['an algorithm of another type of key', ({ assertion }) => jwtHeaderReplaced(assertion(), 'RS256')],
  ['an algorithm by an inherited name', ({ assertion }) => jwtHeaderReplaced(assertion(), 'toString')],
  ['claims that were changed', ({ assertion, server }) => changed(assertion(), server.issuer)],
  ['a critical extension', ({ assertion }) => assertion({}, { crit: ['b64'], b64: true })],
  ['what is not a token', () => 'nonsense'],
  ['what is almost a token', () => 'a.b.c'],
  ['a token with five parts', ({ assertion }) => `${assertion()}.a.b`],
])('%s is refused', async (_, assertion) => {
  const started = await start();
  expect(refusal(await started.send(assertion(started)))).toEqual([400, 'invalid_grant']);
  expect(started.server.errors).toEqual([]);
});

test('the key of one account does not speak for another', async () => {
  const { server, assertion, send } = await start();
  const { key: other } = await createMachine(server.database, { origin: server.issuer, name: 'Other', keyType: 'ec' });
  const reply = await send(assertion({ iss: other.userId, sub: other.userId }));
  expect(refusal(reply)).toEqual([400, 'invalid_grant']);
});

test('an assertion may come again, and no answer has a refresh token', async () => {
  const { assertion, send } = await start();
  const text = assertion();
  const replies = [await send(text, { scope: 'openid offline_access' }), await send(text, { scope: 'openid offline_access' })];
  expect(replies.map(({ status, json }) => [status, json['scope'], json['refresh_token']])).toEqual([
    [200, 'openid', undefined],
    [200, 'openid', undefined],
  ]);
  expect(replies[0]?.json['access_token']).not.toBe(replies[1]?.json['access_token']);
});

test('unknown scopes are left out, as at ZITADEL', async () => {
  const { assertion, send } = await start();
  expect((await send(assertion(), { scope: 'openid urn:unknown' })).json['scope']).toBe('openid');
  expect((await send(assertion(), { scope: 'urn:unknown' })).json).toMatchObject({ scope: '', access_token: expect.any(String) });
});

test('a certified client that names no client gets a token, which the public client can revoke', async () => {
  const { server, assertion } = await start();
  const execute = [oauth.allowInsecureRequests];
  const config = await oauth.discovery(new URL(server.issuer), 'unnamed', undefined, () => {}, { execute });
  const { access_token: token } = await oauth.genericGrantRequest(config, JWT_BEARER, { assertion: assertion(), scope: 'openid' });
  expect(server.authenticate(token)?.name).toBe('Deployer');
  await oauth.tokenRevocation(await connect(server), token);
  expect(server.authenticate(token)).toBeUndefined();
});

test.each<[statement: string, form: (started: Started) => [string, string][], status: number, error: string]>([
  ['no assertion', () => [['grant_type', JWT_BEARER]], 400, 'invalid_request'],
  [
    'two assertions',
    ({ assertion }) => [
      ['grant_type', JWT_BEARER],
      ['assertion', assertion()],
      ['assertion', assertion()],
    ],
    400,
    'invalid_request',
  ],
  [
    'more than 56 KiB',
    () => [
      ['grant_type', JWT_BEARER],
      ['assertion', 'a'.repeat(5_000_000)],
    ],
    413,
    'invalid_request',
  ],
])('%s is refused', async (_, form, status, error) => {
  const started = await start();
  expect(refusal(await requestToken(started.server.issuer, form(started)))).toEqual([status, error]);
  expect(started.server.errors).toEqual([]);
});

test('accounts and keys outlive a restart', async () => {
  const data = `${await temporaryFolder()}/sandbox.db`;
  const { server, assertion } = await start('ec', { data });
  const text = assertion();
  const { port } = new URL(server.issuer);
  await server.stop();
  const again = await startServer({ data, port: Number(port) });
  expect((await requestToken(again.issuer, { grant_type: JWT_BEARER, assertion: text })).status).toBe(200);
});

function secretOf(key: KeyObject): KeyObject {
  return createSecretKey(Buffer.from(createPublicKey(key).export({ type: 'spki', format: 'pem' })));
}

function jwtHeaderReplaced(text: string, alg: string): string {
  const [header = '', claims, signature] = text.split('.');
  const replaced = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), alg };
  return [Buffer.from(JSON.stringify(replaced)).toString('base64url'), claims, signature].join('.');
}

function changed(text: string, issuer: string): string {
  const [header, claims = '', signature] = text.split('.');
  const replaced = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), aud: [issuer] };
  return [header, Buffer.from(JSON.stringify(replaced)).toString('base64url'), signature].join('.');
}
