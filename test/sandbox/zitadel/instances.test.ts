import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asList, asObject, call, type Json } from '../../support/servers/sandbox-in-memory.ts';
import { errorOf, startZitadel, systemToken, textAt, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

const HUMAN = {
  userName: 'owner',
  email: { email: 'owner@acme.example' },
  profile: { firstName: 'Olga', lastName: 'Owner' },
  password: { password: 'Secret-123' },
};
const MACHINE = { userName: 'robot', name: 'Robot', personalAccessToken: {}, machineKey: { type: 'KEY_TYPE_JSON' } };

async function create(body: object): Promise<Json> {
  return (await zitadel.system('POST', '/instances/_create', { human: HUMAN, ...body })).json;
}

async function read(id: string): Promise<Json> {
  return asObject((await zitadel.system('GET', `/instances/${id}`)).json['instance']);
}

/** Sends a request to the instance at that host, as the owner of the token. */
function sendTo(host: string, token: string, method: string, path: string, body?: object) {
  return zitadel.send(method, path, { token, body, headers: { 'x-zitadel-instance-host': `${host}:8080` } });
}

test('the answer names the first organization, and no domain; the domain is read back', async () => {
  const created = await create({ instanceName: 'Acme Corp' });
  const id = textAt(created, 'instanceId');
  expect(asObject(created['details'])).not.toHaveProperty('changeDate');
  expect(textAt(created, 'details', 'resourceOwner')).not.toBe(id);
  expect(await read(id)).toEqual({
    id,
    name: 'Acme Corp',
    state: 'STATE_RUNNING',
    version: expect.stringMatching(/^v4\./),
    details: { sequence: '4', creationDate: expect.any(String), changeDate: expect.any(String), resourceOwner: id },
    domains: [
      {
        domain: expect.stringMatching(/^acme-corp-[a-z0-9]{6}\.localhost$/),
        primary: true,
        generated: true,
        details: expect.objectContaining({ resourceOwner: id }),
      },
    ],
  });
});

test('a custom domain becomes the primary one', async () => {
  const created = await create({ instanceName: 'Custom', customDomain: 'Login.Acme.example' });
  const [generated, custom] = asList((await read(textAt(created, 'instanceId')))['domains']);
  expect([generated?.['primary'], custom]).toEqual([undefined, expect.objectContaining({ domain: 'Login.Acme.example', primary: true })]);
  expect(custom).not.toHaveProperty('generated');
});

test('a machine owner gets a token and a key, each of which is its own', async () => {
  const created = await create({ human: undefined, instanceName: 'Robots', customDomain: 'robots.example', machine: MACHINE });
  const token = textAt(created, 'pat');
  const me = await sendTo('robots.example', token, 'GET', '/admin/v1/instances/me');
  expect([me.status, textAt(me.json, 'instance', 'id')]).toEqual([200, created['instanceId']]);
  const first = await sendTo('robots.example', token, 'GET', '/admin/v1/orgs/default');
  expect(textAt(first.json, 'org', 'id')).toBe(textAt(created, 'details', 'resourceOwner'));

  const file: Json = JSON.parse(Buffer.from(textAt(created, 'machineKey'), 'base64').toString());
  expect(Object.keys(file)).toEqual(['type', 'keyId', 'key', 'expirationDate', 'userId']);
  expect(file).toMatchObject({ type: 'serviceaccount', expirationDate: '9999-12-31T23:59:59Z' });
  expect(textAt(file, 'key')).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
  expect(createPrivateKey(textAt(file, 'key')).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
});

test('the key of a machine signs in at the issuer of the sandbox and at that of its own instance alone', async () => {
  const created = await create({ human: undefined, instanceName: 'Keys', customDomain: 'keys.example', machine: MACHINE });
  await create({ instanceName: 'Others', customDomain: 'others.example' });
  const { keyId, key, userId }: Json = JSON.parse(Buffer.from(textAt(created, 'machineKey'), 'base64').toString());
  const { url } = zitadel.sandbox;
  const signIn = async (audience: string) => {
    const assertion = systemToken(String(key), audience, zitadel.clock, { iss: userId, sub: userId }, { alg: 'RS256', kid: keyId });
    const scope = 'openid urn:zitadel:iam:org:project:id:zitadel:aud';
    const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, scope }).toString();
    return call(url, 'POST', '/oauth/token', { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  };
  const at = (domain: string) => url.replace('127.0.0.1', domain);
  for (const audience of [url, at('keys.example'), `${at('keys.example')}/oauth/token`]) {
    const { json } = await signIn(audience);
    const me = await sendTo('keys.example', textAt(json, 'access_token'), 'GET', '/admin/v1/instances/me');
    expect(textAt(me.json, 'instance', 'id')).toBe(created['instanceId']);
  }
  for (const audience of [at('others.example'), 'http://keys.example', at('localhost')]) {
    expect(await signIn(audience)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
  }
});

test('only the credentials that were asked for are given, and they expire', async () => {
  const expirationDate = new Date(zitadel.clock.now() + 60_000).toISOString();
  const machine = { userName: 'robot', name: 'Robot', personalAccessToken: { expirationDate } };
  const created = await create({ human: undefined, instanceName: 'Short', customDomain: 'short.example', machine });
  expect(Object.keys(created).sort()).toEqual(['details', 'instanceId', 'pat']);
  const ask = () => sendTo('short.example', textAt(created, 'pat'), 'GET', '/admin/v1/instances/me');
  expect((await ask()).status).toBe(200);
  zitadel.clock.advance(61_000);
  expect(errorOf(await ask())).toMatchObject({ status: 401, id: 'AUTH-7fs1e' });
});

test('instances do not see each other’s organizations and users', async () => {
  const created = await create({ human: undefined, instanceName: 'Apart', customDomain: 'apart.example', machine: MACHINE });
  const token = textAt(created, 'pat');
  await zitadel.send('POST', '/management/v1/orgs', { body: { name: 'Same Name' } });
  const same = await sendTo('apart.example', token, 'POST', '/management/v1/orgs', { name: 'Same Name' });
  const { json } = await sendTo('apart.example', token, 'GET', `/admin/v1/orgs/${textAt(same.json, 'id')}`);
  expect(json).toMatchObject({ org: { primaryDomain: 'same-name.apart.example' } });
  expect((await zitadel.send('GET', `/admin/v1/orgs/${textAt(same.json, 'id')}`)).status).toBe(404);
});

test('instances are searched by ids and domains, sorted and paged', async () => {
  const ids: string[] = [];
  for (const name of ['Zeta', 'Alpha', 'Mid']) ids.push(textAt(await create({ instanceName: name }), 'instanceId'));
  const search = async (body: object) => {
    const { json } = await zitadel.system('POST', '/instances/_search', body);
    return { names: asList(json['result']).map(({ name }) => name), details: json['details'] };
  };
  const queries = [{ idQuery: { ids } }];
  expect(await search({ queries })).toEqual({ names: ['Zeta', 'Alpha', 'Mid'], details: { totalResult: '3' } });
  expect((await search({ queries, sortingColumn: 'FIELD_NAME_NAME', query: { asc: true, limit: 2 } })).names).toEqual(['Alpha', 'Mid']);
  expect((await search({ queries: [{ idQuery: { ids: ['1'] } }] })).names).toEqual([]);
  const domain = textAt(asList((await read(ids[0] ?? ''))['domains'])[0] ?? {}, 'domain');
  expect((await search({ queries: [{ domainQuery: { domains: ['x.example', domain] } }] })).names).toEqual(['Zeta']);
});

test('domains are added, found, made primary, listed and removed', async () => {
  const id = textAt(await create({ instanceName: 'Domains' }), 'instanceId');
  const exists = () => zitadel.system('POST', '/domains/More.example/_exists', {}).then(({ json }) => json);
  expect(await exists()).toEqual({});
  const added = await zitadel.system('POST', `/instances/${id}/domains`, { domain: 'more.example' });
  expect(added.json).toEqual({ details: { sequence: '5', creationDate: expect.any(String), resourceOwner: id } });
  expect(await exists()).toEqual({ exists: true });
  expect((await zitadel.system('POST', `/instances/${id}/domains/_set_primary`, { domain: 'more.example' })).status).toBe(200);
  const list = async (query: object) => {
    const { json } = await zitadel.system('POST', `/instances/${id}/domains/_search`, { queries: [query] });
    return asList(json['result']).map(({ domain }) => domain);
  };
  expect(await list({ primaryQuery: { primary: true } })).toEqual(['more.example']);
  expect(await list({ domainQuery: { domain: 'MORE', method: 'TEXT_QUERY_METHOD_STARTS_WITH_IGNORE_CASE' } })).toEqual(['more.example']);
  expect(await list({ generatedQuery: { generated: true } })).toEqual([expect.stringMatching(/^domains-/)]);
  expect((await zitadel.system('DELETE', `/instances/${id}/domains/more.example`)).status).toBe(200);
  expect(await exists()).toEqual({});
});

test('an instance is renamed', async () => {
  const id = textAt(await create({ instanceName: 'Old Name' }), 'instanceId');
  const rename = () => zitadel.system('PUT', `/instances/${id}`, { instanceName: 'New Name' });
  expect((await rename()).json).toEqual({ details: { sequence: '5', creationDate: expect.any(String), resourceOwner: id } });
  expect(await read(id)).toMatchObject({ name: 'New Name', details: { sequence: '5' } });
  expect(errorOf(await rename())).toMatchObject({ status: 400, code: 9, id: 'INST-alpxism' });
});

test('a deleted instance is gone, its domain is free, and its tokens are worth nothing', async () => {
  const created = await create({ human: undefined, instanceName: 'Gone', customDomain: 'gone.example', machine: MACHINE });
  const id = textAt(created, 'instanceId');
  expect((await zitadel.system('DELETE', `/instances/${id}`)).json).toMatchObject({ details: { resourceOwner: id } });
  expect(errorOf(await zitadel.system('GET', `/instances/${id}`))).toMatchObject({ status: 404, id: undefined });
  expect(errorOf(await zitadel.system('DELETE', `/instances/${id}`))).toMatchObject({ status: 404, id: undefined });
  expect((await sendTo('gone.example', textAt(created, 'pat'), 'GET', '/admin/v1/instances/me')).status).toBe(404);
  await create({ instanceName: 'Gone', customDomain: 'gone.example' });
  expect((await sendTo('gone.example', textAt(created, 'pat'), 'GET', '/admin/v1/instances/me')).status).toBe(401);
});

test.each([
  [{ 'x-zitadel-instance-host': 'host.example:8080' }, 200],
  [{ forwarded: 'for=1.2.3.4;host="host.example:8080";proto=https' }, 200],
  [{ 'x-zitadel-forwarded': 'host=host.example' }, 200],
  [{ 'x-forwarded-host': 'host.example' }, 200],
  [{ 'x-zitadel-instance-host': 'HOST.example' }, 404],
  [{ 'x-zitadel-instance-host': 'host.example', 'x-forwarded-host': 'other.example' }, 200],
  // Malformed ones are passed over: the request's own host counts.
  [{ 'x-zitadel-instance-host': 'ho st.example' }, 200],
  [{ 'x-zitadel-instance-host': 'host.example', 'x-zitadel-public-host': 'host.example' }, 200],
])('the instance is found by %j', async (headers, status) => {
  await create({ instanceName: 'Hosted', customDomain: 'host.example' });
  expect((await zitadel.send('GET', '/admin/v1/healthz', { token: null, headers })).status).toBe(status);
});

test('the user name of a human owner gets the domain of the organization, even when there is none', async () => {
  const created = await create({ instanceName: 'Nameless', human: { ...HUMAN, userName: '' } });
  expect(created['instanceId']).toEqual(expect.any(String));
});
