import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FaultSettings } from '../../../src/sandbox/faults/faults.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { asList, call, clock } from '../../support/servers/sandbox-in-memory.ts';

async function start(faults: FaultSettings, now = clock.now): Promise<{ sandbox: Sandbox; token: string }> {
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    secret: undefined,
    data: undefined,
    autoApprove: true,
    clock: { ...clock, now },
    faults,
  });
  onTestFinished(() => sandbox.close());
  return { sandbox, token: await sandbox.issueAccessToken('jane@acme.example') };
}

/** Creates an organization; its status, or how the exchange failed. */
async function create({ sandbox, token }: Awaited<ReturnType<typeof start>>, name = 'Acme'): Promise<number | 'cut'> {
  const created = call(sandbox.url, 'POST', '/api/organizations', { token, body: { name } });
  return created.then(
    ({ status }) => status,
    () => 'cut' as const,
  );
}

/** How many organizations there are, which resetting tells. */
async function organizationCount({ url }: Sandbox): Promise<unknown> {
  return (await call(url, 'POST', '/_sandbox/reset', { body: {} })).json['organizations'];
}

test('a status for the first two, without an effect', async () => {
  const running = await start({ rules: ['POST /api/organizations=503x2'] });
  expect([await create(running), await create(running), await create(running)]).toEqual([503, 503, 201]);
  expect(await organizationCount(running.sandbox)).toBe(1);
});

test('a status names the rule that it comes from', async () => {
  const { sandbox } = await start({ rules: ['GET /api/*=500'] });
  const { headers, json } = await call(sandbox.url, 'GET', '/api/organizations/x?page=1');
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(json).toEqual({
    title: 'An error occurred',
    detail: 'A fault of the sandbox, as set by "GET /api/*=500".',
    status: 500,
    type: '/errors/500',
  });
});

test.each<[effect: string, organizations: number]>([
  ['reset-before', 0],
  ['reset-after', 1],
  ['truncate', 1],
])('%s cuts the connection', async (effect, organizations) => {
  const running = await start({ rules: [`POST /api/organizations=${effect}x1`] });
  expect(await create(running)).toBe('cut');
  expect(await organizationCount(running.sandbox)).toBe(organizations);
  expect(await create(running)).toBe(201);
});

test("a status after the effect is a gateway's page, at Flowkiwi, at ZITADEL and at the sign-in", async () => {
  const { sandbox, token } = await start({ rules: ['*=503-after'] });
  for (const path of ['/api/organizations', '/management/v1/orgs', '/oauth/token']) {
    const { status, headers, text } = await call(sandbox.url, 'POST', path, { token, body: { name: 'Acme' } });
    expect([status, headers.get('content-type'), headers.get('retry-after'), headers.get('location')]).toEqual([
      503,
      'text/plain',
      null,
      null,
    ]);
    expect(text).toMatch(/^upstream connect error/);
  }
  expect(await organizationCount(sandbox)).toBe(2);
});

test('a rule with a chance is for some requests', async () => {
  const running = await start({ rules: ['POST *=502@0.000000001%', 'POST *=503@100%'] });
  expect(await create(running)).toBe(503);
});

test('a truncated answer has its head and the first half of its body', async () => {
  const { sandbox } = await start({ rules: ['*=truncate'] });
  const { hostname, port, host } = new URL(sandbox.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /api HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const whole = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  expect(head).toMatch(/^HTTP\/1\.1 404 /);
  expect(body.length).toBe(Math.floor(whole / 2));
});

test('an answer without a body is not truncated', async () => {
  const running = await start({});
  const { json } = await call(running.sandbox.url, 'POST', '/api/organizations', { token: running.token, body: { name: 'X' } });
  await call(running.sandbox.url, 'POST', '/_sandbox/faults', { body: { rules: ['DELETE *=truncate'] } });
  const deleted = await call(running.sandbox.url, 'DELETE', `/api/organizations/${json['id']}`, { token: running.token });
  expect(deleted.status).toBe(204);
});

test('sign-in can fail as well, and the controls never do', async () => {
  const { sandbox } = await start({ rules: ['*=502'] });
  expect((await call(sandbox.url, 'POST', '/oauth/token')).status).toBe(502);
  expect((await call(sandbox.url, 'GET', '/_sandbox/health')).status).toBe(200);
});

test('a latency holds an answer back, and adds up with the other rules', async () => {
  const { sandbox } = await start({ latencyMs: 60, rules: ['/api/*=latency:60', '/api/*=404', '/api/*=latency:60'] });
  const started = performance.now();
  const { status, json } = await call(sandbox.url, 'GET', '/api/x');
  expect([status, json['detail']]).toEqual([404, 'A fault of the sandbox, as set by "/api/*=404".']);
  expect(performance.now() - started).toBeGreaterThan(175);
});

test('a client that leaves while it waits changes nothing', async () => {
  const running = await start({ latencyMs: 600 });
  const body = JSON.stringify({ name: 'Acme' });
  const leave = new AbortController();
  const sent = fetch(`${running.sandbox.url}/api/organizations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${running.token}`, 'content-type': 'application/json' },
    body,
    signal: leave.signal,
  });
  const other = create(running, 'Other');
  setTimeout(() => leave.abort(), 50);
  await expect(sent).rejects.toThrow();
  expect(await other).toBe(201);
  await create(running, 'Later');
  expect(await organizationCount(running.sandbox)).toBe(2);
});

