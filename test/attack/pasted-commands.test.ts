import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXIT_STATUS } from '../../src/errors.ts';
import { BEHAVIOURS, type Behaviour, BUILT_ONLY, homeThatKnows, succeeding } from '../support/every-command.ts';
import { inProcess } from '../support/in-process.ts';
import { FATES, startPoisonedServer } from '../support/servers/poisoned-server.ts';

/** All commands but those that print files of the bundle, or take the port of a sandbox. */
const CALLS: readonly (readonly [call: string, behaviour: Behaviour])[] = [
  ...Object.entries(BEHAVIOURS).filter(([call]) => !BUILT_ONLY.includes(call) && !call.startsWith('sandbox ')),
  ['org get', { args: ['Acme Corp'], ids: [], failure: { code: 'conflict' } }],
];

/** What a server could give for an id, a handle, a name or a reason, to be run by a person who pastes what flowkiwi suggests. */
const POISONS = [
  '$(touch PWNED)',
  '`touch PWNED`',
  'x; touch PWNED',
  'x\ntouch PWNED\n',
  `'; touch PWNED; '"; touch PWNED; "`,
  '--yes | touch PWNED && > PWNED',
  'x: flowkiwi $(touch PWNED)',
];

/** A shell in a folder of its own, in which `flowkiwi` does nothing. */
function shell() {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-pasted-'));
  writeFileSync(join(folder, 'flowkiwi'), '#!/bin/sh\n', { mode: 0o755 });
  const env = { PATH: `${folder}${delimiter}${process.env['PATH']}` };
  return (line: string): boolean => {
    const mark = join(folder, 'PWNED');
    rmSync(mark, { force: true });
    spawnSync('sh', ['-c', line], { cwd: folder, env });
    return existsSync(mark);
  };
}

/** What a person could paste of what was said: all that stands behind `hint:` or `next:`, and each command in it. */
function pastes(stderr: string): readonly string[] {
  return stderr.split('\n').flatMap((line) => {
    const [, said] = /^(?:hint|next): (.*)$/.exec(line) ?? [];
    if (said === undefined) return [];
    return [said, ...[...said.matchAll(/\b(?:flowkiwi|mv|chmod|ls) /g)].map(({ index }) => said.slice(index))];
  });
}

test.each(POISONS)('the shell of this test runs %j', (poison) => {
  expect(['', "'", '"'].some((quote) => shell()(`flowkiwi instance get ${quote}${poison}${quote}`))).toBe(true);
});

/** Everything that the commands suggest at a server that says the poison everywhere, and that a person could paste. */
async function suggestions(poison: string): Promise<readonly string[]> {
  const server = await startPoisonedServer(poison);
  onTestFinished(server.close);
  // What was remembered of the server before is as hostile as the server.
  const known = [poison, `${poison}2`].map((id) => ({ id, name: 'Acme Corp' }));
  const runs = FATES.flatMap((fate) => {
    const place = { url: server.url(fate), sandbox: server.url(fate) };
    return CALLS.flatMap(([call, behaviour]) => {
      const { args, options } = succeeding(call, behaviour, place, []);
      return [options, { ...options, home: homeThatKnows(place.url, known) }].map((one) => inProcess(args, one));
    });
  });
  const ended = await Promise.all(runs);
  for (const { status, stderr } of ended) {
    expect([status, stderr]).not.toEqual([EXIT_STATUS.internal, stderr]);
    expect(stderr).not.toContain('[object Object]');
  }
  return [...new Set(ended.flatMap(({ stderr }) => pastes(stderr)))];
}

describe.concurrent('nothing of a server is run by pasting what is suggested', { timeout: 240_000 }, () => {
  test.for(POISONS)('one that says %j everywhere', async (poison) => {
    const lines = await suggestions(poison);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter(shell())).toEqual([]);
  });
});
