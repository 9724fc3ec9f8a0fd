import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { asList, asObject, call, handleFor, startInMemory } from '../../support/servers/sandbox-in-memory.ts';

let sandbox: Sandbox;
let token: string;
let organization: string;

beforeAll(async () => {
  sandbox = await startInMemory();
  token = await sandbox.issueAccessToken('jane@acme.example');
  const made = await send('POST', '/api/organizations', { token, body: { name: "Acme 'Corp'" } });
  organization = String(made.json['id']);
  await send('POST', `/api/organizations/${organization}/instances`, { token, body: { name: 'EU', handle: handleFor('requests') } });
  await send('GET', '/api/organizations/nothing', { token });
  await send('GET', `/oauth/authorize?code=hidden-code&access_token=${token}`);
  await send('POST', '/oauth/token', { body: 'grant_type=refresh_token&refresh_token=hidden-token&client_id=x', headers: FORM });
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

afterAll(() => sandbox.close());

const send = (...[method, path, options]: [string, string, Parameters<typeof call>[3]?]) => call(sandbox.url, method, path, options);
const find = async (query: string) => asList((await send('GET', `/_sandbox/requests?${query}`)).json['requests']);

test.each<[query: string, paths: readonly string[]]>([
  ['method=post&path=/api/organizations', ['/api/organizations']],
  ['path=/api/*&status=4xx', ['/api/organizations/nothing']],
  ['status=404&method=GET&path=/api/*', ['/api/organizations/nothing']],
  ["text=acme 'corp'", ['/api/organizations']],
  ['path=/api/*&limit=1', ['/api/organizations/nothing']],
  ['path=/api/*&after=2', ['/api/organizations/nothing']],
  ['path=/api/*&before=2', ['/api/organizations']],
  ['status=cut', []],
])('%s finds %j', async (query, paths) => {
  expect((await find(query)).map(({ path }) => path)).toEqual(paths);
});

test.each([
  ['status=99', 422],
  ['wait=soon', 422],
  ['wait=61', 422],
  ['limit=1001', 422],
  ['before=soon', 422],
  ['view=all', 422],
  ['colour=red', 400],
])('%s is refused', async (query, status) => {
  expect((await send('GET', `/_sandbox/requests?${query}`)).status).toBe(status);
});

test('a request has its headers and bodies, its answer, and no secret', async () => {
  const [made] = await find('path=/api/organizations');
  expect(made).toMatchObject({
    ...{ number: 1, method: 'POST', path: '/api/organizations', status: 201, duration_ms: expect.any(Number) },
    request: {
      headers: { authorization: 'Bearer [redacted]', 'content-type': 'application/json' },
      body: '{"name":"Acme \'Corp\'"}',
      length: 22,
    },
    response: { headers: { 'content-type': expect.stringContaining('json') }, body: expect.stringContaining(organization) },
  });
  const all = JSON.stringify(await find('limit=1000'));
  for (const hidden of [token, 'hidden-code', 'hidden-token']) expect(all).not.toContain(hidden);
});

test('in short it has neither headers nor bodies', async () => {
  const [request] = await find('method=POST&view=summary');
  expect(Object.keys(request ?? {})).toEqual(['number', 'time', 'method', 'path', 'status', 'duration_ms']);
});

test('its curl line sends it again', async () => {
  const [made] = await find('path=/api/organizations');
  const env = { PATH: process.env['PATH'], FLOWKIWI_TOKEN: token };
  expect(made?.['curl']).toContain('"Authorization: Bearer $FLOWKIWI_TOKEN"');
  const printed = execFileSync('sh', ['-c', `set -- ${made?.['curl']}; printf '%s\\n' "$@"`], { env, encoding: 'utf8' }).split('\n');
  expect(printed).toEqual(
    expect.arrayContaining([`Authorization: Bearer ${token}`, `{"name":"Acme 'Corp'"}`, `${sandbox.url}/api/organizations`]),
  );
});

test('with wait, the answer comes with the request that is waited for', async () => {
  const waiting = find('path=/api/organizations/awaited&wait=60');
  await send('GET', '/api/organizations/other', { token });
  await send('GET', '/api/organizations/awaited', { token });
  expect((await waiting).map(({ path }) => path)).toEqual(['/api/organizations/awaited']);
  expect(await find('path=/nothing&wait=0')).toEqual([]);
});

test('closing does not wait for who waits', async () => {
  const own = await startInMemory();
  const waiting = call(own.url, 'GET', '/_sandbox/requests?wait=60');
  await expect.poll(async () => (await call(own.url, 'GET', '/_sandbox/health')).status).toBe(200);
  await own.close();
  await waiting.catch(() => undefined);
});

test('the state has organizations, instances and members of both providers', async () => {
  await send('POST', '/management/v1/orgs', { token, body: { name: 'Tenant' } });
  const { json } = await send('GET', '/_sandbox/state');
  const [first] = asList(asObject(json['flowkiwi'])['organizations']);
  expect(json['counts']).toEqual({ organizations: 2, instances: 1 });
  expect(first).toMatchObject({
    ...{ id: organization, name: "Acme 'Corp'", owners: [{ email: 'jane@acme.example' }] },
    instances: [{ handle: handleFor('requests'), organization_id: organization }],
  });
  const [standing] = asList(asObject(json['zitadel'])['instances']);
  expect(asList(standing?.['organizations'])).toContainEqual({
    ...{ id: expect.any(String), name: 'Tenant', state: 'active', primary_domain: 'tenant.localhost', created_at: expect.any(String) },
    members: [{ user_id: expect.any(String), user_name: expect.stringContaining('jane'), roles: ['ORG_OWNER'] }],
  });
});
