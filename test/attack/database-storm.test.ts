import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realClock } from '../support/clocks.ts';
import type { Run } from '../support/flowkiwi.ts';
import { startZitadel, type Zitadel } from '../support/servers/zitadel.ts';
import { OUTAGES, STORM_TIME_MS } from './storm-size.ts';

// The database of a ZITADEL goes away in the middle of a script, and comes back: nothing that this side knows is lost, and a repeat ends well.
let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.stop());

/** The words of each command of the script, `round` in its names; `A`, `B` and `I` stand for the ids that the creates before it have printed. */
const SCRIPT = (round: number): readonly string[] => [
  `org create one-${round} -q`,
  'org list -q',
  'org get -q',
  'org get A -q',
  `org rename A uno-${round} -q`,
  'org use A -q',
  'tree -q',
  'instance list -q',
  'auth status --check -q',
  `instance create inst-${round} --machine Setup --machine-user-name setup --domain i${round}.example --no-wait --if-exists skip -q`,
  'instance get I -q',
  `instance rename I still-${round} -q`,
  'instance delete I -y -q',
  `org create two-${round} -q`,
  `org list --name two-${round} -q`,
  `org rename B due-${round} -q`,
  'org get B -q',
  'org delete B -y -q',
  'org list -q',
  'org delete A -y -q',
];
const COMMANDS = SCRIPT(0).length;

/** What each round meets, in turn. */
const VERSIONS = ['4.0', '2.70'];

/** The longest of these commands takes about as long. */
const LONGEST_MS = 40;

/** Numbers that look random and are the same each time (Park and Miller). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

test('a database that goes away ends a command with 75 or 6, and the script goes on', { timeout: STORM_TIME_MS }, async () => {
  const random = numbers(14);
  const statuses = new Set<number | null>();
  // Once it is away before the command begins.
  expect(await playRound(0, { at: 0, after: 0 })).toBe(75);
  for (let round = 1; round < OUTAGES; round += 1)
    statuses.add(await playRound(round, { at: random(COMMANDS), after: random(LONGEST_MS) }));
  expect([...statuses].filter((status) => status !== 0 && status !== 6 && status !== 75)).toEqual([]);
});

/** Plays the script, and takes the database away in the middle of one command. Resolves to how that one ended. */
async function playRound(round: number, { at, after }: { readonly at: number; readonly after: number }): Promise<number | null> {
  await zitadel.switches(`zitadel=${VERSIONS[round % VERSIONS.length]}`);
  const home = zitadel.home();
  const ids = new Map<string, string>();
  const names = new Map([
    [0, 'A'],
    [9, 'I'],
    [13, 'B'],
  ]);
  let ended: number | null = null;
  for (const [index, line] of SCRIPT(round).entries()) {
    const args = line.split(' ').map((word) => ids.get(word) ?? word);
    const pat = index === 9 ? ['--pat-out', join(home, `pat-${round}`)] : [];
    const run = () => zitadel.quick([...args, ...pat], { home });
    let { status, stdout, stderr } = await (index === at ? withOutage(run, home, after) : run());
    if (index === at) ended = status;
    const first = stderr;
    if (status !== 0) ({ status, stdout, stderr } = await run());
    // Both ends are shown when the second is not a good one.
    expect({ line, status, ends: status === 0 ? [] : [first, stderr] }).toEqual({ line, status: 0, ends: [] });
    const name = names.get(index);
    if (name !== undefined) ids.set(name, stdout.trim());
  }
  return ended;
}

async function withOutage(run: () => Promise<Run>, home: string, after: number): Promise<Run> {
  const known = () => ['config.json', 'organizations.jsonl'].map((name) => readIfThere(join(home, '.config', 'flowkiwi', name)));
  const before = known();
  const takeAway = () => zitadel.sandbox.control('faults', { rules: ['database-down'] });
  if (after === 0) await takeAway();
  const running = run();
  if (after > 0) await realClock.sleep(after);
  await takeAway();
  const ended = await running;
  await zitadel.sandbox.control('faults', { rules: [] });
  if (ended.status !== 0) expect(known()).toEqual(before);
  return ended;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
