import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { flowkiwi, newHome, start } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { ownPort } from '../support/own-port.ts';
import { startSignIn } from '../support/pending-sign-in.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

let sandbox: RunningSandbox;
let home: string;
let port: string;

beforeAll(async () => {
  home = newHome();
  sandbox = await startSandbox(['--memory'], { home });
  ({ port } = new URL(sandbox.url));
});

afterAll(async () => void (await sandbox?.stop()));

test('the secret is in a file of its own, which its user alone can read, as long as the sandbox runs', async () => {
  const own = newHome();
  const short = await startSandbox(['--memory'], { home: own });
  const [name = ''] = readdirSync(join(own, '.config', 'flowkiwi')).filter((file) => file.endsWith('.secret'));
  const path = join(own, '.config', 'flowkiwi', name);
  expect([name, statSync(path).mode & 0o777]).toEqual([`sandbox-127.0.0.1-${new URL(short.url).port}.secret`, 0o600]);
  expect(readFileSync(path, 'utf8')).toBe(`${short.secret}\n`);
  expect(short.secret).not.toBe(sandbox.secret);
  await short.stop();
  expect(existsSync(path)).toBe(false);
});

test('status says what runs there, and the secret in JSON', async () => {
  const { status, stdout } = await flowkiwi(['sandbox', 'status', '--port', port, '--json'], { home });
  expect([status, JSON.parse(stdout)]).toEqual([
    0,
    {
      ...{ url: sandbox.url, data: null, organizations: 0, instances: 0, requests: expect.any(Number) },
      ...{ started_at: expect.any(String), secret: sandbox.secret },
    },
  ]);
  const onTerminal = await inProcess(['sandbox', 'status', '--port', port], { home, isTerminal: true });
  expect(onTerminal.stdout).toContain('in --json');
  expect(onTerminal.stdout).not.toContain(sandbox.secret);
});

test.each([
  ['status', ['status']],
  ['reset', ['reset', '--yes']],
  ['open', ['open']],
])('%s by somebody with another configuration folder is refused, and says where the secret is', async (_, args) => {
  const { status, stderr } = await inProcess(['sandbox', ...args, '--port', port]);
  expect([status, stderr]).toEqual([4, expect.stringMatching(/is not controlled by you.*\nhint: .*FLOWKIWI_CONFIG_DIR/)]);
});

test('nothing on the port is not found, with the command that starts one', async () => {
  const free = String(await ownPort());
  const { status, stderr } = await inProcess(['sandbox', 'status', '--port', free], { home });
  expect([status, stderr]).toEqual([3, `error: no sandbox runs on port ${free}\nhint: flowkiwi sandbox start --port ${free}\n`]);
});

test('with --open-controls nobody needs a secret, and there is none', async () => {
  const own = newHome();
  const open = await startSandbox(['--memory', '--open-controls'], { home: own });
  onTestFinished(async () => void (await open.stop()));
  expect((await fetch(`${open.url}/_sandbox/status`)).status).toBe(200);
  const { stdout } = await inProcess(['sandbox', 'status', '--port', new URL(open.url).port, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ url: open.url, secret: null });
});

test('open leads a browser to the page once, by an address that says nothing of the secret', async () => {
  const [browser, seen] = [join(home, 'browser'), join(home, 'seen')];
  writeFileSync(browser, `#!/bin/sh\necho "$1" > '${seen}.part' && mv '${seen}.part' '${seen}'\n`, { mode: 0o755 });
  const opening = startSignIn(['sandbox', 'open', '--port', port], { home, env: { BROWSER: browser } });
  await expect.poll(() => existsSync(seen)).toBe(true);
  const address = readFileSync(seen, 'utf8').trim();
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/start\/[\w-]+$/);
  const { status, headers } = await fetch(address, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([303, `${sandbox.url}/_sandbox/#secret=${sandbox.secret}`]);
  expect(await opening.ended).toEqual({
    status: 0,
    stdout: '',
    stderr: `Your browser opens. If it does not, visit:\n  ${address}\nOpened ${sandbox.url}/_sandbox/\n`,
  });
});

