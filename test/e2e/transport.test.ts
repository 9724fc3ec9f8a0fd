import { execFileSync } from 'node:child_process';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { once } from '../../src/once.ts';
import { jsonError, textError } from '../support/failure.ts';
import { collect, flowkiwi, newHome, secret, start } from '../support/flowkiwi.ts';
import { certificateAuthority } from '../support/servers/certificate-authority.ts';
import { connectProxy } from '../support/servers/connect-proxy.ts';
import { deadUrl, httpServer } from '../support/servers/loopback.ts';
import { openTerminal, until } from '../support/terminal.ts';

const ORGANIZATION = { id: '0196f3a0-1111-7000-8000-000000000001', name: 'Acme Corp', owners: [], members: [] };
const FLOWKIWI_TOKEN = secret('opaque-token-behind-the-proxy');

const theAuthority = once(() => certificateAuthority(['DNS:*.flowkiwi.net', 'DNS:*.product-management.flowkiwi.net', 'IP:127.0.0.1']));

/** A server that stands for all of flowkiwi.net, reached through a proxy; `env` is the environment of a command that finds it. */
async function behindProxy(listener: RequestListener, credentials = '') {
  const port = await theAuthority().serve(listener);
  const authorization = credentials === '' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const proxy = await connectProxy({ route: (target) => (target.endsWith('.flowkiwi.net:443') ? port : undefined), ...authorization });
  const HTTPS_PROXY = `http://${credentials === '' ? '' : `${credentials}@`}127.0.0.1:${proxy.port}`;
  return { proxy, port, env: { FLOWKIWI_TOKEN, HTTPS_PROXY, NODE_EXTRA_CA_CERTS: theAuthority().path } };
}

const answer: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/ld+json' }).end(JSON.stringify(ORGANIZATION));
};

test('the API is reached through the proxy of the environment, with a certificate of an authority of its own', {
  tags: ['openssl'],
}, async () => {
  const { proxy, env } = await behindProxy(answer);
  const { status, stdout } = await flowkiwi(['org', 'get', ORGANIZATION.id, '--json'], { env });
  expect([status, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ name: 'Acme Corp' })]);
  expect(proxy.targets).toEqual(['identity.flowkiwi.net:443']);
});

test('a proxy with a user and a password, which are shown nowhere', { tags: ['openssl'] }, async () => {
  const { env, proxy } = await behindProxy(answer, `jane:${secret('hunter2-and-more')}`);
  secret(Buffer.from('jane:hunter2-and-more').toString('base64'));
  const { status, stderr } = await flowkiwi(['org', 'get', ORGANIZATION.id, '--debug'], { env });
  expect(status).toBe(0);
  expect(stderr).toContain(`* through the proxy ${proxy.url} (HTTPS_PROXY)\n> GET https://identity.flowkiwi.net/api/organizations/`);
  expect(stderr).toContain('> authorization: Bearer [redacted]\n');
});

test('a proxy that is spoken to over TLS, with a certificate of the same authority', { tags: ['openssl'] }, async () => {
  const port = await theAuthority().serve(answer);
  const proxy = await connectProxy({ route: () => port, credentials: theAuthority().credentials });
  const env = { FLOWKIWI_TOKEN, HTTPS_PROXY: proxy.url };
  const args = ['org', 'get', ORGANIZATION.id, '--fields', 'name'];
  const trusted = await flowkiwi(args, { env: { ...env, NODE_EXTRA_CA_CERTS: theAuthority().path } });
  expect(trusted).toEqual({ status: 0, stdout: 'Acme Corp\n', stderr: '' });
  const untrusted = await flowkiwi(args, { env });
  expect([untrusted.status, textError(untrusted).message]).toEqual([
    75,
    expect.stringMatching(`^the proxy cannot be used: the certificate of ${proxy.url} is not trusted`),
  ]);
  expect(textError(untrusted).hint).toContain('NODE_EXTRA_CA_CERTS');
});

test.each([
  [
    'another password',
    'http://jane:wrong-password@',
    /^the proxy (http:\/\/127\.0\.0\.1:\d+) does not accept the user and the password \(status 407\)$/,
  ],
  ['no password', 'http://', /^the proxy (http:\/\/127\.0\.0\.1:\d+) asks for a user and a password \(status 407\)$/],
])('a proxy that is given %s', { tags: ['openssl'] }, async (_name, start, message) => {
  secret('wrong-password');
  const { env, proxy } = await behindProxy(answer, 'jane:right');
  const given = { ...env, HTTPS_PROXY: `${start}127.0.0.1:${proxy.port}` };
  const failed = await flowkiwi(['org', 'get', 'x'], { env: given });
  expect(failed.status).toBe(75);
  expect(textError(failed).message).toMatch(message);
  expect(textError(failed).hint).toBe(`give them in HTTPS_PROXY: http://USER:PASSWORD@127.0.0.1:${proxy.port}`);
  expect((await flowkiwi(['org', 'get', 'x', '--debug'], { env: given })).stderr).toContain('* proxy: the proxy http://127.0.0.1:');
});

