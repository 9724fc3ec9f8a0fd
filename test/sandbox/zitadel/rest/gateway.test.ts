import { afterAll, beforeAll, expect, test } from 'vitest';
import { asList, asObject, type Json } from '../../../support/servers/sandbox-in-memory.ts';
import { errorOf, startZitadel, systemToken, textAt, type Zitadel } from '../../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

const SEARCH = '/admin/v1/orgs/_search';

// Contract section 1: all of these are the same message.
test.each([
  ['camel case', '{"query":{"limit":1,"offset":"0"},"sortingColumn":"ORG_FIELD_NAME_NAME"}'],
  ['snake case', '{"query":{"limit":1,"offset":0},"sorting_column":"ORG_FIELD_NAME_NAME"}'],
  ['numbers for names', '{"query":{"limit":"1"},"sortingColumn":1}'],
  ['what nobody knows', '{"query":{"limit":1,"colour":"red"},"colour":{"red":[1]}}'],
  ['null for members of a oneof', '{"query":{"limit":1},"queries":[{"nameQuery":{"name":"Sandbox"},"domainQuery":null,"id_query":null}]}'],
  ['null for what is absent', '{"query":{"limit":1,"offset":null},"queries":null}'],
])('a body may have %s', async (_, body) => {
  const reply = await zitadel.send('POST', SEARCH, { body });
  expect([reply.status, asList(reply.json['result']).length]).toEqual([200, 1]);
});

test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/json; charset=utf-8']])(
  'a body is JSON, sent as %s',
  async (type) => {
    expect((await zitadel.send('POST', SEARCH, { body: '{"query":{"limit":1}}', headers: { 'content-type': type } })).status).toBe(200);
  },
);

test('no body is an empty message', async () => {
  expect((await zitadel.send('POST', SEARCH)).status).toBe(200);
  expect(errorOf(await zitadel.send('POST', '/management/v1/orgs'))).toMatchObject({
    status: 400,
    message: 'invalid AddOrgRequest.Name: value length must be between 1 and 200 runes, inclusive',
  });
});

test.each([
  ['{"name":', '^unexpected EOF'],
  ['{"name"', '^unexpected EOF'],
  ['{name', '^unexpected EOF'],
  ['{"name":x}', 'syntax error'],
  ['[]', 'zitadel.management.v1.AddOrgRequest'],
  ['null', 'zitadel.management.v1.AddOrgRequest'],
  ['"text"', 'zitadel.management.v1.AddOrgRequest'],
  ['{"name":5}', 'expected string, got 5'],
  ['{"name":"a","name":"b"}', 'duplicate'],
  [Buffer.from([0x7b, 0xff, 0x7d]), 'syntax error'],
])('a malformed body is refused without a token: %s', async (body, text) => {
  const reply = await zitadel.send('POST', '/management/v1/orgs', { token: null, body });
  expect(reply.json).toEqual({ code: 3, message: expect.stringMatching(new RegExp(text)) });
  expect(reply.status).toBe(400);
});

test('a syntax error quotes nothing of a body that may hold secrets', async () => {
  const { text } = await zitadel.send('POST', '/admin/v1/orgs/_setup', { body: '{"human":{"password":"Hidden-123"' });
  expect(text).not.toContain('Hidden');
});

test('both members of a oneof are refused without a token', async () => {
  const create = (owner: Json) =>
    zitadel.send('POST', '/system/v1/instances/_create', { token: null, body: { instanceName: 'x', ...owner } });
  const reply = await create({ human: {}, machine: {} });
  expect(errorOf(reply)).toMatchObject({ status: 400, code: 3, message: expect.stringContaining('oneof') });
  expect((await create({ human: {}, machine: null })).status).toBe(401);
});

test.each([
  ['GET', '/admin/v1/nothing', 404, { code: 5, message: 'Not Found' }],
  ['GET', '/admin/v1/orgs/1/nothing', 404, { code: 5, message: 'Not Found' }],
  ['DELETE', '/v2/organizations/1', 404, { code: 5, message: 'Not Found' }],
  ['PATCH', '/management/v1/orgs', 405, { code: 12, message: 'Method Not Allowed' }],
  ['GET', '/management/v1/orgs', 405, { code: 12, message: 'Method Not Allowed' }],
  // Taken for the id of an instance.
  ['GET', '/system/v1/instances/_search', 404, { code: 5, message: expect.stringContaining('using id _search') }],
])('%s %s is %d', async (method, path, status, body) => {
  const reply = await zitadel.send(method, path);
  expect([reply.status, reply.json]).toEqual([status, body]);
});

