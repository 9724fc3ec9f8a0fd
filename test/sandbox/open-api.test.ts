import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { OPERATIONS } from '../../src/sandbox/flowkiwi/routes.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { asList, asObject, type Call, call, type Json, type Reply, startInMemory } from '../support/servers/sandbox-in-memory.ts';

const ORGANIZATIONS = '/api/organizations';
const ORGANIZATION = `${ORGANIZATIONS}/{organizationId}`;
const INSTANCES = `${ORGANIZATION}/instances`;
const INSTANCE = `${INSTANCES}/{instanceId}`;

let sandbox: Sandbox;
let documentation: Json;
let token: string;
/** What stands for the variables of a path: an organization with two instances, another one that may have the second, and an empty one. */
let ids: Readonly<Record<'organizationId' | 'instanceId' | 'transferableId' | 'targetId' | 'emptyId', string>>;

beforeAll(async () => {
  sandbox = await startInMemory();
  documentation = (await call(sandbox.url, 'GET', '/api/docs.json')).json;
  token = await sandbox.issueAccessToken('jane@acme.example');
  const make = async (path: string, body: Json) => String((await call(sandbox.url, 'POST', path, { token, body })).json['id']);
  const [organizationId, targetId, emptyId] = [
    await make(ORGANIZATIONS, { name: 'Acme' }),
    await make(ORGANIZATIONS, { name: 'Globex' }),
    await make(ORGANIZATIONS, { name: 'Initech' }),
  ];
  const instanceId = await make(`${ORGANIZATIONS}/${organizationId}/instances`, { name: 'Acme EU', handle: 'acme-eu' });
  const transferableId = await make(`${ORGANIZATIONS}/${organizationId}/instances`, { name: 'Acme US', handle: 'acme-us' });
  await make(`/_sandbox/instances/${transferableId}/authorized-organizations`, { organization_id: targetId });
  ids = { organizationId, instanceId, transferableId, targetId, emptyId };
});

afterAll(() => sandbox.close());

test('it is for everybody, and names every operation of the API and no other', async () => {
  const { status, headers } = await call(sandbox.url, 'GET', '/api/docs.json');
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  expect((await call(sandbox.url, 'POST', '/api/docs.json')).status).toBe(405);
  expect(documentation).toMatchObject({ openapi: '3.1.0', servers: [{ url: sandbox.url }] });
  const described = Object.entries(asObject(documentation['paths'])).flatMap(([path, item]) =>
    Object.keys(asObject(item)).flatMap((key) => (key === 'parameters' ? [] : [`${key.toUpperCase()} ${path}`])),
  );
  expect(described.sort()).toEqual(OPERATIONS.map(({ method, path }) => `${method} ${path}`).sort());
});

