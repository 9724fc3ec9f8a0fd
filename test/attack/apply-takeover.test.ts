import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { newHome, type Run } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { startInMemory } from '../support/servers/sandbox-in-memory.ts';

// A run on another machine that shares the folder of the journal: its process cannot be seen, its clock is another one, and only what it writes into the
// lock tells that it lives. Time is real here.

let sandbox: Sandbox;
let token: string;

beforeAll(async () => {
  sandbox = await startInMemory();
  token = await sandbox.issueAccessToken('jane@acme.example');
});

const root = mkdtempSync(join(tmpdir(), 'flowkiwi-takeover-'));

afterAll(async () => {
  rmSync(root, { recursive: true, force: true });
  await sandbox.close();
});

const HOUR_MS = 3_600_000;

/** A manifest whose journal is held by a process of another machine, the clock of which differs by so much. */
function heldElsewhere(handle: string, clockMs: number) {
  const directory = mkdtempSync(join(root, 'run-'));
  const [path, lock] = [join(directory, 'c.csv'), join(directory, 'c.journal', 'run.lock')];
  writeFileSync(path, `organization,instance,handle\nAcme ${handle},EU,${handle}\n`);
  mkdirSync(lock, { recursive: true, mode: 0o700 });
  const owner = join(lock, 'owner-4711-1-1');
  writeFileSync(owner, JSON.stringify({ pid: 4711, system: 'ci-runner-7 00000000-0000-0000-0000-000000000000 pid:[1]', started: '1' }));
  const beat = () => utimesSync(owner, new Date(), new Date(Date.now() + clockMs));
  beat();
  const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_TOKEN: token, FLOWKIWI_NO_INPUT: '1' };
  return {
    beat,
    journal: join(directory, 'c.journal'),
    apply: (): Promise<Run> => inProcess(['apply', path, '--first-run'], { home: newHome(), env }),
  };
}

const CLOCKS = [
  ['behind', -HOUR_MS],
  ['ahead', HOUR_MS],
] as const;

describe.concurrent('a journal that a run on another machine has', { timeout: 240_000 }, () => {
  test.each(CLOCKS)('is taken over when that was silent for 60 s; its clock is %s', async (clock, clockMs) => {
    const { apply, journal } = heldElsewhere(`dead-${clock}`, clockMs);
    const begun = performance.now();
    const run = await apply();
    const tookMs = performance.now() - begun;
    expect(run).toMatchObject({ status: 0, stdout: '1 row: 1 created\n', stderr: expect.stringContaining('process 4711 on ci-runner-7') });
    expect(tookMs).toBeGreaterThan(60_000);
    expect(readdirSync(journal)).not.toContain('run.lock');
  });

  test.each(CLOCKS)('stays its own while that gives signs of life; its clock is %s', async (clock, clockMs) => {
    const { apply, beat } = heldElsewhere(`alive-${clock}`, clockMs);
    const heart = setInterval(beat, 500);
    const run = await apply().finally(() => clearInterval(heart));
    expect(run).toMatchObject({ status: 75, stdout: '', stderr: expect.stringMatching(/another run has .*: process 4711 on ci-runner-7/) });
  });
});
