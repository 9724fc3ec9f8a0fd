import { describe, expect, it, test } from 'vitest';
import type { Environment } from '../../src/environment.ts';
import { type ColourFlag, type ColourLevel, colourLevel, createPalette } from '../../src/output/colour.ts';

const CASES: readonly [env: Environment, stream: 'terminal' | 'pipe', flag: ColourFlag, level: ColourLevel][] = [
  [{}, 'terminal', 'auto', 1],
  [{}, 'pipe', 'auto', 0],
  [{ TERM: 'xterm' }, 'terminal', 'auto', 1],
  [{ TERM: 'xterm-256color' }, 'terminal', 'auto', 2],
  [{ TERM: 'xterm-256color' }, 'pipe', 'auto', 0],
  [{ COLORTERM: 'truecolor' }, 'terminal', 'auto', 3],
  [{ COLORTERM: '24bit' }, 'terminal', 'auto', 3],
  [{ TERM: 'dumb' }, 'terminal', 'auto', 0],
  [{ TERM: 'dumb', COLORTERM: 'truecolor' }, 'terminal', 'auto', 0],
  [{ CI: 'true' }, 'pipe', 'auto', 0],
  [{ NO_COLOR: '1' }, 'terminal', 'auto', 0],
  [{ NO_COLOR: '0' }, 'terminal', 'auto', 0],
  [{ NO_COLOR: '' }, 'terminal', 'auto', 1],
  [{ FORCE_COLOR: '1' }, 'pipe', 'auto', 1],
  [{ FORCE_COLOR: '2' }, 'pipe', 'auto', 2],
  [{ FORCE_COLOR: '3' }, 'pipe', 'auto', 3],
  [{ FORCE_COLOR: 'true' }, 'pipe', 'auto', 1],
  [{ FORCE_COLOR: 'true', TERM: 'xterm-256color' }, 'pipe', 'auto', 2],
  [{ FORCE_COLOR: '' }, 'pipe', 'auto', 0],
  [{ FORCE_COLOR: '0' }, 'terminal', 'auto', 0],
  [{ FORCE_COLOR: 'false' }, 'terminal', 'auto', 0],
  [{ FORCE_COLOR: '1', TERM: 'dumb' }, 'terminal', 'auto', 1],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, 'terminal', 'auto', 0],
  [{ FORCE_COLOR: '1', NO_COLOR: '' }, 'pipe', 'auto', 1],
  [{ NO_COLOR: '1' }, 'pipe', 'always', 1],
  [{ FORCE_COLOR: '0' }, 'pipe', 'always', 1],
  [{ TERM: 'dumb' }, 'pipe', 'always', 1],
  [{ TERM: 'screen-256color' }, 'pipe', 'always', 2],
  [{ FORCE_COLOR: '3' }, 'terminal', 'never', 0],
  [{}, 'terminal', 'never', 0],
];

describe('colourLevel', () => {
  test.each(CASES)('%j on a %s with --color %s is %i', (env, stream, flag, level) => {
    expect(colourLevel({ env, isTerminal: stream === 'terminal', flag })).toBe(level);
  });
});

describe('createPalette', () => {
  it('adds nothing at level 0', () => {
    expect(Object.values(createPalette(0)).map((style) => style('x'))).toEqual(Array(11).fill('x'));
  });

  it('colours at level 1', () => {
    expect(createPalette(1).error('x')).toBe('\x1b[31m\x1b[1mx\x1b[22m\x1b[39m');
  });
});
