import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/sandbox/database.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { leapingClock } from '../support/clocks.ts';
import { asObject, call, clock, temporaryFolder } from '../support/servers/sandbox-in-memory.ts';

let bundled: string;

beforeAll(async () => {
  bundled = await mkdtemp(join(tmpdir(), 'flowkiwi-serving-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'serving-process.ts')],
    outfile: join(bundled, 'serve.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  });
  const wasm = 'node-sqlite3-wasm.wasm';
  await copyFile(join(dirname(createRequire(import.meta.url).resolve('node-sqlite3-wasm')), wasm), join(bundled, wasm));
});

afterAll(() => rm(bundled, { recursive: true, force: true }));

interface Serving {
  readonly process: ChildProcess;
  readonly url: string;
  readonly token: string;
}

async function serve(data: string): Promise<Serving> {
  const child = spawn(process.execPath, [join(bundled, 'serve.cjs'), data], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  const { url, token } = asObject(JSON.parse(String(line)));
  return { process: child, url: String(url), token: String(token) };
}

async function kill({ process: child }: Serving): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const letters = (number: number) => [...String(number)].map((digit) => String.fromCharCode(97 + Number(digit))).join('');

test('whatever was acknowledged before a kill -9 is there afterwards', async () => {
  const data = join(await temporaryFolder(), 'data.db');
  const acknowledged: string[] = [];
  const tokens: string[] = [];
  for (const round of ['x', 'y', 'z']) {
    const sandbox = await serve(data);
    tokens.push(sandbox.token);
    const organization = await call(sandbox.url, 'POST', '/api/organizations', { token: sandbox.token, body: { name: round } });
    acknowledged.push(String(organization.json['id']));
    const path = `/api/organizations/${organization.json['id']}/instances`;
    let sent = 0;
    let answered = 0;
    const client = async () => {
      for (;;) {
        sent += 1;
        const body = { name: round, handle: `${round}-${letters(sent)}` };
        const reply = await call(sandbox.url, 'POST', path, { token: sandbox.token, body }).catch(() => undefined);
        if (reply === undefined) return;
        expect(reply.status).toBe(201);
        acknowledged.push(String(reply.json['id']));
        answered += 1;
        if (answered === 100) void kill(sandbox);
      }
    };
    await Promise.all(Array.from({ length: 8 }, client));
    expect(answered).toBeGreaterThanOrEqual(100);
  }

  const survivor = await serve(data);
  for (const token of tokens) expect((await call(survivor.url, 'GET', '/api/organizations/x', { token })).status).toBe(404);
  await kill(survivor);

  const database = await openDatabase({ path: data, clock });
  const found = new Set(database.all('SELECT id FROM instance UNION ALL SELECT id FROM organization').map(({ id }) => String(id)));
  await database.close();
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
});

test('a stopped process keeps its file: a second one is refused, and the first goes on with all it had', async () => {
  const data = join(await temporaryFolder(), 'data.db');
  const first = await serve(data);
  first.process.kill('SIGSTOP');
  await expect(openDatabase({ path: data, clock: leapingClock(Date.now()) })).rejects.toMatchObject({ code: 'conflict' });
  first.process.kill('SIGCONT');
  const { token } = first;
  const organization = await call(first.url, 'POST', '/api/organizations', { token, body: { name: 'Acme' } });
  expect(organization.status).toBe(201);
  await kill(first);
  const database = await openDatabase({ path: data, clock });
  expect(database.all('SELECT id FROM organization')).toEqual([{ id: organization.json['id'] }]);
  await database.close();
});

test('a second process is refused while the first lives, and takes over when it is gone', async () => {
  const data = join(await temporaryFolder(), 'data.db');
  const first = await serve(data);
  const options = { host: '127.0.0.1', port: 0, data, secret: undefined, autoApprove: true, clock };
  await expect(startSandbox(options)).rejects.toMatchObject({ code: 'conflict', hint: expect.stringContaining('--data') });
  expect((await call(first.url, 'GET', '/_sandbox/health')).status).toBe(200);
  await kill(first);
  const second = await startSandbox(options);
  expect((await call(second.url, 'POST', '/api/organizations', { token: first.token, body: { name: 'Acme' } })).status).toBe(201);
  await second.close();
});
