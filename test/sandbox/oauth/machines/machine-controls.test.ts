import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/server.ts';
import { asList, asObject, call, startInMemory } from '../../../support/servers/sandbox-in-memory.ts';
import { jwt } from './jwt.ts';
import { basic, JWT_BEARER, refusal, requestToken, TOKEN_EXCHANGE, TOKEN_TYPE } from './token-request.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startInMemory();
});

afterAll(() => sandbox.close());

async function makeMachine(body: object = {}) {
  const { status, json } = await call(sandbox.url, 'POST', '/_sandbox/machines', { body });
  expect(status).toBe(201);
  const [key, ci] = [asObject(json['key']), asObject(json['ci'])];
  return { json, id: String(json['client_id']), secret: String(json['client_secret']), key, ci };
}

type Machine = Awaited<ReturnType<typeof makeMachine>>;

/** The job's ID token, asked for as a job at GitHub does. */
async function idToken({ ci }: Machine, audience?: string, scheme = 'bearer') {
  const url = new URL(String(ci['request_url']));
  if (audience !== undefined) url.searchParams.set('audience', audience);
  const authorization = `${scheme} ${ci['request_token']}`;
  return call(sandbox.url, 'GET', url.pathname + url.search, { headers: { authorization } });
}

function assertion({ key }: Machine): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: key['userId'], sub: key['userId'], aud: sandbox.url, iat: now, exp: now + 60 };
  return jwt({ alg: 'RS256', kid: key['keyId'] }, claims, createPrivateKey(String(key['key'])));
}

const claimsOf = (value: unknown) => JSON.parse(Buffer.from(String(value).split('.')[1] ?? '', 'base64url').toString());

test('a machine has three ways to sign in', async () => {
  const { json } = await makeMachine({ name: 'Deployer' });
  expect(json).toEqual({
    client_id: expect.any(String),
    client_secret: expect.stringMatching(/^[\w-]{43}$/),
    key: {
      type: 'serviceaccount',
      keyId: expect.any(String),
      key: expect.stringMatching(/^-----BEGIN RSA PRIVATE KEY-----\n/),
      expirationDate: '9999-12-31T23:59:59Z',
      userId: json['client_id'],
    },
    ci: { request_url: `${sandbox.url}/_sandbox/ci/token?api-version=2.0`, request_token: expect.stringMatching(/^[\w-]{43}$/) },
  });
});

test('each way gives a token that creates an organization, all as one owner', async () => {
  const machine = await makeMachine({ name: 'Deployer' });
  const { value } = (await idToken(machine, sandbox.url)).json;
  const exchange = { grant_type: TOKEN_EXCHANGE, subject_token: String(value), subject_token_type: `${TOKEN_TYPE}id_token` };
  const replies = [
    await requestToken(sandbox.url, { grant_type: 'client_credentials' }, basic(machine.id, machine.secret)),
    await requestToken(sandbox.url, { grant_type: JWT_BEARER, assertion: assertion(machine) }),
    await requestToken(sandbox.url, exchange),
    await requestToken(sandbox.url, { grant_type: JWT_BEARER, assertion: String(value) }),
  ];
  for (const { json } of replies) {
    const organization = await call(sandbox.url, 'POST', '/api/organizations', {
      token: String(json['access_token']),
      body: { name: 'Acme' },
    });
    expect(organization.status).toBe(201);
    expect(asList(organization.json['owners']).map(({ id }) => id)).toEqual([machine.id]);
  }
});

test('machines are accounts of their own, also those of one name', async () => {
  const [one, other] = [await makeMachine({ name: 'Twin', key_type: 'ec' }), await makeMachine({ name: 'Twin', key_type: 'ec' })];
  expect(one.id).not.toBe(other.id);
  const subjects = await Promise.all([one, other].map(async (machine) => claimsOf((await idToken(machine)).json['value']).sub));
  expect(subjects[0]).not.toBe(subjects[1]);
});

test.each(['bearer', 'Bearer'])('the CI answers as GitHub does (%s)', async (scheme) => {
  const { status, json } = await idToken(await makeMachine({ key_type: 'ec' }), undefined, scheme);
  const value = String(json['value']);
  expect([status, json]).toEqual([200, { value, count: value.length }]);
  const claims = claimsOf(value);
  expect(claims).toMatchObject({
    iss: `${sandbox.url}/_sandbox/ci`,
    aud: 'https://github.com/acme',
    sub: `repo:${claims.repository}:ref:refs/heads/main`,
    repository: expect.stringMatching(/^acme\/onboarding-/),
    repository_owner: 'acme',
    exp: claims.iat + 300,
  });
});

test('the audience is what the job asks for', async () => {
  const { json } = await idToken(await makeMachine({ key_type: 'ec' }), 'https://identity.example/?a=b&c');
  expect(claimsOf(json['value']).aud).toBe('https://identity.example/?a=b&c');
});

test.each<[statement: string, headers: Record<string, string>]>([
  ['no request token', {}],
  ['an unknown request token', { authorization: 'bearer unknown' }],
  ['another scheme', { authorization: 'basic dTpw' }],
])('the CI refuses %s', async (_, headers) => {
  expect((await call(sandbox.url, 'GET', '/_sandbox/ci/token', { headers })).status).toBe(401);
});

test.each([{ name: '' }, { name: 'a'.repeat(201) }, { name: 'nul\0' }, { key_type: 'dsa' }])(
  'a machine from %j is refused',
  async (body) => {
    expect((await call(sandbox.url, 'POST', '/_sandbox/machines', { body })).status).toBe(422);
  },
);

test('tokenExchange=off: the metadata and the endpoint agree, while it runs', async () => {
  const offered = async () => (await call(sandbox.url, 'GET', '/.well-known/openid-configuration')).json['grant_types_supported'];
  const change = (tokenExchange: string) =>
    call(sandbox.url, 'POST', '/_sandbox/switches', { body: { switches: [`tokenExchange=${tokenExchange}`] } });
  const form = { grant_type: TOKEN_EXCHANGE, subject_token: 'x', subject_token_type: `${TOKEN_TYPE}jwt` };
  expect(await offered()).toContain(TOKEN_EXCHANGE);
  await change('off');
  expect(await offered()).not.toContain(TOKEN_EXCHANGE);
  expect(refusal(await requestToken(sandbox.url, form))).toEqual([400, 'unsupported_grant_type']);
  await change('on');
  expect(refusal(await requestToken(sandbox.url, form))).toEqual([400, 'invalid_request']);
});
