import { expect, test } from 'vitest';
import { CliError } from '../src/errors.ts';
import { runProgram } from '../src/program.ts';
import { collectedOutput } from './support/collected-output.ts';
import { quietEdges } from './support/edges.ts';

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a world whose standard input breaks, which is what no command expects. */
async function runBroken(args: readonly string[], thrown: unknown, interruption = new AbortController().signal): Promise<Outcome> {
  const stdout = collectedOutput();
  const stderr = collectedOutput();
  const edges = quietEdges({
    argv: ['login', '--with-token', ...args],
    env: { FLOWKIWI_URL: 'http://127.0.0.1:1', FLOWKIWI_CONFIG_DIR: '/nowhere' },
    platform: 'linux',
    homeDirectory: '/nowhere',
    stdin: { isTerminal: false, isClosed: () => Promise.resolve(false), readAll: () => Promise.reject(thrown), stream: process.stdin },
    stdout,
    stderr,
    interruption,
  });
  return { status: await runProgram(edges, '0'), stdout: stdout.text(), stderr: stderr.text() };
}

const BUG = new TypeError('cannot read Bearer abcdefghijklmnop of undefined');

test('what nobody expects is a bug of ours: exit 1, without its stack', async () => {
  expect(await runBroken([], BUG)).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'error: something went wrong inside flowkiwi: cannot read Bearer [redacted] of undefined\n' +
      'hint: this is a bug of flowkiwi; run the command with --debug and report what it shows\n',
  });
});

test('with --json in one line', async () => {
  const { status, stdout, stderr } = await runBroken(['--json'], BUG);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'internal', status: null, violations: [], request_id: null } });
  expect(stderr).toMatch(/^[^\n]+\n$/);
});

test('with --debug with its stack, without secrets', async () => {
  const { stderr } = await runBroken(['--debug'], BUG);
  expect(stderr).toContain('    at ');
  expect(stderr).not.toContain('abcdefghijklmnop');
});

test.each<[what: string, thrown: unknown]>([
  ['undefined', undefined],
  ['a text', 'text'],
  ['an object', { some: 'thing' }],
  ['an error without a message', new Error()],
])('%s that is thrown is one too', async (_what, thrown) => {
  const { status, stderr } = await runBroken([], thrown);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: something went wrong inside flowkiwi: .*\nhint: .+\n$/);
});

test('an error of ours keeps its code', async () => {
  expect((await runBroken([], new CliError('conflict', 'taken', { hint: 'another' }))).status).toBe(5);
});

test('an interruption wins over what it broke', async () => {
  const interruption = AbortSignal.abort(new CliError('terminated', 'terminated'));
  expect(await runBroken([], BUG, interruption)).toEqual({ status: 143, stdout: '', stderr: 'error: terminated\n' });
});