test('every schema that it refers to is there', () => {
  const names = [...JSON.stringify(documentation).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
  const schemas = asObject(asObject(documentation['components'])['schemas']);
  expect(new Set(names)).toEqual(new Set(Object.keys(schemas)));
});

type Ask = Call & { readonly path?: string; readonly anonymous?: true };

/** What is sent to each operation, and the status that it is answered with. */
const REQUESTS: readonly (readonly [operation: string, status: number, ask: () => Ask])[] = [
  [`POST ${ORGANIZATIONS}`, 201, () => ({ body: { name: 'Umbrella' } })],
  [`POST ${ORGANIZATIONS}`, 422, () => ({ body: { name: '' } })],
  [`POST ${ORGANIZATIONS}`, 400, () => ({ body: '{', headers: { 'content-type': 'application/json' } })],
  [`POST ${ORGANIZATIONS}`, 415, () => ({ body: 'name=A', headers: { 'content-type': 'text/plain' } })],
  [`POST ${ORGANIZATIONS}`, 401, () => ({ body: { name: 'A' }, anonymous: true })],
  [`GET ${ORGANIZATION}`, 200, () => ({})],
  [`GET ${ORGANIZATION}`, 404, () => ({ path: `${ORGANIZATIONS}/nothing` })],
  [`GET ${ORGANIZATION}`, 406, () => ({ headers: { accept: 'text/html' } })],
  [`PATCH ${ORGANIZATION}`, 200, () => ({ body: { name: 'Acme Corp' } })],
  [`DELETE ${ORGANIZATION}`, 409, () => ({})],
  [`GET ${INSTANCES}`, 200, () => ({})],
  [`GET ${INSTANCES}`, 400, () => ({ path: `${ORGANIZATIONS}/${ids.organizationId}/instances?page=0` })],
  [`POST ${INSTANCES}`, 201, () => ({ body: { name: 'Acme DE', handle: `acme-${unique()}` } })],
  [`POST ${INSTANCES}`, 422, () => ({ body: { name: 'Acme DE', handle: 'Acme' } })],
  [`GET ${INSTANCE}`, 200, () => ({})],
  [`PATCH ${INSTANCE}`, 200, () => ({ body: { name: 'Acme Europe' } })],
  [`POST ${INSTANCE}/transfer`, 422, () => ({ body: { organization_id: ids.emptyId } })],
];

let made = 0;
/** Letters that no other handle has. */
function unique(): string {
  made += 1;
  return 'x'.repeat(made);
}

test.each(['application/ld+json', 'application/json'])('answers in %s are as it describes them', async (accept) => {
  for (const [operation, status, ask] of REQUESTS) {
    const asked = ask();
    await assertAnswer(operation, status, { ...asked, headers: { accept, ...asked.headers } });
  }
});

test('what changes the place of things is as it describes it', async () => {
  const path = `${ORGANIZATIONS}/${ids.organizationId}/instances/${ids.transferableId}/transfer`;
  const moved = await call(sandbox.url, 'POST', path, { token, body: { organization_id: ids.targetId } });
  expect(moved.status).toBe(200);
  assertDescribed(`POST ${INSTANCE}/transfer`, moved);
  const deleted = await call(sandbox.url, 'DELETE', `${ORGANIZATIONS}/${ids.emptyId}`, { token });
  expect(deleted.status).toBe(204);
  assertDescribed(`DELETE ${ORGANIZATION}`, deleted);
  const other = { token: await sandbox.issueAccessToken('joe@globex.example') };
  const refused = await call(sandbox.url, 'GET', `${ORGANIZATIONS}/${ids.organizationId}`, other);
  expect(refused.status).toBe(403);
  assertDescribed(`GET ${ORGANIZATION}`, refused);
});

test('a body is refused where a schema says so, and taken with what it requires', () => {
  const required = (path: string, mediaType: string, method = 'post') => {
    const content = asObject(asObject(operationAt(`${method} ${path}`)['requestBody'])['content']);
    return asObject(asObject(content[mediaType])['schema'])['required'];
  };
  expect(required(INSTANCES, 'application/json')).toEqual(['name', 'handle']);
  expect(required(`${INSTANCE}/transfer`, 'application/ld+json')).toEqual(['organization_id']);
  expect(required(INSTANCE, 'application/merge-patch+json', 'patch')).toBeUndefined();
  expect(asList(operationAt(`get ${INSTANCES}`)['parameters']).map(({ name }) => name)).toContain('order[handle]');
});

/** What a refusal of a rule, or of a request without a valid token, is answered with while switches are set. */
const SWITCHED: readonly (readonly [setting: string, operation: string, status: number, ask: () => Ask])[] = [
  ['duplicateHandle=409', `POST ${INSTANCES}`, 409, () => ({ body: { name: 'Acme', handle: 'acme-eu' } })],
  ['nonEmptyOrgDelete=403', `DELETE ${ORGANIZATION}`, 403, () => ({})],
  ['transferRuleViolation=409', `POST ${INSTANCE}/transfer`, 409, () => ({ body: { organization_id: ids.emptyId } })],
  ['transferRuleViolation=403', `POST ${INSTANCE}/transfer`, 403, () => ({ body: { organization_id: ids.emptyId } })],
  ['unauthenticated=empty', `GET ${ORGANIZATION}`, 401, () => ({ anonymous: true })],
  ['unauthenticated=lexik', `GET ${ORGANIZATION}`, 401, () => ({ anonymous: true })],
];

test('it follows the switches that are set', async () => {
  for (const [setting, operation, status, ask] of SWITCHED) {
    await setSwitches([setting]);
    await assertAnswer(operation, status, ask());
  }
  await setSwitches(['duplicateHandle=409', 'nonEmptyOrgDelete=403', 'idempotencyKeys=on']);
  expect(Object.keys(asObject(operationAt(`delete ${ORGANIZATION}`)['responses']))).not.toContain('409');
  expect(asList(operationAt(`post ${INSTANCES}`)['parameters']).map(({ name }) => name)).toEqual(['Idempotency-Key']);
  await setSwitches([]);
  expect(Object.keys(asObject(operationAt(`post ${INSTANCES}`)['responses']))).not.toContain('409');
  expect(asList(operationAt(`post ${INSTANCES}`)['parameters'])).toEqual([]);
});

async function setSwitches(switches: readonly string[]): Promise<void> {
  expect((await call(sandbox.url, 'POST', '/_sandbox/switches', { body: { switches } })).status).toBe(200);
  documentation = (await call(sandbox.url, 'GET', '/api/docs.json')).json;
}

/** Fails when the answer has another status, or is not described. */
async function assertAnswer(operation: string, status: number, { path, anonymous, ...rest }: Ask): Promise<void> {
  const [method = '', template = ''] = operation.split(' ');
  const reply = await call(sandbox.url, method, path ?? filled(template), { ...rest, token: anonymous ? undefined : token });
  expect([operation, reply.status]).toEqual([operation, status]);
  assertDescribed(operation, reply);
}

function filled(template: string): string {
  return template.replace('{organizationId}', ids.organizationId).replace('{instanceId}', ids.instanceId);
}

function operationAt(operation: string): Json {
  const [method = '', path = ''] = operation.split(' ');
  return asObject(asObject(asObject(documentation['paths'])[path])[method.toLowerCase()]);
}

/** Fails when the answer has a status, a media type or a body that the operation is not described with. */
function assertDescribed(operation: string, { status, headers, text }: Reply): void {
  const answer = asObject(operationAt(operation)['responses'])[status];
  expect(answer, `${operation} ${status}`).toBeDefined();
  const content = asObject(asObject(answer)['content']);
  if (text === '') {
    expect(Object.keys(content)).toEqual([]);
    return;
  }
  const mediaType = (headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
  const schema = asObject(asObject(content[mediaType])['schema']);
  expect(schema, `${operation} ${status} ${mediaType}`).not.toEqual({});
  const schemas = asObject(asObject(documentation['components'])['schemas']);
  const whole = JSON.stringify({ ...schema, $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/');
  const { error } = z.fromJSONSchema(JSON.parse(whole, closed)).safeParse(JSON.parse(text));
  expect(error?.issues, `${operation} ${status}: ${text}`).toBeUndefined();
}

/** A schema that takes no property which it does not name. */
function closed(_key: string, value: unknown): unknown {
  const isObject = asObject(value)['type'] === 'object' && asObject(value)['properties'] !== undefined;
  return isObject ? { ...asObject(value), additionalProperties: false } : value;
}
