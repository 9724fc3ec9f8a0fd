import { afterAll, beforeAll, expect, test } from 'vitest';
import { asObject, call } from '../../support/servers/sandbox-in-memory.ts';
import { errorOf, rsaKeys, startZitadel, systemToken, textAt, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;
let defaultInstance: string;

beforeAll(async () => {
  zitadel = await startZitadel();
  defaultInstance = textAt((await zitadel.send('GET', '/admin/v1/instances/me')).json, 'instance', 'id');
});

afterAll(() => zitadel.sandbox.close());

type Operation = readonly [method: string, path: string, body?: object];

/** Calls by the permission that they need; each fails for another reason, or does nothing, when it is permitted. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  'iam.read': ['GET', '/admin/v1/orgs/default'],
  'iam.write': ['DELETE', '/admin/v1/orgs/1'],
  'org.create': ['POST', '/management/v1/orgs', { name: ' ' }],
  'org.read': ['GET', '/management/v1/orgs/me'],
  'org.write': ['PUT', '/management/v1/orgs/me', { name: ' ' }],
  'org.delete': ['DELETE', '/management/v1/orgs/me'],
  'org.global.read': ['GET', '/management/v1/global/orgs/_by_domain?domain=sandbox.localhost'],
};

test.each([
  ['IAM_OWNER', Object.keys(OPERATIONS)],
  ['IAM_OWNER_VIEWER', ['iam.read', 'org.read']],
  ['IAM_ORG_MANAGER', ['org.create', 'org.read', 'org.write', 'org.delete', 'org.global.read']],
  ['IAM_USER_MANAGER', ['org.read', 'org.global.read']],
  ['IAM_END_USER_IMPERSONATOR', []],
  ['ORG_OWNER', ['org.read', 'org.write', 'org.delete', 'org.global.read']],
  ['ORG_OWNER_VIEWER', ['org.read']],
  ['ORG_SETTINGS_MANAGER', ['org.read', 'org.write']],
  ['ORG_PROJECT_CREATOR', []],
  ['SELF_MANAGEMENT_GLOBAL', ['org.create']],
])('%s may do %j', async (role, permitted) => {
  const token = await zitadel.tokenFor(`${role.toLowerCase()}@acme.example`, [role]);
  const allowed: string[] = [];
  for (const [permission, [method, path, body]] of Object.entries(OPERATIONS)) {
    const reply = await zitadel.send(method, path, { token, body });
    if (reply.status !== 403) allowed.push(permission);
    else expect(errorOf(reply)).toMatchObject({ id: 'AUTH-5mWD2' });
  }
  expect(allowed).toEqual(permitted);
});

test('a role in one organization counts for nothing in another', async () => {
  const { json } = await zitadel.send('POST', '/management/v1/orgs', { body: { name: 'Elsewhere' } });
  const [id, other] = [textAt(json, 'id'), textAt((await zitadel.send('GET', '/admin/v1/orgs/default')).json, 'org', 'id')];
  const token = await zitadel.tokenFor('one@acme.example', ['ORG_OWNER'], id);
  const read = (organization: string) =>
    zitadel.send('GET', '/management/v1/orgs/me', { token, headers: { 'x-zitadel-orgid': organization } });
  expect((await read(id)).status).toBe(200);
  expect(errorOf(await read(other))).toMatchObject({ status: 404, id: 'AUTHZ-cdgFk' });
});

test.each([
  ['GET', '', 403, 'AUTH-5mWD2'],
  ['DELETE', '', 403, 'AUTH-5mWD2'],
  ['POST', '/domains/_search', 403, 'AUTH-5mWD2'],
])('an owner of the instance does not own the system: %s %s', async (method, path, status, id) => {
  const reply = await zitadel.send(method, `/system/v1/instances/${defaultInstance}${path}`, method === 'POST' ? { body: {} } : {});
  expect(errorOf(reply)).toMatchObject({ status, id });
});

test('a token for one instance opens no other', async () => {
  const human = { userName: 'o', email: { email: 'o@acme.example' }, profile: { firstName: 'O', lastName: 'O' } };
  const { json } = await zitadel.system('POST', '/instances/_create', { instanceName: 'Other', human });
  const reply = await zitadel.send('GET', `/system/v1/instances/${textAt(json, 'instanceId')}`);
  expect(errorOf(reply)).toMatchObject({ status: 401, id: 'AUTH-7fs1e' });
});

test('a token without the audience of ZITADEL is not a token here', async () => {
  const { url } = zitadel.sandbox;
  const key = asObject((await call(url, 'POST', '/_sandbox/machines', { body: {} })).json['key']);
  const userId = textAt(key, 'userId');
  const header = { alg: 'RS256', kid: key['keyId'] };
  const assertion = systemToken(textAt(key, 'key'), url, zitadel.clock, { iss: userId, sub: userId }, header);
  const tokenWith = async (scope: string) => {
    const form = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, scope });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return textAt((await call(url, 'POST', '/oauth/token', { body: form.toString(), headers })).json, 'access_token');
  };
  const ask = (token: string) => zitadel.send('GET', '/admin/v1/orgs/default', { token });
  expect(errorOf(await ask(await tokenWith('openid')))).toMatchObject({ status: 401, id: 'AUTH-7fs1e' });
  expect((await ask(await tokenWith('openid urn:zitadel:iam:org:project:id:zitadel:aud'))).status).toBe(200);
});

test('system users own the system, unless their memberships say otherwise', async () => {
  const { publicKey, privateKey } = rsaKeys();
  const add = (name: string, roles: readonly string[]) =>
    zitadel.send('POST', '/_sandbox/zitadel/system-users', { body: { name, public_key: publicKey, instance_roles: roles } });
  const statuses = async (name: string) => {
    const token = systemToken(privateKey, zitadel.sandbox.url, zitadel.clock, { iss: name, sub: name });
    const system = await zitadel.send('POST', '/system/v1/instances/_search', { token, body: {} });
    const admin = await zitadel.send('GET', '/admin/v1/orgs/default', { token });
    return [system.status, admin.status];
  };
  await add('plain', []);
  expect(await statuses('plain')).toEqual([200, 403]);
  await add('operator', ['IAM_OWNER']);
  expect(await statuses('operator')).toEqual([403, 200]);
});

test.each([
  ['/_sandbox/zitadel/members', { email: 'x@acme.example', roles: ['KING'] }, 422],
  ['/_sandbox/zitadel/members', { email: 'x', roles: [] }, 422],
  ['/_sandbox/zitadel/members', { email: 'x@acme.example', roles: [], organization_id: '1' }, 404],
  ['/_sandbox/zitadel/system-users', { name: 'sandbox', public_key: '' }, 422],
  ['/_sandbox/zitadel/system-users', { name: 'Upper', public_key: '' }, 422],
  ['/_sandbox/zitadel/system-users', { name: 'x', public_key: 'no key' }, 422],
  ['/_sandbox/zitadel/system-users', { name: 'x', public_key: rsaKeys().publicKey, roles: ['IAM_OWNER'] }, 400],
  ['/_sandbox/zitadel/system-users', { name: 'x', public_key: rsaKeys().privateKey }, 400],
])('controls refuse what makes no sense: %s %j', async (path, body, status) => {
  expect((await zitadel.send('POST', path, { body })).status).toBe(status);
});