test('open --no-browser shows that address, for a browser that the person opens, and gives up in time', async () => {
  const args = ['sandbox', 'open', '--port', port, '--no-browser', '--timeout', '1s'];
  const { status, stderr } = await inProcess(args, { home });
  expect([status, stderr]).toEqual([6, expect.stringMatching(/^Visit this address .*:\n {2}http:.*\nerror: no browser came/)]);
});

test('a ready file tells a script where it is, --log prints each request, and logs shows and follows them', async () => {
  const own = newHome();
  const ready = join(own, 'ready');
  writeFileSync(ready, 'http://127.0.0.1:1\n');
  const started = startSignIn(['sandbox', 'start', '--memory', '--port', '0', '--log', '--ready-file', ready], { home: own });
  await started.says(/(until Ctrl-C)/);
  const url = readFileSync(ready, 'utf8').trim();
  const { port: at } = new URL(url);
  await fetch(`${url}/api/nothing`);
  expect(await started.says(/(\d\d:\d\d:\d\d GET \/api\/nothing 404 [\d.]+ ms)/)).not.toBe('');
  const logs = (...args: string[]) => inProcess(['sandbox', 'logs', '--port', at, ...args], { home: own });
  const filters = ['--path', '/api/*', '--method', 'GET', '--status', '4xx', '--text', 'Nothing', '--limit', '5'];
  expect((await logs(...filters)).stdout).toMatch(/^20\S+Z\tGET\t\/api\/nothing\t404\t[\d.]+\n$/);
  expect(JSON.parse((await logs(...filters, '--json')).stdout)).toEqual([
    expect.objectContaining({ number: 1, response: expect.objectContaining({ body: expect.stringContaining('No route found') }) }),
  ]);
  expect(await logs('--status', '99')).toMatchObject({ status: 2, stderr: expect.stringContaining('status: a status such as 201') });
  const following = start(['sandbox', 'logs', '--port', at, '--follow', '--json'], { home: own });
  let [text, seen] = ['', 0];
  following.stdout?.on('data', (chunk) => {
    text += String(chunk);
    seen = text.split('\n').length - 1;
  });
  await expect.poll(() => seen).toBe(1);
  await fetch(`${url}/api/later`);
  await expect.poll(() => seen).toBe(2);
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).path),
  ).toEqual(['/api/nothing', '/api/later']);
  started.process.kill('SIGTERM');
  expect((await started.ended).status).toBe(143);
  expect(existsSync(ready)).toBe(false);
  const [status] = await once(following, 'close');
  expect(status).toBe(75);
});

test('under sandbox exec, commands mean the sandbox of exec and have its secret', async () => {
  const line = 'flowkiwi org create Acme --no-use -q >/dev/null && flowkiwi sandbox reset --yes --json && flowkiwi sandbox status --json';
  const script = `flowkiwi() { "${process.execPath}" "${join(import.meta.dirname, '..', '..', 'bin', 'flowkiwi.js')}" "$@"; }; ${line}`;
  const { status, stdout } = await flowkiwi(['sandbox', 'exec', '--', 'sh', '-c', script]);
  const [reset, shown] = stdout
    .trim()
    .split('\n')
    .map((text): unknown => JSON.parse(text));
  expect([status, reset, shown]).toEqual([
    0,
    { sandbox: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), organizations: 1, instances: 0 },
    expect.objectContaining({ organizations: 0, secret: expect.stringMatching(/^[\w-]{43}$/) }),
  ]);
});

test('a folder that cannot be written leaves the sandbox running, with a warning', async () => {
  const own = newHome();
  writeFileSync(join(own, '.config'), '');
  const started = startSignIn(['sandbox', 'start', '--memory', '--port', '0'], { home: own });
  expect(await started.says(/warning: (no other command can control this sandbox.*--open-controls)/)).not.toBe('');
  started.process.kill('SIGTERM');
  expect((await started.ended).status).toBe(143);
});
