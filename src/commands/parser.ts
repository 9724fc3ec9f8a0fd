import { CommanderError, Help, Command as Parser, Option as ParserOption } from 'commander';
import { CliError } from '../errors.ts';
import { closest } from '../output/closest.ts';
import type { Command, CommandGroup } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { exitLines } from './help/exit-codes.ts';
import { overviewText } from './help/overview.ts';
import type { Option } from './option.ts';

/** What the command line says: a command with its raw values, or a text that was asked for (help, version). */
export type Parsed =
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly raw: Readonly<Record<string, unknown>>;
      readonly args: readonly (string | undefined)[];
    }
  | { readonly kind: 'text'; readonly text: string };

/** Width of a help text, the same everywhere: the text of `flowkiwi --help` is made when flowkiwi is built. */
const HELP_COLUMNS = 80;

export interface ParserOptions {
  readonly groups: readonly CommandGroup[];
  readonly commands: readonly Command[];
  readonly version: string;
}

/**
 * Reads a command line. Throws `usage` for anything that it does not know, with what was probably meant.
 * Neither prints nor exits.
 */
export function parse(argv: readonly string[], { groups, commands, version }: ParserOptions): Parsed {
  let parsed: Parsed | undefined;
  const texts: string[] = [];
  const plain = new Help();
  const root: Parser = new Parser('flowkiwi')
    .description('Onboard onto Flowkiwi: sign in, create an organization and an instance, read them back.')
    .helpCommand(false)
    .optionsGroup('Global options:')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      visibleOptions: (command) => [...(command === root ? [] : command.options), ...plain.visibleOptions(root)],
      formatHelp: (command, helper) => (command === root ? overview(root, helper) : plain.formatHelp(command, helper)),
    })
    .configureOutput({
      writeOut: (text) => texts.push(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => HELP_COLUMNS,
      getErrHelpWidth: () => HELP_COLUMNS,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  const declare = (parser: Parser, option: Option<unknown>) => parser.addOption(parserOption(option, argv));
  for (const option of GLOBAL_OPTIONS) declare(root, option);
  root.version(version, '-V, --version', 'show the version');

  const add = (parent: Parser, command: Command, name: string, hidden: boolean) => {
    const parser = parent
      .command(name, { hidden })
      .summary(command.summary)
      .description(command.description ?? sentence(command.summary));
    // A command whose name is not among the words cannot be the one that is called.
    if (!argv.includes(name)) return;
    for (const { name: argument, summary } of command.arguments) parser.argument(`[${argument}]`, summary);
    for (const option of Object.values(command.options)) declare(parser, option);
    parser.addHelpText('after', [...block('Examples', command.examples), ...block('Exit codes', exitLines(command.exits))].join('\n'));
    if (command.program)
      parser.argument(`[${command.program.name}...]`, command.program.summary).usage(`[options] -- ${command.program.name}…`);
    parser.action(() => {
      const args = command.program ? programWords(parser.args, argv, command) : parser.args;
      parsed = { kind: 'command', command, raw: parser.optsWithGlobals(), args };
    });
  };
  for (const command of commands) add(root, command, command.name, false);
  for (const { name, summary, commands: members } of groups) {
    const group = root.command(name).summary(summary).description(sentence(summary));
    for (const command of members) {
      if (argv.includes(name)) add(group, command, command.name, false);
      if (command.shortcut) add(root, command, command.shortcut, true);
    }
  }

  try {
    root.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text: texts.join('') };
    throw usageError(error, argv, groups);
  }
  if (parsed) return parsed;
  throw new CliError('usage', 'no command is given', { hint: 'flowkiwi --help lists the commands' });
}

/** The words of another program: all that stand after the first `--`, and none before it. Throws `usage`. */
function programWords(words: readonly string[], argv: readonly string[], { name, examples }: Command): readonly string[] {
  const dashes = argv.indexOf('--');
  const after = dashes === -1 ? [] : argv.slice(dashes + 1);
  const example = { hint: `for example: ${examples[0]}` };
  if (dashes === -1) throw new CliError('usage', `${name} needs -- and a command after it`, example);
  const [surplus] = words.slice(0, words.length - after.length);
  if (surplus !== undefined)
    throw new CliError('usage', `${JSON.stringify(surplus)} stands before --, the command of ${name} after it`, example);
  if (after.length === 0) throw new CliError('usage', `no command is given after --`, example);
  return after;
}

/** What the root's help says, in an order of its own. */
function overview(root: Parser, helper: Help): string {
  return overviewText({
    description: helper.boxWrap(root.description(), HELP_COLUMNS),
    commands: helper.visibleCommands(root).map((command) => [command.name(), command.summary()]),
    options: helper.visibleOptions(root).map((option) => [option.flags, option.description]),
    item: (term, width, summary) => helper.formatItem(term, width, summary, helper),
  });
}

/** Lines of a help text under a heading. */
function block(heading: string, lines: readonly string[]): readonly string[] {
  return ['', `${heading}:`, ...lines.map((line) => `  ${line}`)];
}

function parserOption(option: Option<unknown>, argv: readonly string[]): ParserOption {
  const parserOption = new ParserOption(option.flags, option.summary);
  parserOption.attributeName = () => option.attribute;
  if (option.group) parserOption.helpGroup(option.group);
  if (parserOption.required) {
    parserOption.argParser((value: string, previous: unknown) => {
      const checked = notAnOption(value, parserOption, argv);
      return option.repeatable ? [...(Array.isArray(previous) ? previous : []), checked] : checked;
    });
  }
  return parserOption;
}

/** The parser would take `--json` as the name in `--profile --json`. */
function notAnOption(value: string, option: ParserOption, argv: readonly string[]): string {
  if (/^-(?:-.|[a-zA-Z]$)/.test(value) && argv.includes(value)) {
    throw new CliError('usage', `${option.long} needs a value, ${JSON.stringify(value)} is an option`, {
      hint: `a value that begins with a hyphen: ${option.long}=${value}`,
    });
  }
  return value;
}

function usageError(error: CommanderError, argv: readonly string[], groups: readonly CommandGroup[]): CliError {
  const group = groups.find(({ name }) => argv.includes(name))?.name;
  const help = `flowkiwi ${group ? `${group} ` : ''}--help`;
  if (error.code === 'commander.help') {
    const what = group ? `flowkiwi ${group}: no command is given` : 'no command is given';
    return new CliError('usage', what, { hint: `${help} lists the commands` });
  }
  const message = error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?');
  return new CliError('usage', message + (message.includes('did you mean') ? '' : meantShortcut(message, groups)), { hint: help });
}

/** The parser suggests no hidden command, and the shortcuts are hidden in the help. */
function meantShortcut(message: string, groups: readonly CommandGroup[]): string {
  const [, typed] = /^unknown command '(.*)'$/.exec(message) ?? [];
  const shortcuts = groups.flatMap(({ commands }) => commands.flatMap(({ shortcut }) => shortcut ?? []));
  const meant = typed === undefined ? undefined : closest(typed, shortcuts);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
