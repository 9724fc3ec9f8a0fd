import { expect, test } from 'vitest';
import { mayCopy, timeLeft } from '../../../src/commands/auth/waiting.ts';
import { createPrompter } from '../../../src/context/prompter.ts';
import { createPalette } from '../../../src/output/colour.ts';
import { quietEdges } from '../../support/edges.ts';

test.each<[milliseconds: number, shown: string]>([
  [300_000, '5:00'],
  [272_001, '4:33'],
  [59_000, '0:59'],
  [1, '0:01'],
  [-5, '0:00'],
  [3_600_000, '60:00'],
])('%d ms are %s', (milliseconds, shown) => {
  expect(timeLeft(milliseconds)).toBe(shown);
});

const PROMPTER = createPrompter(quietEdges(), {
  palette: () => createPalette(0),
  onChange: () => Promise.resolve(),
  whileAsking: (work) => work(),
});

test.each<[what: string, code: string, TERM: string, isThere: boolean, mayBe: boolean]>([
  ['a code', 'VSTH-BLMC', 'xterm', true, true],
  ['one with blanks', '123 456', 'xterm', true, true],
  ['a command', 'x; rm -rf /', 'xterm', true, false],
  ['lines', 'ls\nls\n', 'xterm', true, false],
  ['an option', '--help', 'xterm', true, false],
  ['nobody there', 'VSTH-BLMC', 'xterm', false, false],
  ['a terminal without a clipboard', 'VSTH-BLMC', 'linux', true, false],
])('whether %s can be copied', (_, code, TERM, isThere, mayBe) => {
  const prompter = isThere ? PROMPTER : undefined;
  expect(mayCopy({ edges: quietEdges({ env: { TERM } }), prompter }, code)).toBe(mayBe);
});