test('a proxy that is not there is named, and safe to run again, also for a create', async () => {
  const { origin } = await deadUrl();
  const run = await flowkiwi(['org', 'create', 'Acme', '--json'], { env: { FLOWKIWI_TOKEN, HTTPS_PROXY: origin } });
  expect(run.status).toBe(75);
  expect(jsonError(run)).toMatchObject({
    code: 'unavailable',
    message: `the proxy cannot be used: cannot connect to ${origin}: connection refused`,
    hint: 'check HTTPS_PROXY, which names the proxy; NO_PROXY names hosts to reach without it',
  });
});

test('a proxy that cannot be understood is a usage error without its password', async () => {
  const HTTPS_PROXY = `socks5://jane:${secret('socks-password')}@proxy.example:1080`;
  const run = await flowkiwi(['org', 'get', 'x'], { env: { FLOWKIWI_TOKEN, HTTPS_PROXY } });
  expect([run.status, textError(run).message]).toEqual([2, 'HTTPS_PROXY names a SOCKS proxy, which is not supported']);
});

test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])('loopback is never reached through %s', async (name) => {
  const { url } = await httpServer(answer);
  const { origin } = await deadUrl();
  const { status } = await flowkiwi(['org', 'get', ORGANIZATION.id], { env: { FLOWKIWI_TOKEN, FLOWKIWI_URL: url.origin, [name]: origin } });
  expect(status).toBe(0);
});

test('the sign-in server is reached through the proxy too', { tags: ['openssl'] }, async () => {
  const { env, proxy } = await behindProxy((_request, response) => response.writeHead(404).end());
  const run = await flowkiwi(['login', '--device', '--issuer', 'https://sign-in.flowkiwi.net'], { env: { ...env, FLOWKIWI_TOKEN: '' } });
  expect([run.status, textError(run).message]).toEqual([4, 'there is no sign-in server at https://sign-in.flowkiwi.net']);
  expect(proxy.targets).toEqual(['sign-in.flowkiwi.net:443']);
});

test('a certificate that is not trusted is refused before the credential is sent, and the hint names the variable', {
  tags: ['openssl'],
}, async () => {
  let requests = 0;
  const port = await theAuthority().serve((_request, response) => {
    requests += 1;
    response.end('{}');
  });
  const run = await flowkiwi(['org', 'get', 'x'], { env: { FLOWKIWI_TOKEN, FLOWKIWI_URL: `https://127.0.0.1:${port}` } });
  expect(run.status).toBe(75);
  const { message, hint } = textError(run);
  expect(message).toMatch(/^the certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted \([A-Z_]+\)$/);
  expect(hint).toContain('NODE_EXTRA_CA_CERTS');
  expect(requests).toBe(0);
});

