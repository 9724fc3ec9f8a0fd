import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startProgress } from '../../src/output/progress.ts';
import { realClock } from '../support/clocks.ts';
import { collectedOutput } from '../support/collected-output.ts';

// Time stands still until a test lets it pass.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A progress that says how many seconds have gone by, out of a hundred. */
function progress(options: { readonly isTerminal: boolean; readonly columns?: number }) {
  const drawn: string[] = [];
  const said: string[] = [];
  const stream = new Writable({
    write: (chunk, _, done) => {
      drawn.push(String(chunk));
      done();
    },
  });
  const begun = Date.now();
  const seconds = () => Math.floor((Date.now() - begun) / 1_000);
  const line = startProgress({
    stderr: { ...collectedOutput(options), stream },
    isLive: options.isTerminal,
    clock: { now: () => Date.now(), sleep: realClock.sleep },
    text: () => `${seconds()} of 100 rows`,
    share: () => seconds() / 100,
    say: async (text) => void said.push(text),
  });
  onTestFinished(line.end);
  return { line, drawn, said };
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe('on a terminal', () => {
  test('a bar is drawn over and over in one line, and taken away', async () => {
    const { line, drawn, said } = progress({ isTerminal: true, columns: 80 });
    await pass(50_000);
    expect(drawn.at(-1)).toBe(`\r\x1b[K[${'#'.repeat(10)}${'-'.repeat(10)}] 50 of 100 rows`);
    expect(drawn.length).toBe(250);
    line.clear();
    expect(drawn.at(-1)).toBe('\r\x1b[K');
    line.end();
    await pass(10_000);
    expect([drawn.length, said]).toEqual([251, []]);
  });

  test('the line is never longer than the terminal is wide', async () => {
    const { drawn } = progress({ isTerminal: true, columns: 30 });
    await pass(200);
    expect(drawn).toEqual([`\r\x1b[K[${'-'.repeat(20)}] 0 of 1`]);
  });
});

test('elsewhere a line is said every ten seconds', async () => {
  const { line, drawn, said } = progress({ isTerminal: false });
  await pass(9_999);
  expect(said).toEqual([]);
  await pass(20_002);
  line.end();
  await pass(60_000);
  expect([said, drawn]).toEqual([['10 of 100 rows', '20 of 100 rows', '30 of 100 rows'], []]);
});
