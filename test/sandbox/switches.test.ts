import { expect, onTestFinished, test } from 'vitest';
import { readSwitches } from '../../src/sandbox/switches.ts';
import { asList, call, type Reply, startInMemory } from '../support/servers/sandbox-in-memory.ts';

/** A sandbox with these switches, an organization in it, and an instance with the handle `taken`. */
async function start(switches: readonly string[]) {
  const sandbox = await startInMemory({ switches });
  onTestFinished(() => sandbox.close());
  const token = await sandbox.issueAccessToken('jane@acme.example');
  const send = (method: string, path: string, body?: unknown) => call(sandbox.url, method, path, { token, body });
  const organization = `/api/organizations/${(await send('POST', '/api/organizations', { name: 'Acme' })).json['id']}`;
  const { json } = await send('POST', `${organization}/instances`, { name: 'One', handle: 'taken' });
  return { sandbox, send, organization, instance: `${organization}/instances/${json['id']}` };
}

type Running = Awaited<ReturnType<typeof start>>;

const duplicate = ({ send, organization }: Running) => send('POST', `${organization}/instances`, { name: 'Two', handle: 'taken' });
const remove = ({ send, organization }: Running) => send('DELETE', organization);
const transferToOwner = ({ send, organization, instance }: Running) =>
  send('POST', `${instance}/transfer`, { organization_id: organization.split('/').at(-1) });
const transferToNobody = ({ send, instance }: Running) => send('POST', `${instance}/transfer`, { organization_id: 'nobody' });
const withoutToken = ({ sandbox, organization }: Running) => call(sandbox.url, 'GET', organization);
const withBadToken = ({ sandbox, organization }: Running) => call(sandbox.url, 'GET', organization, { token: 'bad' });

const conflict = (code: string) => ({ error_code: code, title: expect.any(String), detail: expect.any(String), status: 409 });
const challenge = 'Bearer error="invalid_token",error_description="Invalid credentials."';

test.each<[name: string, request: (running: Running) => Promise<Reply>, status: number, answer: unknown]>([
  ['duplicateHandle=422', duplicate, 422, expect.objectContaining({ type: '/validation_errors/23bd9dbf-6b9b-41cd-a99e-4844bcf3077f' })],
  ['duplicateHandle=409', duplicate, 409, conflict('handle_already_used')],
  ['nonEmptyOrgDelete=409', remove, 409, conflict('organization_not_empty')],
  ['nonEmptyOrgDelete=403', remove, 403, expect.objectContaining({ detail: 'Access Denied.' })],
  ['transferRuleViolation=422', transferToOwner, 422, expect.objectContaining({ status: 422 })],
  ['transferRuleViolation=409', transferToOwner, 409, conflict('transfer_not_allowed')],
  ['transferRuleViolation=409', transferToNobody, 409, conflict('transfer_not_allowed')],
  ['transferRuleViolation=403', transferToNobody, 403, expect.objectContaining({ detail: 'Access Denied.' })],
  ['unauthenticated=problem', withoutToken, 401, expect.objectContaining({ type: '/errors/401' })],
  ['unauthenticated=lexik', withoutToken, 401, { code: 401, message: 'JWT Token not found' }],
  ['unauthenticated=lexik', withBadToken, 401, { code: 401, message: 'Invalid JWT Token' }],
])('%s: %o', async (name, request, status, answer) => {
  const reply = await request(await start([name]));
  expect([reply.status, reply.json]).toEqual([status, answer]);
});

test.each<[name: string, request: (running: Running) => Promise<Reply>]>([
  ['unauthenticated=problem', withBadToken],
  ['unauthenticated=empty', withoutToken],
  ['unauthenticated=empty', withBadToken],
])('%s without a body: %o', async (name, request) => {
  const reply = await request(await start([name]));
  expect([reply.status, reply.text, reply.headers.get('www-authenticate')]).toEqual([401, '', challenge]);
});

test('with duplicateHandle=409 other violations come first, as they are no business of it', async () => {
  const { send, organization } = await start(['duplicateHandle=409']);
  const reply = await send('POST', `${organization}/instances`, { handle: 'taken' });
  expect([reply.status, asList(reply.json['violations']).map(({ propertyPath }) => propertyPath)]).toEqual([422, ['name']]);
  expect((await send('POST', `${organization}/instances`, { name: 'X', handle: 'free' })).status).toBe(201);
});