test('a certificate of an authority of its own, without a proxy', { tags: ['openssl'] }, async () => {
  const port = await theAuthority().serve(answer);
  const env = { FLOWKIWI_TOKEN, FLOWKIWI_URL: `https://127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: theAuthority().path };
  expect((await flowkiwi(['org', 'get', ORGANIZATION.id], { env })).status).toBe(0);
});

test("api --instance asks the instance's product management, as the current organization", { tags: ['openssl'] }, async () => {
  const seen: string[] = [];
  const { env, proxy } = await behindProxy(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { host, authorization, 'x-flowkiwi-organization-id': organization, 'content-type': type } = request.headers;
    expect(authorization).toBe(`Bearer ${FLOWKIWI_TOKEN}`);
    seen.push([request.method, host, request.url, organization, type, body].join(' '));
    const products = { 'hydra:member': [{ '@id': '/rest/api/products/1', id: '1' }], 'hydra:totalItems': 1 };
    const created = request.method === 'POST' ? { id: '1', title: 'First' } : products;
    response
      .writeHead(200, { 'content-type': 'application/ld+json' })
      .end(JSON.stringify(request.url === '/api/organizations' ? ORGANIZATION : created));
  });
  const home = newHome();
  const on = ['api', '--instance', 'acme-eu'];
  // Makes it the current organization.
  expect((await flowkiwi(['org', 'create', 'Acme Corp'], { env, home })).status).toBe(0);
  expect((await flowkiwi([...on, '/rest/api/products', '-f', 'title=First', '-q'], { env, home })).stdout).toBe('1\n');
  expect((await flowkiwi([...on, 'rest/api/products', '-q', '--org', 'other'], { env, home })).stdout).toBe('1\n');
  const whole = 'https://acme-eu.product-management.flowkiwi.net/rest/api/products';
  expect((await flowkiwi([...on, '--paginate', whole, '-H', 'X-Flowkiwi-Organization-Id: mine'], { env, home })).stdout).toBe(
    '[{"@id":"/rest/api/products/1","id":"1"}]\n',
  );
  expect(seen.slice(1)).toEqual([
    `POST acme-eu.product-management.flowkiwi.net /rest/api/products ${ORGANIZATION.id} application/ld+json {"title":"First"}`,
    'GET acme-eu.product-management.flowkiwi.net /rest/api/products other  ',
    'GET acme-eu.product-management.flowkiwi.net /rest/api/products mine  ',
  ]);
  expect(proxy.targets.slice(1)).toEqual(Array.from({ length: 3 }, () => 'acme-eu.product-management.flowkiwi.net:443'));
});

test('api --instance without an organization says how to name one, and sends nothing', { tags: ['openssl'] }, async () => {
  const { env, proxy } = await behindProxy(answer);
  const run = await flowkiwi(['api', '--instance', 'acme-eu', '/rest/api/products'], { env });
  expect([run.status, textError(run).message]).toEqual([2, 'no organization is given, and none is current']);
  expect(proxy.targets).toEqual([]);
});

test('an organization that no header can name is refused, and nothing is sent', { tags: ['openssl'] }, async () => {
  const { env, proxy } = await behindProxy(answer);
  const run = await flowkiwi(['api', '--instance', 'acme-eu', '/rest/api/products', '--org', 'Zürich €'], { env });
  expect([run.status, textError(run).message]).toEqual([2, '"Zürich €" cannot be sent in the header x-flowkiwi-organization-id']);
  expect(proxy.targets).toEqual([]);
});

test('an address of another instance, or of Identity, is refused beside --instance', { tags: ['openssl'] }, async () => {
  const { env, proxy } = await behindProxy(answer);
  for (const url of ['https://other.product-management.flowkiwi.net/rest/api/x', 'https://identity.flowkiwi.net/api/x']) {
    const run = await flowkiwi(['api', '--instance', 'acme-eu', url, '--org', 'o'], { env });
    expect([run.status, textError(run).message]).toEqual([
      2,
      `the credential is for https://acme-eu.product-management.flowkiwi.net and is not sent to ${new URL(url).origin}`,
    ]);
  }
  expect(proxy.targets).toEqual([]);
});

test('pages are read over one connection', async () => {
  const server = await httpServer(({ url = '' }, response) => {
    const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? '1');
    response.end(JSON.stringify({ member: [{ id: page }], view: page < 5 ? { next: `/api/x?page=${page + 1}` } : {} }));
  });
  const env = { FLOWKIWI_TOKEN, FLOWKIWI_URL: server.url.origin };
  expect((await flowkiwi(['api', '--paginate', '/api/x', '-q'], { env })).stdout).toBe('1\n2\n3\n4\n5\n');
  expect(server.connections()).toBe(1);
});

test.each<[behaviour: string, waitMs: number, most: number, message: RegExp]>([
  ['silent', 60_000, 1, /^no answer from \S+ within 2 s$/],
  ['slow, and fails each time', 800, 3, /^no answer from \S+ within 2 s$|status 502/],
])('--timeout bounds the whole command: a server that is %s', async (_behaviour, waitMs, most, message) => {
  let requests = 0;
  const { url } = await httpServer((_request, response) => {
    requests += 1;
    setTimeout(() => response.writeHead(502).end(), waitMs).unref();
  });
  const run = await flowkiwi(['api', '/api/x', '--timeout', '2s'], { env: { FLOWKIWI_TOKEN, FLOWKIWI_URL: url.origin } });
  expect([run.status, textError(run).message]).toEqual([75, expect.stringMatching(message)]);
  expect(requests).toBeLessThanOrEqual(most);
});

