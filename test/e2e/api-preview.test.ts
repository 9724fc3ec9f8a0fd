import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonError } from '../support/failure.ts';
import { collect, newHome } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { httpServer } from '../support/servers/loopback.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A server that remembers what arrives, with the URL of it as a variable. */
async function listening() {
  const seen: Seen[] = [];
  const { url } = await httpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { method, headers } = request;
    seen.push({ method, url: request.url, headers, body: Buffer.concat(chunks).toString('latin1') });
    response.end('{}');
  });
  return { seen, env: { FLOWKIWI_URL: url.origin } };
}

/** What depends on the program that sends, not on what is sent. */
const OF_THE_SENDER = ['host', 'connection', 'content-length', 'user-agent', 'accept-encoding', 'transfer-encoding'];

function arrived({ headers, ...rest }: Seen) {
  const kept = Object.entries(headers).filter(([name, value]) => !OF_THE_SENDER.includes(name) && !(name === 'accept' && value === '*/*'));
  return { ...rest, headers: Object.fromEntries(kept) };
}

const TOKEN = 'opaque-token-of-the-test';
const BYTES = Buffer.from([0, 255, 13, 10, 39, 36]);

test.each<[args: readonly string[]]>([
  [['/api/x']],
  [['HEAD', '/api/x']],
  [['DELETE', '/api/x']],
  [['/api/x?page[size]={1,2}', '-F', 'order[name]=asc', '-f', 'q=a b&c', '-X', 'GET']],
  [['/api/x', '-f', `name=It's $HOME \`id\` "quoted" \\ @x !y 北京`, '-F', 'a[b]=null', '-F', 'note=@NOTE']],
  [['PATCH', '/api/x', '-f', 'a=$FLOWKIWI_TOKEN', '-H', 'X-Empty:', '-H', "X-Quote: it's", '-H', 'Accept-Language: de']],
  [['POST', '/api/x', '--input', 'BYTES', '-H', 'Content-Type: image/png', '-F', 'a=1']],
])('--curl: the line sends what %j sends', { tags: ['curl'] }, async (words) => {
  const { seen, env } = await listening();
  const home = newHome();
  const [bytes, note] = [join(home, "it's bytes"), join(home, 'note')];
  writeFileSync(bytes, BYTES);
  writeFileSync(note, 'two\nlines');
  const args = ['api', ...words.map((word) => (word === 'BYTES' ? bytes : word.replace('@NOTE', `@${note}`)))];
  expect(await inProcess(args, { env: { ...env, FLOWKIWI_TOKEN: TOKEN } })).toMatchObject({ status: 0 });
  const { status, stdout } = await inProcess([...args, '--curl'], { env });
  expect({ status, sent: seen.length, lines: stdout.split('\n').length }).toEqual({ status: 0, sent: 1, lines: 2 });
  const child = spawn('sh', ['-c', stdout.replace(/^curl /, 'curl --disable --silent ')], {
    env: { PATH: process.env['PATH'], HOME: home, FLOWKIWI_TOKEN: TOKEN, NO_PROXY: '*' },
  });
  const [said, [exit]] = await Promise.all([collect(child.stderr), once(child, 'close'), collect(child.stdout)]);
  expect({ said, exit }).toEqual({ said: '', exit: 0 });
  const [own, curls] = seen.map(arrived);
  expect(curls).toEqual(own);
});

test('--dry-run shows the request as it would be sent, with the token as a variable, and sends nothing', async () => {
  const { seen, env } = await listening();
  const args = ['api', '/api/x?a=1', '-f', 'name=Zürich', '-H', 'X-Thing: 1', '--dry-run'];
  const text = await inProcess(args, { env: { ...env, FLOWKIWI_TOKEN: TOKEN } });
  const json = await inProcess([...args, '--json'], { env });
  expect(seen).toEqual([]);
  const headers = {
    'user-agent': 'flowkiwi/0',
    'accept-encoding': expect.any(String),
    'content-type': 'application/json',
    accept: 'application/ld+json',
    'x-thing': '1',
    authorization: 'Bearer $FLOWKIWI_TOKEN',
  };
  const body = '{"name":"Zürich"}';
  expect(json).toMatchObject({ status: 0, stderr: '' });
  const shown = JSON.parse(json.stdout);
  expect(shown).toEqual({ method: 'POST', url: `${env.FLOWKIWI_URL}/api/x?a=1`, headers, body, body_bytes: 18 });
  const lines = Object.entries(shown.headers).map(([name, value]) => `${name}: ${value}\n`);
  expect(text).toMatchObject({ status: 0, stdout: `POST ${env.FLOWKIWI_URL}/api/x?a=1\n${lines.join('')}\n${body}\n` });
  // What is shown is what is sent.
  await inProcess(args.slice(0, -1), { env: { ...env, FLOWKIWI_TOKEN: TOKEN } });
  expect(seen[0]?.headers).toMatchObject({ ...shown.headers, authorization: `Bearer ${TOKEN}` });
  expect(Buffer.from(seen[0]?.body ?? '', 'latin1').toString()).toBe(body);
});

test('a secret from a file is a variable, whether in a field or in a body', async () => {
  const home = newHome();
  const [secret, body] = [join(home, 'secret'), join(home, 'body')];
  writeFileSync(secret, 'hush-hush');
  writeFileSync(body, '{"user":"jane","password":"hush-hush"}');
  const field = ['api', '/api/x', '-F', `user[password]=@${secret}`];
  const shown = await Promise.all(
    [
      [...field, '--dry-run'],
      ['api', '/api/x', '--input', body, '--dry-run'],
    ].map((args) => inProcess(args)),
  );
  expect(shown.map(({ stdout }) => stdout.trimEnd().split('\n').at(-1))).toEqual([
    '{"user":{"password":"$USER_PASSWORD"}}',
    '{"user":"jane","password":"[redacted]"}',
  ]);
  expect(jsonError(await inProcess([...field, '--curl', '--json']))).toMatchObject({
    code: 'usage',
    hint: expect.stringContaining('--input'),
  });
});

test.each([['--paginate'], ['--include'], ['--fields=id']])('--dry-run with %s is refused', async (option) => {
  expect(jsonError(await inProcess(['api', '/api/x', '--dry-run', option, '--json']))['code']).toBe('usage');
});