test('a method that exists only as a descriptor passes every check and is not implemented', async () => {
  expect(errorOf(await zitadel.send('GET', '/admin/v1/smtp'))).toEqual({
    status: 501,
    code: 12,
    id: undefined,
    message: 'method GetSMTPConfig not implemented',
  });
  expect((await zitadel.send('GET', '/admin/v1/smtp', { token: null })).status).toBe(401);
});

test('the literal path wins over the variable one', async () => {
  const reply = await zitadel.send('GET', '/admin/v1/orgs/default');
  expect(textAt(reply.json, 'org', 'name')).toBe('Sandbox');
});

test('variables of a path are decoded', async () => {
  const key = await zitadel.sandbox.systemUserKey();
  const token = systemToken(key, zitadel.sandbox.url, zitadel.clock);
  const reply = await zitadel.send('POST', '/system/v1/domains/%6Cocalhost/_exists', { token, body: {} });
  expect(reply.json).toEqual({ exists: true });
});

test('what a message needs beyond its path comes from the query', async () => {
  const list = (query: string) => zitadel.send('POST', `/admin/v1/domains/_search?${query}`, { body: { query: { limit: 5 } } });
  const { json } = await list('query.limit=1&query.asc=true&sorting_column=DOMAIN_FIELD_NAME_DOMAIN&colour=red');
  expect([asList(json['result']).map(({ domain }) => domain), asObject(json['details'])['totalResult']]).toEqual([['localhost'], '2']);
  expect(asList((await list('query.limit=1&sortingColumn=1')).json['result'])).toMatchObject([{ generated: true }]);
  expect((await list('query.limit=one')).status).toBe(400);
  expect((await list('query.limit=1&query.limit=2')).status).toBe(400);
});

test.each([['/admin/v1/healthz'], ['/management/v1/healthz'], ['/auth/v1/healthz']])('%s asks for no token', async (path) => {
  const reply = await zitadel.send('GET', path, { token: null });
  expect([reply.status, reply.text]).toEqual([200, '{}']);
});

test.each([['/debug/healthz'], ['/debug/ready']])('%s tells how the process does', async (path) => {
  expect((await zitadel.send('GET', path, { token: null })).status).toBe(200);
});

test('no answer may be kept', async () => {
  for (const path of ['/admin/v1/orgs/default', '/admin/v1/orgs/1']) {
    const { headers } = await zitadel.send('GET', path);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(Date.parse(headers.get('expires') ?? '')).toBeLessThan(Date.now());
  }
});

test('both names of the sandbox lead to the default instance, any other host to none', async () => {
  const { port } = new URL(zitadel.sandbox.url);
  const ask = (host: string) => zitadel.send('GET', '/admin/v1/healthz', { headers: { 'x-zitadel-instance-host': host } });
  expect((await ask(`127.0.0.1:${port}`)).status).toBe(200);
  expect((await ask(`localhost:${port}`)).status).toBe(200);
  expect((await ask('127.0.0.2')).status).toBe(404);
});

test.each([
  ['POST', '/management/v1/orgs', { name: 'Ac\0me' }, 500],
  ['POST', '/v2/organizations', { name: 'Acme', orgId: '\0' }, 500],
  ['POST', '/v2/organizations', { name: 'Acme', admins: [{ userId: '1\0' }] }, 500],
  ['POST', '/admin/v1/orgs/_search', { queries: [{ idQuery: { id: '\0' } }] }, 500],
  ['GET', '/admin/v1/orgs/_is_unique?name=a%00', undefined, 500],
  ['GET', '/admin/v1/orgs/1%00', undefined, 404],
  ['GET', '/system/v1/instances/%00', undefined, 404],
])('a NUL character is nobody’s: %s %s %j is %d', async (method, path, body, status) => {
  expect((await zitadel.send(method, path, { body })).status).toBe(status);
});

test('a body that is too large is refused', async () => {
  const reply = await zitadel.send('POST', '/management/v1/orgs', { body: JSON.stringify({ name: 'x'.repeat(1100 * 1024) }) });
  expect(errorOf(reply)).toMatchObject({ status: 429, code: 8 });
});