test('a create that --timeout ends may have happened', async () => {
  const { url } = await httpServer(() => undefined);
  const env = { FLOWKIWI_TOKEN, FLOWKIWI_URL: url.origin };
  const run = await flowkiwi(['org', 'create', 'Acme', '--timeout', '1s'], { env });
  expect([run.status, textError(run).message]).toEqual([
    6,
    `organization "Acme" may or may not have been created: no answer from ${url.origin} within 1 s`,
  ]);
});

/** A server that asks to be asked again after a while; its requests. */
async function busyServer(status: number, retryAfter: string) {
  const seen: string[] = [];
  const { url } = await httpServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(status, { 'retry-after': retryAfter }).end();
  });
  return { seen, env: { FLOWKIWI_TOKEN, FLOWKIWI_URL: url.origin } };
}

test.each<[args: readonly string[], status: number, retryAfter: string, hint: RegExp]>([
  [['org', 'get', 'x', '--timeout', '1s'], 429, '20', /^run it again in 20 s$/],
  [['org', 'get', 'x'], 429, '61', /^run it again in 61 s, after \d{4}-\d\d-\d\d \d\d:\d\d UTC$/],
  [['org', 'get', 'x'], 503, '7200', /^run it again in 120 min, after /],
  [['org', 'create', 'Acme'], 503, '86400', /^run it again in 24 h, after /],
  [['instance', 'create', 'Acme', '--handle', 'acme', '--org', 'o'], 429, '3600', /^run it again in 60 min, after /],
  [['api', 'PATCH', '/api/x'], 429, '3600', /^run it again in 60 min, after /],
])('%j is not kept waiting by a %i that asks for %s s', async (args, status, retryAfter, hint) => {
  const { seen, env } = await busyServer(status, retryAfter);
  const run = await flowkiwi(args, { env });
  expect([run.status, textError(run).hint]).toEqual([75, expect.stringMatching(hint)]);
  expect(seen).toHaveLength(1);
  expect(jsonError(await flowkiwi([...args, '--json'], { env }))).toMatchObject({ status, retry_after: Number(retryAfter) });
});

test('a sign-in server that is away says when to come back, too', async () => {
  const { url } = await httpServer((_request, response) => response.writeHead(503, { 'retry-after': '3600' }).end());
  const run = await flowkiwi(['login', '--no-browser', '--issuer', url.origin], { env: { FLOWKIWI_URL: url.origin } });
  expect([run.status, textError(run).hint]).toEqual([75, expect.stringMatching(/^run it again in 60 min, after /)]);
});

test('a wait of more than 2 s is said in one line, except with --json', async () => {
  const command = ['org', 'create', 'Acme', '--timeout', '5s'];
  const said = async (retryAfter: string, ...flags: readonly string[]) => {
    const { seen, env } = await busyServer(503, retryAfter);
    const { stderr } = await flowkiwi([...command, ...flags], { env });
    return { stderr, requests: seen.length, origin: env.FLOWKIWI_URL };
  };
  const [plain, quiet, json, short] = await Promise.all([said('3'), said('3', '-q'), said('3', '--json'), said('2')]);
  const line = ({ origin }: typeof plain) => `warning: ${origin} answers with status 503: trying again in 3 s\n`;
  expect([plain.requests, quiet.requests, json.requests]).toEqual([2, 2, 2]);
  expect(plain.stderr).toMatch(line(plain));
  expect(quiet.stderr).toContain(line(quiet));
  expect(json.stderr).not.toContain('trying again');
  expect(short.stderr).not.toContain('trying again');
});