test.each([
  ['maxItemsPerPage=2', '?itemsPerPage=50', 2],
  ['maxItemsPerPage=2', '', 2],
  ['maxItemsPerPage=2', '?itemsPerPage=1', 1],
  ['maxItemsPerPage=50', '?itemsPerPage=3', 3],
])('%s with the query "%s"', async (name, query, length) => {
  const { send, organization } = await start([name]);
  for (const handle of ['b', 'c', 'd']) await send('POST', `${organization}/instances`, { name: 'X', handle });
  const { json } = await send('GET', `${organization}/instances${query}`);
  expect([asList(json['member']).length, json['totalItems']]).toEqual([length, 4]);
});

test('while it runs, the switches are replaced and shown', async () => {
  const running = await start(['nonEmptyOrgDelete=403', 'maxItemsPerPage=5']);
  const { url } = running.sandbox;
  const defaults = {
    duplicateHandle: '422',
    idempotencyKeys: 'off',
    nonEmptyOrgDelete: '409',
    transferRuleViolation: '422',
    unauthenticated: 'problem',
    tokenExchange: 'on',
    accessTokenSeconds: 3600,
    zitadel: '4.0',
    zitadelErrors: 'plain',
    zitadelQuota: 'unlimited',
    zitadelInstance: 'running',
    zitadelMfa: 'optional',
    zitadelCreateInstance: 'complete',
    maxItemsPerPage: 1000,
    zitadelDomains: 'trusted',
    lag: 0,
  };
  const shown = await call(url, 'GET', '/_sandbox/switches');
  expect(shown.json).toEqual({ ...defaults, nonEmptyOrgDelete: '403', maxItemsPerPage: 5 });
  const changed = await call(url, 'POST', '/_sandbox/switches', { body: { switches: ['duplicateHandle=409'] } });
  expect(changed.json).toEqual({ ...defaults, duplicateHandle: '409' });
  expect((await duplicate(running)).status).toBe(409);
  expect((await call(url, 'POST', '/_sandbox/switches', { body: { switches: ['no'] } })).status).toBe(422);
  expect((await duplicate(running)).status).toBe(409);
});

test('a later switch wins', () => {
  expect(readSwitches(['duplicateHandle=409', 'duplicateHandle=422']).duplicateHandle).toBe('422');
});

test.each([
  ['', /"" is not a switch/, /duplicateHandle=422\|409, .*maxItemsPerPage=NUMBER/],
  ['duplicateHandle', /is not a switch/, /NAME=VALUE/],
  ['duplicatehandle=409', /is not a switch/, /NAME=VALUE/],
  ['duplicateHandle=403', /takes 422 or 409, not "403"/, /duplicateHandle=409/],
  ['duplicateHandle=', /takes 422 or 409, not ""/, /duplicateHandle=409/],
  ['maxItemsPerPage=0', /takes a whole number, not "0"/, /maxItemsPerPage=100/],
  ['accessTokenSeconds=0', /takes a number of seconds, 1 or more, not "0"/, /accessTokenSeconds=60/],
  ['lag=soon', /takes a number of milliseconds, not "soon"/, /lag=2000/],
  ['maxItemsPerPage=many', /takes a whole number, not "many"/, /maxItemsPerPage=100/],
])('%j is a usage error', (text, message, hint) => {
  expect(() => readSwitches([text])).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(message), hint: expect.stringMatching(hint) }),
  );
});

test.each([
  ['on', 201, true],
  ['off', 201, false],
])('idempotencyKeys=%s: a create that names itself, sent twice', async (value, status, isOne) => {
  const { sandbox } = await start([`idempotencyKeys=${value}`]);
  const token = await sandbox.issueAccessToken('jane@acme.example');
  const send = (body: unknown) => call(sandbox.url, 'POST', '/api/organizations', { token, body, headers: { 'Idempotency-Key': 'one' } });
  const [first, second, other] = [await send({ name: 'Twice' }), await send({ name: 'Twice' }), await send({ name: 'Other' })];
  expect([first.status, second.status, other.status]).toEqual([status, status, isOne ? 422 : status]);
  expect(first.json['id'] === second.json['id']).toBe(isOne);
});

test('each says what it is about and what it takes, and takes its usual value', async () => {
  const { sandbox } = await start([]);
  const choices = asList((await call(sandbox.url, 'GET', '/_sandbox/switches/choices')).json['switches']);
  const { json: usual } = await call(sandbox.url, 'GET', '/_sandbox/switches');
  expect(Object.fromEntries(choices.map((choice) => [choice['name'], choice['usual']]))).toEqual(usual);
  expect(choices).toContainEqual({
    ...{ name: 'duplicateHandle', usual: '422', takes: '422 or 409', values: ['422', '409'] },
    about: 'A handle that is taken: a violation, or a conflict.',
  });
  expect(choices).toContainEqual(expect.objectContaining({ name: 'lag', usual: 0, takes: 'a number of milliseconds', values: null }));
});
