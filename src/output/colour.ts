import { Chalk } from 'chalk';
import type { Environment } from '../environment.ts';

/** 0 = none, 1 = 16 colours, 2 = 256 colours, 3 = true colour. */
export type ColourLevel = 0 | 1 | 2 | 3;

export type ColourFlag = 'auto' | 'always' | 'never';

/**
 * Whether one stream is coloured; decided for stdout and stderr apart. In this order: the `--color` flag; `NO_COLOR` non-empty turns it off
 * (no-color.org), also when `FORCE_COLOR` is set; `FORCE_COLOR` non-empty turns it on (`0` and `false` turn it off, `1` to `3` are the level);
 * a stream that is not a terminal and `TERM=dumb` have none.
 */
export function colourLevel({ env, isTerminal, flag }: { env: Environment; isTerminal: boolean; flag: ColourFlag }): ColourLevel {
  if (flag === 'never') return 0;
  if (flag === 'always') return terminalLevel(env);
  if (env['NO_COLOR']) return 0;
  if (env['FORCE_COLOR']) return forcedLevel(env['FORCE_COLOR'], env);
  if (!isTerminal || env['TERM'] === 'dumb') return 0;
  return terminalLevel(env);
}

function forcedLevel(force: string, env: Environment): ColourLevel {
  if (force === '0' || force === 'false') return 0;
  if (force === '1') return 1;
  if (force === '2') return 2;
  if (force === '3') return 3;
  return terminalLevel(env);
}

function terminalLevel(env: Environment): Exclude<ColourLevel, 0> {
  if (env['COLORTERM'] === 'truecolor' || env['COLORTERM'] === '24bit') return 3;
  return /-256(color)?$/i.test(env['TERM'] ?? '') ? 2 : 1;
}

/** Styles by what they mean. Each takes text that is terminal-safe already. */
export interface Palette {
  /** Column headings and labels. */
  readonly heading: Style;
  /** What may be overlooked. */
  readonly dim: Style;
  /** Commands to type. */
  readonly command: Style;
  readonly id: Style;
  readonly success: Style;
  readonly warning: Style;
  readonly error: Style;
  /** Of JSON: names of members, strings, numbers, and `true`, `false` and `null`. */
  readonly key: Style;
  readonly text: Style;
  readonly number: Style;
  readonly literal: Style;
}

export type Style = (text: string) => string;

/** The level is ours to decide: chalk's own detection ignores `NO_COLOR`. Only the 16 colours that every terminal theme adapts are used. */
export function createPalette(level: ColourLevel): Palette {
  const chalk = new Chalk({ level });
  return {
    heading: chalk.dim,
    dim: chalk.dim,
    command: chalk.bold,
    id: chalk.cyan,
    success: chalk.green,
    warning: chalk.yellow,
    error: chalk.red.bold,
    key: chalk.blue.bold,
    text: chalk.green,
    number: chalk.cyan,
    literal: chalk.yellow,
  };
}
