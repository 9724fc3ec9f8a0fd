import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { asObject, call, clock, handleFor, type Json, startInMemory } from '../../support/servers/sandbox-in-memory.ts';

const HOSTILE = `<script>alert("1")</script> & 'x' \u202e`;

let sandbox: Sandbox;
let token: string;

beforeAll(async () => {
  sandbox = await startInMemory();
  token = await sandbox.issueAccessToken('jane@acme.example');
});

afterAll(() => sandbox.close());

const send = (...[method, path, options]: [string, string, Parameters<typeof call>[3]?]) => call(sandbox.url, method, path, options);
const page = () => send('GET', '/_sandbox/');

/** What a viewer sees first, as HTML. */
async function shownAt(url: string): Promise<string> {
  const stream = updates(url);
  const { tree, rows } = await next(stream);
  await stream.return(undefined);
  return `${tree}${rows}`;
}

async function createOrganization(name: string): Promise<string> {
  return String((await send('POST', '/api/organizations', { token, body: { name } })).json['id']);
}

/** What a viewer of the live page is sent, as it comes. */
async function* updates(url: string): AsyncGenerator<Json> {
  const leave = new AbortController();
  const response = await fetch(`${url}/_sandbox/events`, { signal: leave.signal });
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
  test('shows organizations with their instances, and the latest requests', async () => {
    const id = await createOrganization('Acme Corp');
    const handle = handleFor('shown');
    await send('POST', `/api/organizations/${id}/instances`, { token, body: { name: 'Acme EU', handle } });
    await send('GET', `/api/organizations/${id}/instances?page=0`, { token });
    const text = await shownAt(sandbox.url);
    for (const shown of ['Acme Corp', id, 'Acme EU', handle, '1 instance']) expect(text).toContain(shown);
    expect(text).toMatch(/class="method">GET<[\s\S]*?\/instances\?page=0<[\s\S]*?class="status refused">400</);
  });

  test("shows ZITADEL's instances with their organizations under a heading of their own, once there are any", async () => {
    const own = await startInMemory();
    onTestFinished(() => own.close());
    const shown = () => shownAt(own.url);
    const bearer = await own.issueAccessToken('jane@acme.example');
    await call(own.url, 'POST', '/api/organizations', { token: bearer, body: { name: 'Acme Corp' } });
    expect(await shown()).not.toContain('<h3>');
    const { json } = await call(own.url, 'POST', '/management/v1/orgs', { token: bearer, body: { name: HOSTILE } });
    const text = await shown();
    expect(text).toMatch(/<h3>Flowkiwi<\/h3>[\s\S]*<h3>ZITADEL<\/h3><p class="quiet">1 instance, 2 organizations, the newest first</);
    expect(text).toMatch(
      new RegExp(`<bdi class="child">&lt;script&gt;[^<]+</bdi> <code class="handle">[^<]+</code> <code>${json['id']}</code>`),
    );
    expect(text).not.toContain('<script>alert');
  });

  test('escapes every name', async () => {
    const id = await createOrganization(HOSTILE);
    await send('POST', `/api/organizations/${id}/instances`, { token, body: { name: HOSTILE, handle: handleFor('hostile') } });
    await send('GET', `/api/organizations/${id}/instances?name=${encodeURIComponent(HOSTILE)}`, { token });
    const text = await shownAt(sandbox.url);
    expect(text).not.toContain('<script>alert');
    expect(text.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;').length).toBe(6);
  });

  test('shows no token, no query of a sign-in and none of its own requests', async () => {
    await send('GET', `/api/organizations?access_token=${token}`, { token });
    await send('GET', '/oauth/authorize?state=a-state&code=a-code');
    await send('POST', '/_sandbox/tokens', { body: { email: 'other@acme.example' } });
    const text = await shownAt(sandbox.url);
    expect(text).toContain('>/oauth/authorize<');
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
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self';/);
    expect(policy).not.toMatch(/unsafe|\*/);
  });

  test.each<[statement: string, method: string, path: string, headers: Record<string, string>, status: number]>([
    ['another origin', 'GET', '/_sandbox/', { origin: 'https://evil.example' }, 403],
    ['an origin that hides', 'GET', '/_sandbox/events', { origin: 'null' }, 403],
    ['a POST', 'POST', '/_sandbox/', {}, 405],
    ['HEAD', 'HEAD', '/_sandbox/', {}, 200],
    ['HEAD of the updates', 'HEAD', '/_sandbox/events', {}, 200],
    ['a query', 'GET', '/_sandbox/?a=b', {}, 200],
  ])('%s', async (_, method, path, headers, status) => {
    expect((await send(method, path, { headers })).status).toBe(status);
  });

  test('its address without a slash leads to it', async () => {
    const response = await fetch(`${sandbox.url}/_sandbox`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([308, '/_sandbox/']);
  });

  test('is short, however much there is', async () => {
    const own = await startInMemory();
    onTestFinished(() => own.close());
    const bearer = await own.issueAccessToken('jane@acme.example');
    const create = (path: string, body: Json) => call(own.url, 'POST', path, { token: bearer, body });
    const organizations = await Promise.all(
      Array.from({ length: 60 }, (_, index) => create('/api/organizations', { name: `Org ${index}` })),
    );
    const path = `/api/organizations/${organizations.at(-1)?.json['id']}/instances`;
    await Promise.all(Array.from({ length: 25 }, (_, index) => create(path, { name: `I ${index}`, handle: handleFor(`many ${index}`) })));
    const text = await shownAt(own.url);
    expect(text).toContain('60 organizations, 25 instances');
    expect(text).toContain('and 10 older organizations');
    expect(text).toContain('and 5 older instances');
    expect(text.split('<tr role="row"').length - 1).toBe(85);
  });
});

describe('updates', () => {
  test('bring everything at first, then what is new', async () => {
    const stream = updates(sandbox.url);
    const first = await next(stream);
    expect(first['all']).toBe(true);
    expect(first['rows']).toContain('/api/organizations');
    const id = await createOrganization('Comes later');
    const second = await next(stream);
    expect([second['all'], String(second['rows']).split('<tr').length - 1]).toEqual([false, 1]);
    expect(second['tree']).toContain(id);
    await send('GET', `/api/organizations/${id}`, { token });
    const third = await next(stream);
    expect(third['tree']).toBeUndefined();
    expect(third['rows']).toContain(`/api/organizations/${id}`);
    await stream.return(undefined);
  });

  test('tell of what the controls do, too', async () => {
    await createOrganization('Goes away');
    const stream = updates(sandbox.url);
    expect((await next(stream))['tree']).toContain('Goes away');
    await send('POST', '/_sandbox/reset', { body: {} });
    expect(await next(stream)).toMatchObject({ rows: '', tree: expect.stringContaining('None yet') });
    await stream.return(undefined);
  });

  test('a request whose connection was cut is shown as cut', async () => {
    await send('POST', '/_sandbox/faults', { body: { rules: ['/api/cut=reset-before'] } });
    await expect(send('GET', '/api/cut')).rejects.toThrow();
    await send('POST', '/_sandbox/faults', { body: { rules: [] } });
    expect(await shownAt(sandbox.url)).toMatch(/>\/api\/cut<\/button><\/td><td role="cell" class="status failed">cut</);
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
