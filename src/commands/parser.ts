import { CommanderError, Command as Parser, Option as ParserOption } from 'commander';
import { CliError } from '../errors.ts';
import { closest } from '../output/closest.ts';
import type { Command, CommandGroup } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
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
  const root = new Parser('flowkiwi')
    .description('Onboard onto Flowkiwi: sign in, create an organization and an instance, read them back.')
    .helpCommand(false)
    .helpOption('-h, --help', 'show help')
    .version(version, '-V, --version', 'show the version')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
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

  const add = (parent: Parser, command: Command, name: string, hidden: boolean) => {
    const parser = parent
      .command(name, { hidden })
      .summary(command.summary)
      .description(command.description ?? sentence(command.summary));
    // A command whose name is not among the words cannot be the one that is called.
    if (!argv.includes(name)) return;
    for (const { name: argument, summary } of command.arguments) parser.argument(`[${argument}]`, summary);
    for (const option of Object.values(command.options)) declare(parser, option);
    parser.addHelpText('after', `\nExamples:\n${command.examples.map((example) => `  ${example}`).join('\n')}`);
    parser.action(() => {
      parsed = { kind: 'command', command, raw: parser.optsWithGlobals(), args: parser.args };
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

function parserOption(option: Option<unknown>, argv: readonly string[]): ParserOption {
  const parserOption = new ParserOption(option.flags, option.summary);
  if (option.group) parserOption.helpGroup(option.group);
  if (parserOption.required) parserOption.argParser((value: string) => notAnOption(value, parserOption, argv));
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
