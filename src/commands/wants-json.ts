/**
 * Whether a command line asks for JSON, also one that cannot be parsed: its error has to be JSON as well.
 */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  return words.some((word, index) => {
    if (word === '--json' || word === '-ojson' || word === '--output=json') return true;
    return (word === '-o' || word === '--output') && words[index + 1] === 'json';
  });
}
