import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { asList, call, startInMemory } from '../support/servers/sandbox-in-memory.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startInMemory();
});

afterAll(() => sandbox.close());

const send = (...[method, path, options]: [string, string, Parameters<typeof call>[3]?]) => call(sandbox.url, method, path, options);

async function organizationOf(token: string): Promise<string> {
  const { json } = await send('POST', '/api/organizations', { token, body: { name: 'Acme' } });
  return `/api/organizations/${json['id']}`;
}

test('health', async () => {
  const reply = await send('GET', '/_sandbox/health');
  expect([reply.status, reply.json]).toEqual([200, { status: 'ok' }]);
});

test('a token for an e-mail address works at once, and the address stays one account', async () => {
  const tokens = await Promise.all(
    ['new@acme.example', 'NEW@acme.example'].map(async (email) => {
      const { status, json } = await send('POST', '/_sandbox/tokens', { body: { email } });
      expect(status).toBe(201);
      return String(json['access_token']);
    }),
  );
  const owners = await Promise.all(
    tokens.map(
      async (token) => asList((await send('POST', '/api/organizations', { token, body: { name: 'X' } })).json['owners'])[0]?.['id'],
    ),
  );
  expect(owners[0]).toBe(owners[1]);
});

test('members are added and change their role', async () => {
  const token = await sandbox.issueAccessToken('jane@acme.example');
  const other = await sandbox.issueAccessToken('other@acme.example');
  const organization = await organizationOf(token);
  const control = `${organization.replace('/api/', '/_sandbox/')}/members`;
  expect((await send('GET', organization, { token: other })).status).toBe(403);
  expect((await send('POST', control, { body: { email: 'other@acme.example', role: 'member' } })).json).toMatchObject({ role: 'member' });
  expect((await send('GET', organization, { token: other })).status).toBe(200);
  expect((await send('PATCH', organization, { token: other, body: { name: 'Mine' } })).status).toBe(403);
  await send('POST', control, { body: { email: 'other@acme.example', role: 'owner' } });
  const { json } = await send('PATCH', organization, { token: other, body: { name: 'Ours' } });
  expect(asList(json['owners']).map(({ email }) => email)).toEqual(['jane@acme.example', 'other@acme.example']);
});

test('reset empties organizations and instances and keeps people signed in', async () => {
  const token = await sandbox.issueAccessToken('jane@acme.example');
  const organization = await organizationOf(token);
  const instance = { name: 'X', handle: 'reset' };
  await send('POST', `${organization}/instances`, { token, body: instance });
  expect((await send('POST', '/_sandbox/reset', { headers: { 'content-type': 'application/json' } })).status).toBe(200);
  expect((await send('GET', organization, { token })).status).toBe(404);
  expect((await send('POST', `${await organizationOf(token)}/instances`, { token, body: instance })).status).toBe(201);
});

describe('refusals', () => {
  const UNKNOWN = '0196f3a0-9999-7000-8000-000000000001';
  const json = { 'content-type': 'application/json' };
  test.each<[statement: string, request: string, options: Parameters<typeof call>[3], status: number]>([
    [
      'a form of another page',
      'POST /_sandbox/reset',
      { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      403,
    ],
    ['a text of another page', 'POST /_sandbox/tokens', { body: '{"email":"a@b"}', headers: { 'content-type': 'text/plain' } }, 403],
    [
      'a media type that only begins like JSON',
      'POST /_sandbox/reset',
      { body: '{}', headers: { 'content-type': 'application/json-x' } },
      403,
    ],
    ['no content type', 'POST /_sandbox/reset', {}, 403],
    ['another origin', 'POST /_sandbox/reset', { body: {}, headers: { origin: 'https://evil.example' } }, 403],
    ['an origin that hides', 'POST /_sandbox/reset', { body: {}, headers: { origin: 'null' } }, 403],
    ['another origin reads', 'GET /_sandbox/health', { headers: { origin: 'https://evil.example' } }, 403],
    ['an unknown control', 'POST /_sandbox/nothing', { body: {} }, 404],
    ['the wrong method', 'GET /_sandbox/reset', {}, 405],
    ['no e-mail address', 'POST /_sandbox/tokens', { body: {} }, 422],
    ['a broken e-mail address', 'POST /_sandbox/tokens', { body: { email: 'jane' } }, 422],
    ['an e-mail address with a NUL', 'POST /_sandbox/tokens', { body: { email: 'a@b\0' } }, 422],
    ['an attribute that is misspelled', 'POST /_sandbox/tokens', { body: { email: 'a@b', Email: 'a@b' } }, 400],
    ['an attribute where none is taken', 'POST /_sandbox/reset', { body: { organizations: true } }, 400],
    ['broken JSON', 'POST /_sandbox/tokens', { body: '{', headers: json }, 400],
    ['an unknown organization', `POST /_sandbox/organizations/${UNKNOWN}/members`, { body: { email: 'a@b' } }, 404],
    ['a role that is none', `POST /_sandbox/organizations/${UNKNOWN}/members`, { body: { email: 'a@b', role: 'king' } }, 422],
    ['an unknown instance', `POST /_sandbox/instances/${UNKNOWN}/authorized-organizations`, { body: { organization_id: UNKNOWN } }, 404],
  ])('%s', async (_, request, options, status) => {
    const [method = '', path = ''] = request.split(' ');
    expect((await send(method, path, options)).status).toBe(status);
  });
});
