import { mkdtempSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRecord } from '../../src/record.ts';
import { jsonError, textError } from '../support/failure.ts';
import { flowkiwi, type Run, type RunOptions, secret, start } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { deadUrl, httpServer } from '../support/servers/loopback.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';

let sandbox: RunningSandbox;
let env: Record<string, string>;
let organization: string;
let instances: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = await sandbox.environment();
  const { stdout } = await flowkiwi(['api', '/api/organizations', '-f', 'name=Acme Corp', '-q'], { env });
  organization = stdout.trim();
  instances = `/api/organizations/${organization}/instances`;
  for (const handle of ['acme-a', 'acme-b', 'acme-c', 'acme-d', 'acme-e']) {
    await flowkiwi(['api', instances, '-f', `name=Acme ${handle}`, '--raw-field', `handle=${handle}`], { env });
  }
});

afterAll(() => sandbox.stop());

const api = (args: readonly string[], options: RunOptions = {}): Promise<Run> => flowkiwi(['api', ...args], { env, ...options });

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** A server that answers `{}` and remembers what it was sent; `options` are those of a command that asks it. */
async function listeningServer(listener: RequestListener = (_request, response) => response.end('{}')) {
  const seen: Seen[] = [];
  const { url } = await httpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    seen.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks) });
    listener(request, response);
  });
  return { seen, options: { env: { FLOWKIWI_URL: url.origin, FLOWKIWI_TOKEN: secret('opaque-token-of-the-test') } } };
}

function temporaryFile(content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'flowkiwi-api-')), 'content');
  writeFileSync(path, content);
  return path;
}

test('an organization is created, renamed and read back', async () => {
  const created = await api(['POST', 'api/organizations', '-F', 'name=Zürich 🥝'], {});
  expect(created).toMatchObject({ status: 0, stderr: '' });
  const { id } = JSON.parse(created.stdout);
  expect(await api(['patch', `/api/organizations/${id}`, '-f', 'name=Basel'])).toMatchObject({ status: 0, stderr: '' });
  const read = await api([`${sandbox.url}/api/organizations/${id}`]);
  expect(JSON.parse(read.stdout)).toMatchObject({ '@type': 'Organization', id, name: 'Basel' });
});

test.each<[string[], Partial<Record<'method' | 'url' | 'body', string>>, Record<string, string>]>([
  [['/api/x'], { method: 'GET', url: '/api/x', body: '' }, { accept: 'application/ld+json' }],
  [['/api/x', '-F', 'a=1'], { method: 'POST', body: '{"a":1}' }, { 'content-type': 'application/json' }],
  [['/api/x', '-f', 'a=1'], { method: 'POST', body: '{"a":"1"}' }, { 'content-type': 'application/json' }],
  [['PATCH', '/api/x', '-f', 'a=1'], { method: 'PATCH', body: '{"a":"1"}' }, { 'content-type': 'application/merge-patch+json' }],
  [['PUT', '/api/x', '--field', 'a[b]=null'], { method: 'PUT', body: '{"a":{"b":null}}' }, { 'content-type': 'application/json' }],
  [['POST', '/api/x'], { method: 'POST', body: '' }, {}],
  [['-X', 'POST', '/api/x'], { method: 'POST', body: '' }, {}],
  [['DELETE', '/api/x'], { method: 'DELETE', body: '' }, {}],
  [['HEAD', '/api/x'], { method: 'HEAD', body: '' }, {}],
  [['GET', '/api/x?a=1', '-F', 'order[name]=asc', '-f', 'q=a b&c'], { url: '/api/x?a=1&q=a+b%26c&order%5Bname%5D=asc', body: '' }, {}],
  [['/api/x', '-H', 'Accept: text/csv', '--header', 'X-Flowkiwi-Locale: fr-FR'], {}, { accept: 'text/csv', 'x-flowkiwi-locale': 'fr-FR' }],
  [['/api/x', '-f', 'a=1', '-H', 'Content-Type: application/ld+json'], { method: 'POST' }, { 'content-type': 'application/ld+json' }],
])('api %j', async (args, request, headers) => {
  const { seen, options } = await listeningServer();
  expect((await api(args, options)).status).toBe(0);
  expect(seen).toHaveLength(1);
  expect({ ...seen[0], body: seen[0]?.body.toString() }).toMatchObject(request);
  expect(seen[0]?.headers).toMatchObject({ ...headers, authorization: 'Bearer opaque-token-of-the-test' });
});

