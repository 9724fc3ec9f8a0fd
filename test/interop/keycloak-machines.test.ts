import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isRecord } from '../../src/record.ts';
import { textError } from '../support/failure.ts';
import { flowkiwi, secret } from '../support/flowkiwi.ts';
import { homeWith } from '../support/machines.ts';
import { type CiIssuer, startCiIssuer } from './ci-issuer.ts';
import { PAGES } from './keycloak-pages.ts';
import { FIRST, isActive, newPerson, signIn, signInWithCode, tokenRequests } from './person.ts';
import type { ServerFacts } from './running-server.ts';
import { askAdmin, REALM } from './servers/keycloak.ts';

const SECRET = secret('the-secret-of-the-machine');
const SIGNING_SECRET = secret('the-secret-of-the-machine-that-signs-with-it');
const JOB = 'repo:acme/onboarding';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const JWKS = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });

const server = (): ServerFacts => {
  const { keycloak } = inject('servers');
  if (keycloak === undefined) throw new Error('keycloak was not started');
  return keycloak;
};

let ci: CiIssuer;

/** Makes a confidential client. */
async function addClient(clientId: string, more: Readonly<Record<string, unknown>>): Promise<void> {
  const usual = { clientId, enabled: true, protocol: 'openid-connect', publicClient: false, serviceAccountsEnabled: true };
  await askAdmin(server().origin, 'POST', `/${REALM}/clients`, { ...usual, ...more });
}

