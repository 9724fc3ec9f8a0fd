import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { expect, test } from 'vitest';
import { inOrder } from '../../src/in-order.ts';
import { newHome, type Run } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { startSandbox } from '../support/servers/sandbox.ts';
import { CREATES, STORM_TIME_MS } from './storm-size.ts';

/** Each befalls five of a hundred requests, reads too. */
const FAULTS = ['500', '502', '503', '503-after', 'reset-before', 'reset-after', 'truncate'].map((effect) => `/api/*=${effect}@5%`);

/** What the exit status of a create says about how often it is there: done; nobody knows; not done, safe to run again. */
const SAYS: Readonly<Record<number, readonly number[]>> = { 0: [1], 6: [0, 1], 75: [0] };

interface Create {
  /** The name of an organization, or the handle of an instance: nothing else has it. */
  readonly key: string;
  readonly run: Run;
}

const letters = (number: number) => [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

test('under faults of the server no create is lost, and none happens twice', { timeout: STORM_TIME_MS }, async () => {
  const data = join(newHome(), 'sandbox.db');
  const sandbox = await startSandbox(['--data', data, ...FAULTS.flatMap((rule) => ['--fault', rule])]);
  const env = await sandbox.environment();
  await sandbox.control('faults', { rules: [] });
  const org = (await inProcess(['org', 'create', 'Parent', '-q'], { env })).stdout.trim();
  await sandbox.control('faults', { rules: FAULTS });

  const creates: Create[] = [];
  const commands = Array.from({ length: CREATES.number }, (_, number) => {
    const key = `storm-${letters(number)}`;
    const args = number % 2 === 0 ? ['org', 'create', key] : ['instance', 'create', 'Storm', '--handle', key, '--org', org];
    return { key, args };
  });
  for await (const create of inOrder(commands, CREATES.atOnce, async ({ key, args }) => ({
    key,
    run: await inProcess([...args, '-q'], { env }),
  }))) {
    creates.push(create);
  }
  expect(await sandbox.stop()).toBe(143);

  const there = idsIn(data);
  const wrong = creates.filter(({ key, run: { status, stdout } }) => {
    const ids = there.get(key) ?? [];
    const isAsSaid = SAYS[status ?? 1]?.includes(ids.length) ?? false;
    return !isAsSaid || stdout !== (status === 0 ? `${ids[0]}\n` : '');
  });
  expect(wrong.map(({ key, run }) => ({ key, ids: there.get(key), ...run }))).toEqual([]);
  // Nothing that nobody has asked for.
  expect([...there.keys()].filter((key) => key !== 'Parent' && !creates.some((create) => create.key === key))).toEqual([]);
  // Most faults are overcome: of the instances nearly all, as their handles prove what has become of them.
  const done = (isInstance: boolean) => creates.filter(({ run }, number) => (number % 2 === 1) === isInstance && run.status === 0).length;
  expect(done(true)).toBeGreaterThan(0.95 * (CREATES.number / 2));
  expect(done(false)).toBeGreaterThan(0.5 * (CREATES.number / 2));
});

/** The ids in the sandbox's own database, by the name of the organization or the handle of the instance. */
function idsIn(path: string): ReadonlyMap<string, readonly string[]> {
  const database = new sqlite.Database(path);
  // A log beside the file can be read by its only user alone.
  database.exec('PRAGMA locking_mode = exclusive');
  const ids = new Map<string, string[]>();
  for (const { key, id } of database.all('SELECT name AS key, id FROM organization UNION ALL SELECT handle, id FROM instance')) {
    ids.set(String(key), [...(ids.get(String(key)) ?? []), String(id)]);
  }
  database.close();
  return ids;
}
