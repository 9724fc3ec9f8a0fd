import { expect, test } from 'vitest';
import { canAsk } from '../../src/context/prompter.ts';
import type { Edges } from '../../src/edges.ts';
import { saysYes } from '../../src/environment.ts';

function surroundings({ stdin = true, stderr = true, env = {} }): Pick<Edges, 'stdin' | 'stderr' | 'env'> {
  const never = () => Promise.reject(new Error('not used'));
  return {
    env,
    stdin: { isTerminal: stdin, isClosed: () => Promise.resolve(false), readAll: never, stream: process.stdin },
    stderr: { isTerminal: stderr, columns: 80, write: never, isClosed: () => false, stream: process.stderr },
  };
}

const ASK = { input: true, json: false };

test.each<[what: string, given: Parameters<typeof surroundings>[0], options: Parameters<typeof canAsk>[1], answer: boolean]>([
  ['a person at a terminal', {}, ASK, true],
  ['--no-input', {}, { ...ASK, input: false }, false],
  ['--json', {}, { ...ASK, json: true }, false],
  ['standard input from elsewhere', { stdin: false }, ASK, false],
  ['standard error to elsewhere', { stderr: false }, ASK, false],
  ['CI', { env: { CI: 'true' } }, ASK, false],
  ['CI=1', { env: { CI: '1' } }, ASK, false],
  ['CI of a name', { env: { CI: 'woodpecker' } }, ASK, false],
  ['CI=false', { env: { CI: 'false' } }, ASK, true],
  ['an empty CI', { env: { CI: '' } }, ASK, true],
  ['an agent', { env: { CLAUDECODE: '1' } }, ASK, false],
  ['another agent', { env: { AI_AGENT: 'some-agent' } }, ASK, false],
  ['one in a sandbox of its own', { env: { CODEX_SANDBOX: 'seatbelt' } }, ASK, false],
  ['a setting for an agent', { env: { CODEX_HOME: '/home/jane/.codex' } }, ASK, true],
  ['an agent that says otherwise', { env: { GEMINI_CLI: '1', FLOWKIWI_AGENT: '0' } }, ASK, true],
  ['FLOWKIWI_AGENT', { env: { FLOWKIWI_AGENT: '1' } }, ASK, false],
  ['FLOWKIWI_NO_INPUT', { env: { FLOWKIWI_NO_INPUT: '1' } }, ASK, false],
  ['FLOWKIWI_NO_INPUT=0', { env: { FLOWKIWI_NO_INPUT: '0' } }, ASK, true],
])('%s', (_what, given, options, answer) => {
  expect(canAsk(surroundings(given), options)).toBe(answer);
});

test.each([
  [undefined, false],
  ['', false],
  ['0', false],
  ['false', false],
  ['FALSE', false],
  ['no', false],
  ['1', true],
  ['true', true],
  ['yes', true],
  ['anything', true],
])('a variable set to %j says %s', (value, answer) => {
  expect(saysYes({ NAME: value }, 'NAME')).toBe(answer);
});
