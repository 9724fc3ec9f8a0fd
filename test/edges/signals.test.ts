import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, type Program } from '../support/bundle.ts';

let program: Program;

beforeAll(async () => {
  program = await bundle(join(import.meta.dirname, 'drain-process.ts'));
});

afterAll(() => program.remove());

/** What a process says that drains for `graceMs`, and how it ends; it gets a signal when it is ready, and another one for each line that it says. */
async function run(graceMs: number, ending: string, signals: readonly NodeJS.Signals[]) {
  const child = spawn(process.execPath, [program.path, String(graceMs), ending], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const lines: string[] = [];
  const waiting = [...signals];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    const signal = waiting.shift();
    if (signal !== undefined) child.kill(signal);
  }
  const [status] = await closed;
  return { status, lines: lines.slice(1) };
}

const FOR_EVER = 1_000_000;

test.each<[name: string, graceMs: number, ending: string, signals: readonly NodeJS.Signals[], status: number, lines: readonly string[]]>([
  [
    'a signal drains, and interrupts when the grace is over',
    50,
    'never',
    ['SIGTERM'],
    143,
    ['drain: terminated', 'interruption: terminated'],
  ],
  ['the end of the stretch passes the signal on', FOR_EVER, 'begun', ['SIGINT'], 130, ['drain: interrupted', 'interruption: interrupted']],
  ['a second signal ends it at once', FOR_EVER, 'never', ['SIGINT', 'SIGTERM'], 130, ['drain: interrupted']],
  [
    'a terminal that was closed is told of twice, and drains',
    50,
    'never',
    ['SIGHUP', 'SIGHUP'],
    129,
    ['drain: hangup', 'interruption: hangup'],
  ],
  ['SIGQUIT is one, too', FOR_EVER, 'at once', ['SIGQUIT'], 131, ['interruption: quit']],
  ['after the stretch a signal interrupts', FOR_EVER, 'at once', ['SIGTERM'], 143, ['interruption: terminated']],
])('%s', async (_, graceMs, ending, signals, status, lines) => {
  expect(await run(graceMs, ending, signals)).toEqual({ status, lines });
});