describe('machines at keycloak', { tags: ['keycloak'] }, () => {
  beforeAll(async () => {
    ci = await startCiIssuer();
    const key = { 'use.jwks.string': 'true', 'jwks.string': JWKS };
    const { origin } = ci;
    await askAdmin(server().origin, 'POST', `/${REALM}/identity-provider/instances`, {
      ...{ alias: 'ci', providerId: 'oidc', enabled: true },
      config: {
        ...{ issuer: origin, authorizationUrl: `${origin}/authorize`, tokenUrl: `${origin}/token`, jwksUrl: `${origin}/jwks` },
        ...{ useJwksUrl: 'true', validateSignature: 'true', clientId: 'x', clientSecret: 'y', supportsClientAssertions: 'true' },
      },
    });
    const federated = { 'jwt.credential.issuer': 'ci', 'jwt.credential.sub': JOB };
    await addClient('secret-machine', { secret: SECRET });
    await addClient('signing-machine', { secret: SIGNING_SECRET, clientAuthenticatorType: 'client-secret-jwt' });
    await addClient('dpop-machine', { secret: SECRET, attributes: { 'dpop.bound.access.tokens': 'true' } });
    await addClient('key-machine', { clientAuthenticatorType: 'client-jwt', attributes: key });
    await addClient('job', { clientAuthenticatorType: 'federated-jwt', attributes: federated });
    const pushed = { 'require.pushed.authorization.requests': 'true' };
    await addClient('keyed-web', {
      ...{ clientAuthenticatorType: 'client-jwt', standardFlowEnabled: true, redirectUris: ['http://127.0.0.1/*'] },
      attributes: { ...key, 'oauth2.device.authorization.grant.enabled': 'true', 'pkce.code.challenge.method': 'S256' },
    });
    await addClient('web', { secret: SECRET, standardFlowEnabled: true, redirectUris: ['http://127.0.0.1/*'], attributes: pushed });
  });

  afterAll(() => ci?.close());

  const ofServer = (more: Readonly<Record<string, string>>) => ({
    FLOWKIWI_URL: 'http://127.0.0.1:9/',
    FLOWKIWI_ISSUER: server().issuer,
    ...more,
  });

  test.each<[what: string, env: () => Readonly<Record<string, string>>]>([
    ['a secret', () => ({ FLOWKIWI_CLIENT_ID: 'secret-machine', FLOWKIWI_CLIENT_SECRET: SECRET })],
    ['a key, as private_key_jwt', () => ({ FLOWKIWI_CLIENT_ID: 'key-machine', FLOWKIWI_KEY_FILE: join(homeWith({ key: PEM }), 'key') })],
    ['the token of a CI, as the assertion of a federated client', () => ({ FLOWKIWI_OIDC: '1', ...ci.job(JOB) })],
    ['the same, with its client id', () => ({ FLOWKIWI_OIDC: '1', FLOWKIWI_CLIENT_ID: 'job', ...ci.job(JOB) })],
  ])('%s signs in, by the first form that is tried', async (_what, env) => {
    const before = (await tokenRequests(server())).length;
    const token = await flowkiwi(['auth', 'token'], { env: ofServer(env()) });
    expect(token).toMatchObject({ status: 0, stdout: expect.stringMatching(/^eyJ/), stderr: '' });
    const asked = (await tokenRequests(server())).slice(before).filter(({ grantType }) => grantType === 'client_credentials');
    expect(asked).toMatchObject([{ status: 200 }]);
  });

  test('a secret that signs, and is not sent', async () => {
    const home = homeWith({ secret: SIGNING_SECRET });
    const login = ['login', '--client-credentials', '--client-secret-file', join(home, 'secret'), '--client-id', 'signing-machine'];
    expect(await flowkiwi([...login, '--client-auth', 'client_secret_jwt'], { home, env: ofServer({}) })).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('as client signing-machine'),
    });
  });

  test('a key that login stores renews its token', async () => {
    const home = homeWith({ key: PEM });
    const env = ofServer({});
    const login = ['login', '--key-file', join(home, 'key'), '--client-id', 'key-machine'];
    expect(await flowkiwi(login, { home, env })).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('service account key-machine'),
    });
    const stored: unknown = JSON.parse(readFileSync(join(home, '.config', 'flowkiwi', 'credentials.json'), 'utf8'));
    expect(isRecord(stored) && stored['credentials']).toMatchObject({ default: { machine: { grant: 'client_credentials' } } });
  });

  test.each<[what: string, env: () => Readonly<Record<string, string>>, message: RegExp, hint: RegExp]>([
    [
      'a wrong secret is explained as one, whatever the server calls it',
      () => ({ FLOWKIWI_CLIENT_ID: 'secret-machine', FLOWKIWI_CLIENT_SECRET: secret('not-the-secret-at-all') }),
      /^the sign-in server refused the secret of the client secret-machine .* \(unauthorized_client\)$/,
      /^check FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET; /,
    ],
    [
      'a job that nobody trusts: what was tried is in the error',
      () => ({ FLOWKIWI_OIDC: '1', ...ci.job('repo:acme/another') }),
      /^the sign-in server refused the CI token of GitHub Actions .*that was jwt-bearer; refused before: client_credentials: /,
      /^let the sign-in server trust this iss, sub and aud/,
    ],
    [
      'a client that has to use DPoP',
      () => ({ FLOWKIWI_CLIENT_ID: 'dpop-machine', FLOWKIWI_CLIENT_SECRET: SECRET }),
      /^the sign-in server wants DPoP of this client, which flowkiwi does not support: /,
      /Require DPoP bound tokens/,
    ],
  ])('%s', async (_what, env, message, hint) => {
    const run = await flowkiwi(['auth', 'token'], { env: ofServer(env()) });
    expect({ status: run.status, ...textError(run) }).toEqual({
      status: 4,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('a client with a key signs a person in, in the browser and with a code', { tags: ['chromium'] }, async () => {
    const person = await newPerson({ ...server(), clientId: 'keyed-web' });
    const keyed = ['--key-file', join(homeWith({ key: PEM }), 'key')];
    await signIn(person, PAGES, keyed);
    expect(person.stored()).toMatchObject({ client: { private_key: PEM.trim() } });
    person.expire();
    expect(await person.run(['auth', 'token'])).toMatchObject({ status: 0, stderr: '' });
    const token = person.stored()?.['access_token'];
    expect(await isActive(server(), token)).toBe(true);
    expect(await person.run(['logout'])).toMatchObject({ status: 0, stderr: expect.stringContaining('is revoked at the server') });
    expect(await isActive(server(), token)).toBe(false);
    await person.run(['profile', 'set', FIRST, '--client-auth', 'private_key_jwt', ...keyed]);
    await signInWithCode(person, PAGES);
    person.expire();
    expect(await person.run(['auth', 'token'])).toMatchObject({ status: 0, stderr: '' });
  });

  test('a client with a secret that takes pushed requests alone', { tags: ['chromium'] }, async () => {
    const person = await newPerson({ ...server(), clientId: 'web' });
    const path = join(homeWith({ secret: SECRET }), 'secret');
    await signIn(person, PAGES, ['--par', '--client-secret-file', path]);
    expect(person.stored()).toMatchObject({ client: { client_secret: SECRET } });
    person.expire();
    expect(await person.run(['auth', 'token'])).toMatchObject({ status: 0, stderr: '' });
  });
});
