import { afterAll, beforeAll, expect, test } from 'vitest';
import { newControlSecret } from '../../src/sandbox/control-secret.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { call, clock } from '../support/servers/sandbox-in-memory.ts';

const SECRET = newControlSecret();

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ host: '127.0.0.1', port: 0, data: undefined, secret: SECRET, autoApprove: true, clock });
});

afterAll(() => sandbox.close());

test.each([
  ['GET', '/_sandbox/status'],
  ['HEAD', '/_sandbox/events'],
  ['GET', '/_sandbox/faults'],
  ['POST', '/_sandbox/faults'],
  ['POST', '/_sandbox/reset'],
  ['POST', '/_sandbox/tokens'],
  ['POST', '/_sandbox/machines'],
  ['POST', '/_sandbox/zitadel/members'],
  ['POST', '/_sandbox/nothing'],
])('%s %s without the secret is refused', async (method, path) => {
  const reply = await call(sandbox.url, method, path, method === 'POST' ? { body: {} } : {});
  expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="sandbox controls"']);
});

test.each<[shown: string, headers: Record<string, string>]>([
  ['an empty secret', { authorization: 'Bearer ' }],
  ['another one', { authorization: `Bearer ${newControlSecret()}` }],
  ['a part of it', { authorization: `Bearer ${SECRET.slice(1)}` }],
  ['another scheme', { authorization: `Basic ${SECRET}` }],
  ['a cookie', { cookie: `secret=${SECRET}` }],
])('%s is refused, with words that say where the secret is', async (_, headers) => {
  const { status, json } = await call(sandbox.url, 'GET', '/_sandbox/status', { headers });
  expect(status).toBe(401);
  for (const words of ['flowkiwi sandbox status --json', 'FLOWKIWI_SANDBOX_SECRET']) expect(json['detail']).toContain(words);
});

test('with the secret they answer', async () => {
  const status = await call(sandbox.url, 'GET', '/_sandbox/status', { token: SECRET });
  expect(status.json).toEqual({
    ...{ data: null, started_at: expect.any(String), controls: 'secret' },
    ...{ organizations: 0, instances: 0, requests: 0 },
  });
  expect((await call(sandbox.url, 'POST', '/_sandbox/reset', { token: SECRET, body: {} })).status).toBe(200);
});

test('a page of another origin is refused even with it, and an access token is no such secret', async () => {
  const headers = { origin: 'https://evil.example' };
  expect((await call(sandbox.url, 'POST', '/_sandbox/reset', { token: SECRET, body: {}, headers })).status).toBe(403);
  const token = await sandbox.issueAccessToken('jane@acme.example');
  expect((await call(sandbox.url, 'POST', '/_sandbox/reset', { token, body: {} })).status).toBe(401);
});

test('the health probe, the CI token and the empty page ask for none', async () => {
  expect((await call(sandbox.url, 'GET', '/_sandbox/health')).status).toBe(200);
  expect((await call(sandbox.url, 'GET', '/_sandbox/')).status).toBe(200);
  const { ci } = await sandbox.createMachine('Deployer');
  expect((await call(sandbox.url, 'GET', '/_sandbox/ci/token', { token: ci.request_token })).status).toBe(200);
});
