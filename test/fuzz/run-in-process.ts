import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'vitest';
import type { Clock } from '../../src/edges.ts';
import { EXIT_STATUS } from '../../src/errors.ts';
import { runProgram } from '../../src/program.ts';
import { realClock } from '../support/clocks.ts';
import { collectedOutput } from '../support/collected-output.ts';
import { quietEdges } from '../support/edges.ts';

/** How many cases a property is tried with: few in every test run, very many in `npm run test:fuzz`. */
export const CASES = Number(process.env['FUZZ_CASES'] ?? 30);
/** Time for all of them, in milliseconds: three times what they take on a machine that does nothing else. */
export const TIME = 60_000 + CASES * 30;

const STATUSES: ReadonlySet<number> = new Set([0, ...Object.values(EXIT_STATUS)]);
const configDirectory = mkdtempSync(join(tmpdir(), 'flowkiwi-fuzz-'));

/** Time limit of a request without `--timeout`, in milliseconds. */
const TIME_LIMIT_MS = 30_000;

/** Waits for answers, though less long, and for nothing else: a retry comes at once. */
const impatientClock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) => realClock.sleep(milliseconds === TIME_LIMIT_MS ? 5_000 : 0, signal),
};

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command inside this process, as nobody's terminal, and checks what holds for every command line and every server. */
export async function runInProcess(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> {
  const [stdout, stderr] = [collectedOutput(), collectedOutput()];
  const edges = quietEdges({
    argv,
    env: { FLOWKIWI_CONFIG_DIR: configDirectory, ...env },
    platform: 'linux',
    homeDirectory: configDirectory,
    stdin: {
      isTerminal: false,
      isClosed: () => Promise.resolve(false),
      readAll: () => Promise.resolve(Buffer.from('token\n')),
      stream: Readable.from([]),
    },
    stdout,
    stderr,
    clock: impatientClock,
  });
  const status = await runProgram(edges, '0');
  const outcome = { status, stdout: stdout.text(), stderr: stderr.text() };
  const shown = JSON.stringify({ argv, ...outcome });
  expect(STATUSES, shown).toContain(status);
  expect(status, `a bug of ours: ${shown}`).not.toBe(EXIT_STATUS.internal);
  expect(outcome.stderr, `a stack trace: ${shown}`).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(outcome.stdout + outcome.stderr, `a control character: ${shown}`).not.toMatch(/[^\P{Cc}\t\n]|\p{Bidi_Control}/u);
  if (status !== 0 && wantsJson(argv)) expect(JSON.parse(outcome.stderr), shown).toHaveProperty('error.code');
  return outcome;
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).includes('--json');
}