test('--debug shows nothing invisible, and no line that a server made up', async () => {
  const organization = { ...ORGANIZATION, name: 'a\u{e0041}b\u200bc\u00add\u202ee' };
  const { url } = await httpServer((request, response) => {
    const [type, body] = request.url?.endsWith('/form')
      ? ['application/x-www-form-urlencoded', 'a=1%0A%3C 201']
      : ['application/json', JSON.stringify(organization)];
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  const env = { FLOWKIWI_TOKEN, FLOWKIWI_URL: url.origin };
  const { stderr } = await flowkiwi(['api', '/api/x', '--debug'], { env });
  expect(stderr).not.toMatch(/[\p{Default_Ignorable_Code_Point}]/u);
  expect(stderr).toContain('"name":"a\\udb40\\udc41b\\u200bc\\u00add\\u202ee"');
  expect((await flowkiwi(['api', '/form', '--debug'], { env })).stderr).toContain('< a=1\\u000a< 201\n');
});

test.each(['x-request-id', 'x-correlation-id'])('an error shows the request id of the header %s', async (header) => {
  const { url } = await httpServer((_request, response) => response.writeHead(404, { [header]: 'req-7f3a' }).end());
  const env = { FLOWKIWI_TOKEN, FLOWKIWI_URL: url.origin };
  expect((await flowkiwi(['org', 'get', 'x'], { env })).stderr).toMatch(/^error: .+\n {2}request id: req-7f3a\nhint: .+\n$/);
  expect(jsonError(await flowkiwi(['org', 'get', 'x', '--json'], { env }))).toMatchObject({ request_id: 'req-7f3a' });
});

test.each(['2', 'a date'])('GET waits as long as Retry-After asks, given as %s, and is tried again', async (form) => {
  const times: number[] = [];
  const { url } = await httpServer((_request, response) => {
    times.push(Date.now());
    const asked = form === '2' ? form : new Date(Date.now() + 2_500).toUTCString();
    response.writeHead(times.length === 1 ? 429 : 200, { 'retry-after': asked }).end('{}');
  });
  expect((await flowkiwi(['api', '/api/x'], { env: { FLOWKIWI_TOKEN, FLOWKIWI_URL: url.origin } })).status).toBe(0);
  const [first = 0, second = 0] = times;
  expect(times).toHaveLength(2);
  // A date has no fractions of a second.
  expect(second - first).toBeGreaterThanOrEqual(form === '2' ? 1_990 : 1_400);
  expect(second - first).toBeLessThan(20_000);
});

test('a long wait before another attempt is announced on a terminal', { tags: ['tmux'] }, async () => {
  let requests = 0;
  const { url } = await httpServer((_request, response) => {
    requests += 1;
    response.writeHead(requests === 1 ? 503 : 200, { 'retry-after': '3' }).end('{"id":"7"}');
  });
  const terminal = openTerminal(['api', '/api/x', '--fields', 'id', '-o', 'tsv'], { env: { FLOWKIWI_TOKEN, FLOWKIWI_URL: url.origin } });
  // It may be gone from the screen before anybody looks.
  await until(
    () => terminal.raw().includes(`${url.origin} answers with status 503: trying again in 3 s`),
    () => `nothing was announced:\n${terminal.screen()}`,
  );
  expect(await terminal.ended()).toMatchObject({ status: 0, screen: expect.stringMatching(/\n7$/) });
});

test('--debug shows each exchange without what is secret by header, JSON key or form key', async () => {
  const [inHeader, inJson, inForm] = ['s3cret-in-a-header', 's3cret-in-json', 's3cret-in-a-form'].map(secret);
  const { url } = await httpServer((_request, response) => {
    response
      .writeHead(200, { 'set-cookie': `sid=${inHeader}`, 'content-type': 'application/json' })
      .end(JSON.stringify({ ok: true, deep: [{ access_token: inJson }] }));
  });
  const env = { FLOWKIWI_TOKEN, FLOWKIWI_URL: url.origin };
  const json = await flowkiwi(['api', '/api/x', '-F', 'client_secret=@-', '-f', 'name=Acme', '--debug', '--fields', 'ok'], {
    env,
    stdin: inJson ?? '',
  });
  expect(json.stdout).toBe('true\n');
  expect(json.stderr).toContain('> {"name":"Acme","client_secret":"[redacted]"}');
  expect(json.stderr).toContain('< set-cookie: [redacted]');
  expect(json.stderr).toContain('< {"ok":true,"deep":[{"access_token":"[redacted]"}]}');
  const form = await flowkiwi(
    ['api', '/api/x', '--input', '-', '-H', 'Content-Type: application/x-www-form-urlencoded', '--fields', 'ok'],
    { env: { ...env, FLOWKIWI_DEBUG: '1' }, stdin: `grant_type=refresh_token&refresh_token=${inForm}` },
  );
  expect(form.stderr).toContain('> grant_type=refresh_token&refresh_token=[redacted]');
});

test('--timeout ends a command that waits for its input: of a pipe that stays open, and of a named one that nobody writes to', async () => {
  const home = newHome();
  const { origin } = await deadUrl();
  const pipe = join(home, 'key.pem');
  execFileSync('mkfifo', ['-m', '600', pipe]);
  for (const file of ['-', pipe]) {
    const child = start(['login', '--key-file', file, '--timeout', '1s'], { home, env: { FLOWKIWI_URL: origin } });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const [stderr, status] = await Promise.all([collect(child.stderr), ended]);
    expect({ status, stderr }).toEqual({ status: 75, stderr: expect.stringContaining(' did not end within 1 s\n') });
  }
});
