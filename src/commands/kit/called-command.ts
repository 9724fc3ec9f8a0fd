import type { Option, Command as Parser } from 'commander';

/** The words of the command that a line calls, as far as there is one: `org create`. Pure. */
export function calledCommand(root: Parser, argv: readonly string[]): readonly string[] {
  const words: string[] = [];
  let parser: Parser | undefined = root;
  for (const operand of operandsOf(root, argv)) {
    parser = parser.commands.find((command) => command.name() === operand);
    if (parser === undefined) break;
    words.push(operand);
  }
  return words;
}

/** The parser of the command that the words call, as far as there is one. */
export function commandAt(root: Parser, words: readonly string[]): Parser {
  return words.reduce((parser, word) => parser.commands.find((command) => command.name() === word) ?? parser, root);
}

/** The words of a line that are neither options nor their values, up to the first `--`. Pure. */
export function operandsOf(root: Parser, argv: readonly string[]): readonly string[] {
  const withValue = new Set(optionsOf(root).flatMap(({ required, short, long }) => (required ? [short, long] : [])));
  const operands: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') break;
    if (withValue.has(word)) index += 1;
    else if (!word.startsWith('-') || word === '-') operands.push(word);
  }
  return operands;
}

/** The options of a command and of those below it, as far as they are declared. */
export function optionsOf(parser: Parser): readonly Option[] {
  return [...parser.options, ...parser.commands.flatMap(optionsOf)];
}
