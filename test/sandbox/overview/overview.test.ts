import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { asList, asObject, call, clock, type Json, startInMemory } from '../../support/servers/sandbox-in-memory.ts';

let sandbox: Sandbox;
let token: string;

beforeAll(async () => {
  sandbox = await startInMemory();
  token = await sandbox.issueAccessToken('jane@acme.example');
});

afterAll(() => sandbox.close());

const send = (...[method, path, options]: [string, string, Parameters<typeof call>[3]?]) => call(sandbox.url, method, path, options);
const page = () => send('GET', '/_sandbox/');

/** The paths of the requests that a viewer sees first. */
async function pathsAt(query = ''): Promise<readonly string[]> {
  const stream = updates(sandbox.url, query);
  const { requests } = await next(stream);
  await stream.return(undefined);
  return asList(requests).map(({ path }) => String(path));
}

async function createOrganization(name: string): Promise<string> {
  return String((await send('POST', '/api/organizations', { token, body: { name } })).json['id']);
}

/** What a viewer of the live page is sent, as it comes. */
async function* updates(url: string, query = ''): AsyncGenerator<Json> {
  const leave = new AbortController();
  const response = await fetch(`${url}/_sandbox/events${query}`, { signal: leave.signal });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  let text = '';
  try {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) yield asObject(JSON.parse(line));
    }
  } finally {
    leave.abort();
  }
}

async function next(stream: AsyncGenerator<Json>): Promise<Json> {
  const { value, done } = await stream.next();
  if (done === true) throw new Error('the updates have ended');
  return value;
}

describe('the page', () => {
  test('shows no token, no query of a sign-in and none of its own requests', async () => {
    await send('GET', `/api/organizations?access_token=${token}`, { token });
    await send('GET', '/oauth/authorize?state=a-state&code=a-code');
    await send('POST', '/_sandbox/tokens', { body: { email: 'other@acme.example' } });
    const text = (await pathsAt()).join();
    expect(text).toContain('/oauth/authorize');
    for (const hidden of [token, 'a-state', 'a-code', 'access_token', '/_sandbox/tokens']) expect(text).not.toContain(hidden);
  });

  test('is kept to itself', async () => {
    const { status, headers } = await page();
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toBe(
      `default-src 'none'; script-src ${sandbox.url}/_sandbox/page/; style-src ${sandbox.url}/_sandbox/page/; connect-src 'self'; img-src data:; ` +
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
  });

  test('loads nothing but its own files, which are there, and has no script or style in it', async () => {
    const { text } = await page();
    const addresses = [...text.matchAll(/(?:href|src)="(?!data:|#)([^"]*)"/g)].map(([, address = '']) => address);
    expect(new Set(addresses).size).toBeGreaterThan(20);
    for (const address of new Set(addresses)) {
      const { status, headers, text: file } = await send('GET', address);
      expect([address, status, headers.get('x-content-type-options')]).toEqual([address, 200, 'nosniff']);
      expect(headers.get('content-type')).toMatch(address.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
      for (const [, imported = ''] of file.matchAll(/ from '\.\/([^']+)'/g)) expect(addresses).toContain(`/_sandbox/page/${imported}`);
    }
    expect(text).not.toMatch(/<style|<script(?! type="module" src)| style=| on\w+=/);
  });

  test.each<[statement: string, method: string, path: string, headers: Record<string, string>, status: number]>([
    ['another origin', 'GET', '/_sandbox/', { origin: 'https://evil.example' }, 403],
    ['an origin that hides', 'GET', '/_sandbox/events', { origin: 'null' }, 403],
    ['a POST', 'POST', '/_sandbox/', {}, 405],
    ['HEAD', 'HEAD', '/_sandbox/', {}, 200],
    ['HEAD of the updates', 'HEAD', '/_sandbox/events', {}, 200],
    ['a query', 'GET', '/_sandbox/?a=b', {}, 200],
    ['a file that the page does not have', 'GET', '/_sandbox/page/tsconfig.json', {}, 404],
    ['a way out of its folder', 'GET', '/_sandbox/page/..%2Foverview.ts', {}, 404],
    ['a filter that is none', 'GET', '/_sandbox/events?colour=red', {}, 400],
  ])('%s', async (_, method, path, headers, status) => {
    expect((await send(method, path, { headers })).status).toBe(status);
  });

  test('its address without a slash leads to it', async () => {
    const response = await fetch(`${sandbox.url}/_sandbox`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([308, '/_sandbox/']);
  });
});

describe('updates', () => {
  test('bring everything at first, then what is new', async () => {
    const stream = updates(sandbox.url);
    const first = await next(stream);
    expect(first).toMatchObject({ all: true, counts: expect.any(Object), faults: { rules: [] }, switches: { duplicateHandle: '422' } });
    const id = await createOrganization('Comes later');
    const second = await next(stream);
    expect(second).toMatchObject({ all: false, requests: [{ method: 'POST', path: '/api/organizations', status: 201 }] });
    expect(second['revision']).not.toBe(first['revision']);
    await send('GET', `/api/organizations/${id}`, { token });
    const third = await next(stream);
    expect(third).toMatchObject({ requests: [{ path: `/api/organizations/${id}` }] });
    expect(third['revision']).toBeUndefined();
    await stream.return(undefined);
  });

  test('tell of what the controls do, too', async () => {
    await createOrganization('Goes away');
    const stream = updates(sandbox.url);
    await next(stream);
    await send('POST', '/_sandbox/reset', { body: {} });
    expect(await next(stream)).toMatchObject({ requests: [], revision: expect.any(Number), counts: { organizations: 0 } });
    await send('POST', '/_sandbox/faults', { body: { latency: 1 } });
    expect(await next(stream)).toEqual({ requests: [], all: false, faults: { rules: [], latency: 1, rate: 0 } });
    await send('POST', '/_sandbox/faults', { body: { latency: 0 } });
    await stream.return(undefined);
  });

  test('are of those requests that are asked for', async () => {
    await createOrganization('Filtered');
    await send('GET', '/api/organizations/nothing', { token });
    expect(await pathsAt('?path=/api/*&status=404&limit=1')).toEqual(['/api/organizations/nothing']);
    expect(await pathsAt('?text=FILTERED')).toEqual(['/api/organizations']);
  });

  test('closing does not wait for viewers', async () => {
    const own = await startSandbox({ host: '127.0.0.1', port: 0, secret: undefined, data: undefined, autoApprove: true, clock });
    const stream = updates(own.url);
    await next(stream);
    await own.close();
    // Ended as it should be: a connection that is cut would break the reading.
    expect((await stream.next()).done).toBe(true);
  });

  test('a viewer that reads nothing harms nobody', async () => {
    const { hostname, port, host } = new URL(sandbox.url);
    const lazy = connect(Number(port), hostname);
    onTestFinished(() => void lazy.destroy());
    lazy.pause();
    lazy.write(`GET /_sandbox/events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(lazy, 'connect');
    expect((await send('GET', '/_sandbox/health')).status).toBe(200);
  });
});