test('a body is sent byte by byte from a file and from standard input, fields beside it go into the query', async () => {
  const { seen, options } = await listeningServer();
  const bytes = Buffer.from([0, 255, 128, 13, 10, 195]);
  await api(['/api/medias', '--input', temporaryFile(bytes), '-F', 'a=1', '-H', 'Content-Type: image/png'], options);
  await api(['PATCH', '/api/x', '--input', '-'], { ...options, stdin: '{"name":"é"}\n' });
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/api/medias?a=1', body: bytes, headers: { 'content-type': 'image/png' } });
  expect(seen[1]?.body.toString()).toBe('{"name":"é"}\n');
  expect(seen[1]?.headers).toMatchObject({ 'content-type': 'application/merge-patch+json' });
});

test('a field reads a file or standard input', async () => {
  const { seen, options } = await listeningServer();
  await api(['/api/x', '-F', `a=@${temporaryFile('from a file')}`, '-F', 'b=@-', '-f', 'c=@-'], { ...options, stdin: 'from stdin' });
  expect(JSON.parse(seen[0]?.body.toString() ?? '')).toEqual({ a: 'from a file', b: 'from stdin', c: '@-' });
});

test('an answer that is not JSON goes through a pipe byte by byte', async () => {
  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe, 0x0d]);
  const { options } = await listeningServer((_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(bytes));
  const child = start(['api', '/api/medias/1'], options);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout ?? []) chunks.push(Buffer.from(chunk));
  expect(Buffer.concat(chunks)).toEqual(bytes);
});

test('--include prints the status line and the headers before the body', async () => {
  const { options } = await listeningServer((_request, response) => response.writeHead(201, { 'x-thing': 'a' }).end('{"id":1}'));
  const { status, stdout } = await api(['/api/x', '--include'], options);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^HTTP\/1\.1 201 Created\r\nx-thing: a\r\n(?:[a-z-]+: [^\r\n]*\r\n)*\r\n\{"id":1\}$/);
});

