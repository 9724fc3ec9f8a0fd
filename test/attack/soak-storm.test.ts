import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/sandbox/database.ts';
import { newHome } from '../support/flowkiwi.ts';
import { openRaw } from '../support/raw-connection.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { call, clock } from '../support/servers/sandbox-in-memory.ts';
import { SOAK, STORM_TIME_MS } from './storm-size.ts';

/** A heap that is small, so that what is not needed is given back soon. */
const SMALL_HEAP = '--max-old-space-size=128';

/** What a sandbox may grow by between the first stretch of a soak and the last, in kilobytes: caches that fill, pages of the allocator. */
const TOLERANCE_KB = 48 * 1024;

const letters = (number: number) => [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

async function serve(data: string): Promise<RunningSandbox> {
  const sandbox = await startSandbox(['--data', data], { env: { NODE_OPTIONS: SMALL_HEAP } });
  onTestFinished(async () => void (await sandbox.stop('SIGKILL')));
  return sandbox;
}

interface Load {
  readonly sandbox: RunningSandbox;
  readonly token: string;
  /** Ids of what was acknowledged. */
  readonly acknowledged: string[];
}

/** Runs `work` that often, 16 at a time. */
async function repeat(times: number, work: (count: number) => Promise<void>): Promise<void> {
  let count = 0;
  const worker = async () => {
    while (count < times) await work(count++);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

async function create({ sandbox, token, acknowledged }: Load, name: string): Promise<void> {
  const { status, json } = await call(sandbox.url, 'POST', '/api/organizations', { token, body: { name } });
  if (status === 201) acknowledged.push(String(json['id']));
}

/** Creates, reads, sign-ins that are refused, calls over HTTP/2, and clients that leave in the middle of a request. */
async function stretch(load: Load, stretchNumber: number): Promise<void> {
  const { sandbox, token } = load;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const session = connectHttp2(sandbox.url);
  const overHttp2 = () =>
    new Promise<void>((resolve) => {
      const stream = session.request({ ':method': 'POST', ':path': '/v2/organizations/_search', authorization: `Bearer ${token}` });
      stream.on('error', () => {}).once('close', resolve);
      stream.resume().end('{}');
    });
  const leave = async () => {
    const { socket } = await openRaw(sandbox.url);
    socket.write(`POST /api/organizations HTTP/1.1\r\nHost: ${new URL(sandbox.url).host}\r\nContent-Length: 100\r\n\r\n{`);
    socket.destroy();
  };
  const kinds = [
    (count: number) => create(load, `soak-${letters(stretchNumber)}-${letters(count)}`),
    async () => void (await call(sandbox.url, 'GET', `/api/organizations/${load.acknowledged.at(-1)}`, { token })),
    async () => void (await call(sandbox.url, 'POST', '/oauth/token', { body: 'grant_type=refresh_token&refresh_token=none', headers })),
    overHttp2,
    leave,
  ];
  await repeat(SOAK.requests, async (count) => kinds[count % kinds.length]?.(count));
  session.close();
}

function residentKb(sandbox: RunningSandbox): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${sandbox.pid}/status`, 'utf8'))?.[1]);
}

async function idsIn(path: string): Promise<ReadonlySet<string>> {
  const database = await openDatabase({ path, clock });
  const ids = new Set(database.all('SELECT id FROM organization').map(({ id }) => String(id)));
  await database.close();
  return ids;
}

test('killed again and again under load, it has all that it acknowledged', { timeout: STORM_TIME_MS }, async () => {
  const data = join(newHome(), 'sandbox.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < SOAK.kills; round += 1) {
    const sandbox = await serve(data);
    const load = { sandbox, token: await sandbox.token(), acknowledged };
    const enough = acknowledged.length + 40;
    let isDead = false;
    await repeat(Number.POSITIVE_INFINITY, async (count) => {
      if (isDead) throw new Error('dead');
      await create(load, `round ${round} ${count}`).catch(() => {
        isDead = true;
      });
      if (acknowledged.length >= enough && !isDead) void sandbox.stop('SIGKILL');
    }).catch(() => {});
  }
  const found = await idsIn(data);
  expect([acknowledged.length >= 40 * SOAK.kills, acknowledged.filter((id) => !found.has(id))]).toEqual([true, []]);
});

test('under load for long it loses nothing, warns of nothing, and does not grow', {
  tags: ['linux'],
  timeout: 3 * STORM_TIME_MS,
}, async () => {
  const data = join(newHome(), 'sandbox.db');
  const sandbox = await serve(data);
  const load: Load = { sandbox, token: await sandbox.token(), acknowledged: [] };
  const sizes: number[] = [];
  for (let number = 0; number < 4; number += 1) {
    await stretch(load, number);
    sizes.push(residentKb(sandbox));
  }
  expect(await sandbox.stop()).toBe(143);
  expect(sandbox.stderr()).not.toContain('warning:');
  const found = await idsIn(data);
  expect(load.acknowledged.filter((id) => !found.has(id))).toEqual([]);
  expect(load.acknowledged.length).toBe(4 * Math.ceil(SOAK.requests / 5));
  const [first = 0, , ...last] = sizes;
  expect(Math.min(...last) - first, `kilobytes after each stretch: ${sizes.join(', ')}`).toBeLessThan(TOLERANCE_KB);
});
