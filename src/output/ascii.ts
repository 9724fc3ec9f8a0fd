import type { Output } from '../edges.ts';
import type { Environment } from '../environment.ts';
import { changedOutput } from './terminal-output.ts';

/**
 * Whether the environment names a character set other than UTF-8 (POSIX: `LC_ALL` wins over `LC_CTYPE`, that over `LANG`). One that names none,
 * as in most containers, is on a terminal with UTF-8 all the same; Windows takes text, whatever its character set.
 */
export function isWithoutUtf8(env: Environment, platform: NodeJS.Platform): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return platform !== 'win32' && locale !== '' && !/[Uu][Tt][Ff]-?8/.test(locale);
}

const GLYPHS: Readonly<Record<string, string>> = { '├': '|', '└': '`', '│': '|', '─': '-', '→': '->', '…': '...', '✔': '*' };

/** The same output with the glyphs of trees, arrows and ellipses in ASCII; all other text is what somebody has written. */
export function asciiOutput(output: Output): Output {
  return changedOutput(output, (content) =>
    typeof content === 'string' ? content.replace(/[├└│─→…✔]/g, (glyph) => GLYPHS[glyph] ?? glyph) : content,
  );
}
