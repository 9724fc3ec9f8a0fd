import { describe, expect, it, test } from 'vitest';
import { jqProgram } from '../../src/edges/jq-program.ts';
import { CliError } from '../../src/errors.ts';
import { createJqFilter } from '../../src/output/jq-filter.ts';
import { realClock } from '../support/clocks.ts';
import { collectedOutput } from '../support/collected-output.ts';

const jq = jqProgram();

function filterOf(expression: string, closesAfter = Number.POSITIVE_INFINITY) {
  const [stdout, stderr] = [collectedOutput({ closesAfter }), collectedOutput()];
  const edges = {
    jq: (request: Parameters<typeof jq>[0]) => jq(request),
    stdout,
    stderr,
    clock: realClock,
    interruption: new AbortController().signal,
  };
  return { ...createJqFilter({ edges, expression, palette: undefined, leftMs: () => undefined }), stdout, stderr };
}

/** What an expression prints of these texts, and why it has failed. */
async function filtered(expression: string, ...pieces: readonly string[]) {
  const { input, finish, stdout, stderr } = filterOf(expression);
  for (const piece of pieces) await input.write(piece);
  const failure = await finish();
  return { stdout: stdout.text(), stderr: stderr.text(), failure: failure?.message };
}

test.each<[expression: string, why: string]>([
  ['.a |', 'syntax error, unexpected end of file (line 1, column 4)'],
  ['.a\n| foo(1)', 'foo/1 is not defined (line 2, column 3)'],
  ['"abc', 'syntax error, unexpected end of file, expecting QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END (line 1, column 2)'],
  ['import "a" as a; .', 'module not found: a'],
  ['include "a"; .', 'module not found: a'],
  ['--help', 'help/0 is not defined (line 1, column 3)'],
  ['# nothing', 'Top-level program not given (try ".")'],
])('%j cannot be compiled', async (expression, why) => {
  await expect(filterOf(expression).check()).rejects.toMatchObject({ code: 'usage', message: `--jq: ${why}` });
});

test.each(['.', '-1', 'empty', 'repeat(.)', 'error', 'input', '.[0].a?'])('%s can be compiled, and is not run', async (expression) => {
  const { check, stdout, stderr } = filterOf(expression);
  await check();
  expect([stdout.text(), stderr.text()]).toEqual(['', '']);
});

test.each<[expression: string, pieces: string[], stdout: string, failure?: string]>([
  ['.', [], ''],
  ['.[].id', ['[{"id":"a"}', ',{"id":"b"}', ']\n'], 'a\nb\n'],
  ['.id', ['{"id":1}\n', '{"id":2}\n'], '1\n2\n'],
  ['empty', ['1\n'], ''],
  ['.id', ['{"id":1}\n', '"x"\n', '{"id":2}\n'], '1\n2\n', 'Cannot index string with string ("id")'],
  ['[limit(2;repeat(1))]', ['1\n'], '[1,1]\n'],
  ['.,error("no")', ['1\n'], '1\n', 'no'],
  ['error(null)', ['1\n'], '', '(not a string): null'],
  ['input', ['1\n'], '', 'there is no further input'],
  ['halt_error', ['"stopped"\n'], '', 'stopped'],
  ['halt', ['1\n'], ''],
  ['.', ['<html>\n'], '', 'Invalid numeric literal at line 2, column 0'],
  ['$ENV.FLOWKIWI_TOKEN,env.PATH', ['1\n'], 'null\n/\n'],
  ['def f: 1 + f; f', ['1\n'], '', 'the expression takes too much memory; perhaps it has no end'],
  ['.', ['[12345678901234567890, 1.10]\n'], '[12345678901234567890,1.10]\n'],
])('%s of %j', async (expression, pieces, stdout, failure) => {
  expect(await filtered(expression, ...pieces)).toEqual({ stdout, stderr: '', failure: failure && `--jq: ${failure}` });
});

it('says on stderr what debug says', async () => {
  expect(await filtered('debug', '"a\x7f"\n')).toEqual({ stdout: 'a\x7f\n', stderr: '["DEBUG:","a\\u007f"]\n', failure: undefined });
});

describe('what does not end', () => {
  const endless = (_: unknown, signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const world = { stdout: collectedOutput(), stderr: collectedOutput(), clock: realClock, jq: endless };

  it('ends with the time of the command', async () => {
    const edges = { ...world, interruption: new AbortController().signal };
    const { check } = createJqFilter({ edges, expression: '.', palette: undefined, leftMs: () => 1 });
    await expect(check()).rejects.toMatchObject({ code: 'timeout' });
  });

  it('ends with a signal', async () => {
    const interruption = new AbortController();
    const edges = { ...world, interruption: interruption.signal };
    const { input, finish } = createJqFilter({ edges, expression: '.', palette: undefined, leftMs: () => undefined });
    await input.write('1\n');
    interruption.abort(new CliError('interrupted', 'interrupted'));
    await expect(finish()).rejects.toMatchObject({ code: 'interrupted' });
  });
});

it('works for nobody once the reader has gone', async () => {
  const { input, finish, stdout } = filterOf('.', 0);
  await input.write('1\n');
  expect([await finish(), input.isClosed(), stdout.text()]).toEqual([undefined, true, '']);
});
