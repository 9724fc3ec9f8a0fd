import type { Command as Parser, Option as ParserOption } from 'commander';
import { Help } from 'commander';
import type { Command } from './command.ts';
import { exitLines } from './exit-codes.ts';

/** Width of a help text, the same everywhere: some of them are made when flowkiwi is built. */
export const HELP_COLUMNS = 80;
const layout = Object.assign(new Help(), { helpWidth: HELP_COLUMNS, subcommandTerm: (command: Parser) => command.name() });

/** A block of a help text: a heading, and what stands beneath it. */
type Block = readonly [heading: string, lines: readonly string[]];

/** The help of a command: what it is called with, its own options, examples, what only another provider takes, how it ends. Pure. */
export function commandHelp(parser: Parser, command: Command): string {
  const { examples, exits, ownExits, details } = command;
  const groups = optionGroups(parser);
  // What the usual provider takes comes before the examples, and so does all of a command that is for one provider alone.
  const isLate = (heading: string) => command.isFor.flowkiwi && heading.endsWith('ZITADEL:');
  const late = groups.filter(([heading]) => isLate(heading));
  return page(parser, [
    ['Arguments:', items(layout.visibleArguments(parser).map((one) => [layout.argumentTerm(one), layout.argumentDescription(one)]))],
    ...groups.filter(([heading]) => !isLate(heading)),
    ['Examples:', examples.flatMap(exampleLines)],
    ...late.map(([heading, lines]): Block => [heading, details === undefined ? lines : [...paragraph(details, 2), '', ...lines]]),
    ['Exit codes:', exitLines(exits, ownExits).map((line) => `  ${line}`)],
  ]);
}

/** The help of a noun: its commands, and what can be done with them. Pure. */
export function nounHelp(parser: Parser, examples: readonly string[]): string {
  const commands = layout.visibleCommands(parser).filter((command) => command.name() !== 'help');
  return page(parser, [
    ['Commands:', items(commands.map((command) => [command.name(), command.summary()]))],
    ['Examples:', examples.flatMap(exampleLines)],
  ]);
}

function page(parser: Parser, blocks: readonly Block[]): string {
  const texts = blocks.filter(([, lines]) => lines.length > 0).map(([heading, lines]) => [heading, ...lines].join('\n'));
  const about = paragraph(parser.description()).join('\n');
  return `${[`Usage: ${usageOf(parser)}`, about, ...texts, 'Options of every command (--profile, --org, --json): flowkiwi help options'].join('\n\n')}\n`;
}

/** `flowkiwi org create [options] [name]`; a noun is called with a command. */
function usageOf(parser: Parser): string {
  return parser.commands.length === 0
    ? layout.commandUsage(parser)
    : layout.commandUsage(parser).replace(/\[options\] \[command\]$/, '<command>');
}

/** The options of a command under their headings; its own come first. */
function optionGroups(parser: Parser): readonly Block[] {
  const groups = new Map<string, ParserOption[]>([['Options:', []]]);
  for (const option of parser.options) {
    const heading = option.helpGroupHeading ?? 'Options:';
    groups.set(heading, [...(groups.get(heading) ?? []), option]);
  }
  const entries = ({ flags, description }: ParserOption): Entry => [flags, description];
  return [...groups].map(([heading, options]) => [heading, items(options.map(entries))]);
}

type Entry = readonly [term: string, summary: string];

/** Terms with what is said of each beside it, wrapped. */
function items(entries: readonly Entry[]): readonly string[] {
  const width = Math.max(0, ...entries.map(([term]) => term.length));
  return entries.flatMap(([term, summary]) => layout.formatItem(term, width, summary, layout).split('\n'));
}

function paragraph(text: string, indent = 0): readonly string[] {
  const margin = ' '.repeat(indent);
  return layout
    .boxWrap(text, HELP_COLUMNS - indent)
    .split('\n')
    .map((line) => `${margin}${line}`);
}

/** A command line of an example; one that is too long goes on in the next line, as a shell reads it. */
function exampleLines(example: string): readonly string[] {
  // An option stays with its value.
  const words = example.match(/(?:--[\w-]+ (?!-))?(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const lines: string[] = [];
  let line = ' ';
  for (const word of words) {
    if (line.length + 1 + word.length + 2 > HELP_COLUMNS) {
      lines.push(`${line} \\`);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