test('the rate limits the API alone, and says when to come back', async () => {
  const now = clock.now();
  const running = await start({ requestsPerSecond: 2 }, () => now);
  const get = (path: string) => call(running.sandbox.url, 'GET', path);
  const replies = await Promise.all(Array.from({ length: 5 }, () => get('/api/x')));
  expect(replies.map(({ status }) => status).sort()).toEqual([404, 404, 429, 429, 429]);
  const refused = replies.find(({ status }) => status === 429);
  expect([refused?.headers.get('retry-after'), refused?.json['detail']]).toEqual(['1', 'The sandbox takes 2 requests a second.']);
  expect((await get('/.well-known/openid-configuration')).status).toBe(200);
});

describe('while it runs', () => {
  test('rules, latency and rate are set one by one, and shown with what is left', async () => {
    const running = await start({ rules: ['POST /api/organizations=503x2'], latencyMs: 1 });
    const { url } = running.sandbox;
    await create(running);
    expect((await call(url, 'GET', '/_sandbox/faults')).json).toEqual({
      rules: [{ rule: 'POST /api/organizations=503x2', remaining: 1 }],
      latency: 1,
      rate: 0,
    });
    const changed = await call(url, 'POST', '/_sandbox/faults', { body: { rules: ['*=500'], rate: 9 } });
    expect([changed.status, changed.json]).toEqual([200, { rules: [{ rule: '*=500', remaining: null }], latency: 1, rate: 9 }]);
    expect(await create(running)).toBe(500);
    await call(url, 'POST', '/_sandbox/faults', { body: { rules: [], latency: 0, rate: 0 } });
    expect(await create(running)).toBe(201);
  });

  test('single rules are added behind the others and removed, and the others stay used up as far as they are', async () => {
    const rule = 'POST /api/organizations=503x2';
    const running = await start({ rules: [rule, '/api/b=404'] });
    const { url } = running.sandbox;
    await create(running);
    const change = async (body: object) => asList((await call(url, 'POST', '/_sandbox/faults', { body })).json['rules']);
    const [kept, other] = [
      { rule, remaining: 1 },
      { rule: '/api/b=404', remaining: null },
    ];
    expect(await change({ add: [' /api/c=418x1 ', rule] })).toEqual([
      kept,
      other,
      { rule: '/api/c=418x1', remaining: 1 },
      { rule, remaining: 2 },
    ]);
    expect(await change({ remove: [rule, '/api/c=418x1', 'not there'] })).toEqual([other, { rule, remaining: 2 }]);
    expect(await change({ rules: ['/api/d=500'], remove: ['/api/d=500'], add: ['/api/e=500'] })).toEqual([
      { rule: '/api/e=500', remaining: null },
    ]);
  });

  test.each<[statement: string, body: unknown, detail: RegExp]>([
    ['a rule to add that is none', { add: ['*=500', 'POST'], remove: ['GET /a=404'] }, /"POST" is not a fault rule/],
    ['a rule that is none', { rules: ['*=500', 'POST'] }, /"POST" is not a fault rule/],
    ['rules that are no list', { rules: '*=500' }, /rules: a list of texts/],
    ['a rule that is not text', { rules: [5] }, /rules: a list of texts/],
    ['a latency that is not a number', { latency: '5' }, /latency: a number/],
    ['a negative latency', { latency: -1 }, /latency: a whole number/],
    ['a fraction of a request', { rate: 0.5 }, /rate: a whole number/],
  ])('%s changes nothing', async (_, body, detail) => {
    const { sandbox } = await start({ rules: ['GET /a=404'] });
    const { status, json } = await call(sandbox.url, 'POST', '/_sandbox/faults', { body });
    expect([status, json['detail']]).toEqual([422, expect.stringMatching(detail)]);
    const set = (await call(sandbox.url, 'GET', '/_sandbox/faults')).json;
    expect([asList(set['rules']).length, set['latency'], set['rate']]).toEqual([1, 0, 0]);
  });
});

test('429 and 503 say when to come back, 401 how to sign in', async () => {
  const { sandbox } = await start({ rules: ['/a=429', '/b=503', '/c=503:7', '/d=500', '/e=401', '/f=500:3'] });
  const told = ['/a', '/b', '/c', '/d', '/e', '/f'].map(async (path) => {
    const { headers } = await call(sandbox.url, 'GET', path);
    return [headers.get('retry-after'), headers.get('www-authenticate')];
  });
  expect(await Promise.all(told)).toEqual([
    ['1', null],
    ['1', null],
    ['7', null],
    [null, null],
    [null, 'Bearer'],
    ['3', null],
  ]);
});

test('with a seed the same requests have the same faults each time, also when it is set again', async () => {
  const rules = ['/a=503@50%', '/a=418@50%'];
  const { sandbox } = await start({ rules, seed: 7 });
  const statuses = async () => {
    const seen: number[] = [];
    for (let count = 0; count < 30; count += 1) seen.push((await call(sandbox.url, 'GET', '/a')).status);
    return seen;
  };
  const first = await statuses();
  await call(sandbox.url, 'POST', '/_sandbox/faults', { body: { seed: 7 } });
  expect([await statuses(), new Set(first)]).toEqual([first, new Set([503, 418, 404])]);
});

test('a latency with two limits is between them', async () => {
  const slept: number[] = [];
  const sleep = async (milliseconds: number) => void slept.push(milliseconds);
  const sandbox = await startSandbox({
    ...{ host: '127.0.0.1', port: 0, data: undefined, secret: undefined, autoApprove: true },
    clock: { ...clock, sleep },
    faults: { rules: ['/a=latency:50-60', '/a=404'], seed: 1 },
  });
  onTestFinished(() => sandbox.close());
  for (let count = 0; count < 40; count += 1) await call(sandbox.url, 'GET', '/a');
  expect([Math.min(...slept) >= 50, Math.max(...slept) <= 60, new Set(slept).size > 3]).toEqual([true, true, true]);
});