test('an answer without a body says so on stderr', async () => {
  const { options } = await listeningServer((_request, response) => response.writeHead(204).end());
  expect(await api(['DELETE', '/api/x'], options)).toEqual({ status: 0, stdout: '', stderr: 'DELETE /api/x: done (status 204)\n' });
  expect(await api(['DELETE', '/api/x', '--json'], options)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect((await api(['DELETE', '/api/x', '-i'], options)).stdout).toMatch(/^HTTP\/1\.1 204 No Content\r\n/);
});

test('--paginate joins all pages into one JSON array', async () => {
  const page = ['--paginate', instances, '-F', 'itemsPerPage=2', '-f', 'order[handle]=asc'];
  const { status, stdout, stderr } = await api(page);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const handles = ['acme-a', 'acme-b', 'acme-c', 'acme-d', 'acme-e'];
  const members: unknown = JSON.parse(stdout);
  expect(members).toMatchObject(handles.map((handle) => ({ '@type': 'OrganizationInstancesResource', handle })));
  expect(JSON.parse((await api([...page, '--json', '--fields', 'handle'])).stdout)).toEqual(handles.map((handle) => ({ handle })));
  expect((await api([...page, '--fields', 'handle,name'])).stdout).toBe(handles.map((handle) => `${handle}\tAcme ${handle}\n`).join(''));
  const ids = Array.isArray(members) ? members.filter(isRecord).map(({ id }) => `${id}\n`) : [];
  expect((await api([...page, '-q'])).stdout).toBe(ids.join(''));
  expect((await api([...page, '-o', 'yaml', '--fields', 'handle'])).stdout).toBe(handles.map((handle) => `- handle: ${handle}\n`).join(''));
});

test('--paginate follows hydra:view, prints as it goes, and prints an empty collection as []', async () => {
  const listener: RequestListener = ({ url = '' }, response) => {
    const page = Number(new URL(url, 'http://x').searchParams.get('page') ?? '1');
    const next = page < 3 ? { 'hydra:next': `?page=${page + 1}` } : {};
    response.end(
      JSON.stringify({ 'hydra:member': url.includes('empty') ? [] : [{ page }, page], 'hydra:view': url.includes('empty') ? {} : next }),
    );
  };
  const { seen, options } = await listeningServer(listener);
  expect((await api(['--paginate', '/rest/api/products'], options)).stdout).toBe('[{"page":1},1,{"page":2},2,{"page":3},3]\n');
  expect(seen).toHaveLength(3);
  expect((await api(['--paginate', '/rest/api/products/empty'], options)).stdout).toBe('[]\n');
});

test.each([
  ['elsewhere', 'http://evil.example/?page=2', 'names a next page elsewhere, where the credential is not sent'],
  ['in a circle', '/api/x', 'names a next page that was there before'],
])('--paginate refuses links that lead %s', async (_name, next, message) => {
  const { seen, options } = await listeningServer((_request, response) => response.end(JSON.stringify({ member: [1], view: { next } })));
  const { status, stdout, stderr } = await api(['--paginate', '/api/x'], options);
  // Left open: nobody takes the part for the whole.
  expect({ status, stdout, requests: seen.length }).toEqual({ status: 75, stdout: '[1', requests: 1 });
  expect(stderr).toContain(message);
});

test('the forms of a result apply to data', async () => {
  expect((await api([`/api/organizations/${organization}`, '-q'])).stdout).toBe(`${organization}\n`);
  expect((await api([`/api/organizations/${organization}`, '--fields', 'name,nothing'])).stdout).toBe('Acme Corp\t\n');
  expect(JSON.parse((await api([`/api/organizations/${organization}`, '--json', '--fields', 'name,nothing'])).stdout)).toEqual({
    name: 'Acme Corp',
    nothing: null,
  });
  expect((await api([`/api/organizations/${organization}`, '-o', 'yaml'])).stdout).toContain('name: Acme Corp\n');
  expect((await api([instances, '-q'])).stdout.trim().split('\n')).toHaveLength(5);
  expect((await api([instances, '-o', 'tsv'])).stdout.trim().split('\n')).toHaveLength(5);
  expect(JSON.parse((await api([instances, '--json'])).stdout)).toMatchObject({ totalItems: 5 });
});

test('-q of an answer without an id warns the script that waits for one', async () => {
  const { options } = await listeningServer();
  expect(await api(['/api/x', '-q'], options)).toEqual({ status: 0, stdout: '', stderr: 'warning: the answer has no id\n' });
});

test.each<[string[], number, string]>([
  [['/api/organizations/nope'], 3, 'not_found'],
  [['DELETE', '/api/organizations/nope'], 3, 'not_found'],
  [['/api/organizations', '-f', 'name='], 2, 'invalid'],
  [['GET', '/api/organizations'], 2, 'invalid'],
])('api %j fails with %i', async (args, status, code) => {
  const text = await api(args);
  expect(text.status).toBe(status);
  expect(textError(text).message).toMatch(/^cannot (GET|POST|DELETE) \/api\/organizations/);
  const json = await inProcess(['api', ...args, '--json'], { env });
  expect(json.status).toBe(status);
  expect(jsonError(json)).toMatchObject({ code });
});

test.each<[string[], RegExp]>([
  [[], /^PATH is missing$/],
  [['GET'], /^PATH is missing$/],
  [['FETCH', '/api/x'], /^"FETCH" is not a method$/],
  [['-X', 'FETCH', '/api/x'], /^--method takes GET, HEAD, POST, PUT, PATCH or DELETE, not "FETCH"$/],
  [['-X', 'GET'], /^PATH is missing$/],
  [['-X', 'GET', 'POST', '/api/x'], /^the method is given twice$/],
  [['/api/x', 'POST'], /the method comes first$/],
  [['https://evil.example/api'], /is not sent to https:\/\/evil\.example$/],
  [['/api/x', '-H', 'Authorization: Bearer abc'], /^--header authorization holds a secret/],
  [['/api/x', '-f', 'name'], /^--raw-field takes name=value, not "name"$/],
  [['/api/x', '-F', 'a=@/no/such/file'], /^--field a: "\/no\/such\/file" cannot be read \(ENOENT\)$/],
  [['/api/x', '--input', '/no/such/file'], /^--input: "\/no\/such\/file" cannot be read \(ENOENT\)$/],
  [['/api/x', '--input', '-', '-F', 'a=@-'], /^standard input can be read once only$/],
  [['GET', '/api/x', '--input', '-'], /^GET has no body/],
  [['POST', '/api/x', '--paginate'], /^--paginate is for GET, not POST$/],
  [['/api/x', '--include', '-q'], /^--include prints the answer unchanged/],
  [['/api/x', '-i', '--paginate'], /^--include prints the answer unchanged/],
  [['--instance', 'acme-eu', '/rest/api/products'], /^no organization is given, and none is current$/],
  [['--instance', 'Acme', '/rest/api/products'], /^"Acme" cannot be a handle$/],
])('api %j is a usage error, and nothing is sent', async (args, message) => {
  const { seen, options } = await listeningServer();
  const run = await inProcess(['api', ...args], options);
  expect(run.status).toBe(2);
  expect(textError(run).message).toMatch(message);
  expect(seen).toEqual([]);
});

test('an Identity of this machine that is no sandbox has no product management, and the credential goes nowhere', async () => {
  const { seen, options } = await listeningServer();
  const run = await inProcess(['api', '--instance', 'acme-eu', '/rest/api/products', '--org', 'o'], options);
  expect([run.status, textError(run).message]).toEqual([2, expect.stringContaining('there is no product management at http://127.0.0.1:')]);
  expect(seen.map(({ url, headers }) => [url, headers['authorization']])).toEqual([['/_sandbox/health', undefined]]);
});

test('a credential for another server of flowkiwi.net goes to no instance', async () => {
  const run = await api(['--instance', 'acme-eu', '/rest/api/products'], { env: { ...env, FLOWKIWI_URL: 'https://staging.flowkiwi.net' } });
  expect([run.status, textError(run).message]).toEqual([
    2,
    'there is no product management at https://staging.flowkiwi.net: the instances of identity.flowkiwi.net and of the sandbox alone have one',
  ]);
});

test('--paginate of what is not a collection', async () => {
  const run = await api(['--paginate', `/api/organizations/${organization}`]);
  expect([run.status, textError(run).message]).toEqual([2, 'the answer is not a collection']);
});

test.each<[string, RequestListener, string, number, number]>([
  ['POST', (request) => void request.socket.resetAndDestroy(), 'POST /api/x may or may not have been carried out: ', 6, 1],
  ['POST', (_request, response) => response.writeHead(502).end(), 'POST /api/x may or may not have been carried out: ', 6, 1],
  ['POST', (_request, response) => response.writeHead(500).end(), 'POST /api/x may or may not have been carried out: ', 6, 1],
  ['POST', (_request, response) => response.writeHead(503).end(), 'POST /api/x may or may not have been carried out: ', 6, 1],
  ['POST', (_request, response) => response.writeHead(503, { 'retry-after': '0' }).end(), 'cannot POST /api/x: ', 75, 4],
  ['PATCH', (_request, response) => response.writeHead(429, { 'retry-after': '0' }).end(), 'cannot PATCH /api/x: ', 75, 4],
  ['PATCH', (request) => void request.socket.resetAndDestroy(), 'http://127.0.0.1', 75, 1],
  ['DELETE', (_request, response) => response.writeHead(504).end(), 'cannot DELETE /api/x: ', 75, 1],
  ['GET', (request) => void request.socket.resetAndDestroy(), 'http://127.0.0.1', 75, 4],
  ['GET', (_request, response) => response.writeHead(503, { 'retry-after': '0' }).end(), 'cannot GET /api/x: ', 75, 4],
])('%s whose answer is lost (%#)', async (method, listener, message, status, requests) => {
  const { seen, options } = await listeningServer(listener);
  const run = await api([method, '/api/x'], options);
  expect(run.status).toBe(status);
  expect(textError(run).message).toContain(message);
  expect(seen).toHaveLength(requests);
});

test('a POST that succeeded with an unreadable answer is not called a failure that can be repeated', async () => {
  const { options } = await listeningServer((_request, response) => response.writeHead(201).end('<html>'));
  expect((await api(['POST', '/api/x'], options)).stdout).toBe('<html>');
  expect((await api(['POST', '/api/x', '--json'], options)).status).toBe(6);
});

test('a POST that was never sent is safe to run again', async () => {
  const run = await api(['POST', '/api/x'], { env: { ...env, FLOWKIWI_URL: (await deadUrl()).origin } });
  expect([
    run.status,
    jsonErrorCode(await api(['POST', '/api/x', '--json'], { env: { ...env, FLOWKIWI_URL: (await deadUrl()).origin } })),
  ]).toEqual([75, 'unavailable']);
});

function jsonErrorCode(run: Run): unknown {
  return jsonError(run)['code'];
}

test('on a terminal JSON is indented and harmless, other text is harmless, and bytes are kept back', { tags: ['tmux'] }, async () => {
  const bodies: Record<string, [string, string | Buffer]> = {
    '/json': ['application/json', JSON.stringify({ name: 'a\u001b[2Jb\u202ec' })],
    '/text': ['text/plain', 'one\u001b]0;pwned\u0007\ntwo'],
    '/png': ['image/png', Buffer.from([0x89, 0x50, 0, 0xff])],
  };
  const { options } = await listeningServer(({ url = '' }, response) => {
    const [type, body] = bodies[url] ?? ['text/plain', ''];
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  const shown = async (args: readonly string[]) => {
    const terminal = openTerminal(['api', ...args], options);
    const { screen } = await terminal.ended();
    for (const bad of ['\u001b[2J', '\u001b]0;', '\u202e', '\ufffd']) expect(terminal.raw()).not.toContain(bad);
    return screen;
  };
  expect(await shown(['/json'])).toBe('{\n  "name": "a\\u001b[2Jb\\u202ec"\n}');
  expect(await shown(['/text'])).toBe('one\\x1b]0;pwned\\x07\ntwo');
  expect(await shown(['/png'])).toBe('the answer is 4 bytes of image/png: send it to a file or a pipe');
  expect(await shown(['/json', '--include'])).toMatch(/^HTTP\/1\.1 200 OK\ncontent-type: application\/json\n/);
});

test('a reader that has gone away ends a long collection quietly', async () => {
  const { options } = await listeningServer((_request, response) => {
    response.end(JSON.stringify({ member: Array.from({ length: 5_000 }, (_, id) => ({ id })) }));
  });
  const child = start(['api', '--paginate', '/api/x', '-q'], options);
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  child.stdout?.once('data', () => child.stdout?.destroy());
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
