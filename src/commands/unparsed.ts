import type { ColourFlag } from '../output/colour.ts';

// An error has to look as the command line asks for, also when that line could not be parsed.

/** Whether a command line asks for JSON. */
export function wantsJson(argv: readonly string[]): boolean {
  return given(argv, '-o', '--output').includes('json') || ours(argv).some((word) => word === '--json' || word === '-ojson');
}

/** The colour that a command line asks for. */
export function wantedColour(argv: readonly string[]): ColourFlag {
  const flag = given(argv, '--color').at(-1);
  return flag === 'always' || flag === 'never' ? flag : 'auto';
}

/** Values that stand behind one of the names, or joined to it by `=`. */
function given(argv: readonly string[], ...names: readonly string[]): readonly string[] {
  const words = ours(argv);
  return words.flatMap((word, index) => {
    const [name = '', value] = word.split('=', 2);
    return names.includes(name) ? (value ?? words[index + 1] ?? []) : [];
  });
}

/** The words that are not another program's. */
function ours(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}
