import { CommanderError, type Help, Command as Parser, Option as ParserOption } from 'commander';
import { assertNoContent } from '../../context/secret-file.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi, helpWith } from '../../hint.ts';
import type { ColourFlag } from '../../output/colour.ts';
import { calledCommand, commandAt, operandsOf } from './called-command.ts';
import type { Command, Commands } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { commandHelp, HELP_COLUMNS, nounHelp } from './help-text.ts';
import { meantCommands } from './meant-command.ts';
import { alternatives, type Option } from './option.ts';
import { FIRST_MINUTE, overviewText } from './overview.ts';
import { optionError, optionName, tokenInCommandLine, unknownOption, WITH_TOKEN } from './unknown-option.ts';

/**
 * What the command line says: a command with its raw values, a text that was asked for (help, version), or nothing: no
 * command at all, which the overview answers.
 */
export type Parsed =
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly raw: Readonly<Record<string, unknown>>;
      readonly args: readonly (string | undefined)[];
    }
  | AskedText
  | { readonly kind: 'nothing'; readonly text: string };

/** A text that was asked for. */
export interface AskedText {
  readonly kind: 'text';
  readonly about: 'help' | 'version';
  readonly text: string;
  /** The words of the command that was named beside it; none for `flowkiwi --help`. */
  readonly path: readonly string[];
  /** Whether the last word asked for it. */
  readonly isLast: boolean;
}

export interface ParserOptions extends Commands {
  readonly version: string;
}

/**
 * Reads a command line with all commands. Throws `usage` for anything that it does not know, with what was probably meant.
 * Neither prints nor exits.
 */
export function parse(argv: readonly string[], all: ParserOptions): Parsed {
  const parsed = parseWith(argv, all, { isWhole: true });
  if (parsed) return parsed;
  throw noCommand();
}

/**
 * The same with those commands only that a word of the line may call, which are the ones that it needs when it is spelt right. Undefined for a
 * line that asks for help, and for one that cannot be read: what it probably means is known by all commands alone.
 */
export function parseCalled(argv: readonly string[], some: ParserOptions): Parsed | undefined {
  return argv.some((word) => word === '--help' || word === '-h') ? undefined : parseWith(argv, some, { isWhole: false });
}

function parseWith(argv: readonly string[], options: ParserOptions, { isWhole }: { readonly isWhole: boolean }): Parsed | undefined {
  const { groups, commands, version } = options;
  let parsed: Parsed | undefined;
  const texts: string[] = [];
  const declared = new Map<Parser, Command>();
  const examplesOf = (noun: Parser) => noun.commands.flatMap((parser) => declared.get(parser)?.examples[0] ?? []).slice(0, 3);
  const root: Parser = new Parser('flowkiwi')
    .description('Onboard onto Flowkiwi: sign in, create an organization and an instance, read them back.')
    .helpCommand(false)
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureHelp({
      formatHelp: (parser, helper) => {
        const command = declared.get(parser);
        if (command) return commandHelp(parser, command);
        return parser === root ? overview(root, helper) : nounHelp(parser, examplesOf(parser));
      },
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
    declared.set(parser, command);
    // A command whose name is not among the words cannot be the one that is called.
    if (!argv.includes(name)) return;
    for (const { name: argument, summary } of command.arguments) parser.argument(`[${argument}]`, summary);
    for (const option of Object.values(command.options)) declare(parser, option);
    if (command.program)
      parser.argument(`[${command.program.name}...]`, command.program.summary).usage(`[options] -- ${command.program.name}…`);
    parser.action(() => {
      const args = command.program ? programWords(parser.args, argv, command, calledCommand(root, argv)) : parser.args;
      parsed = { kind: 'command', command, raw: parser.optsWithGlobals(), args };
    });
  };
  for (const command of commands) add(root, command, command.name, false);
  for (const { name, summary, commands: members } of groups) {
    for (const command of members) if (command.shortcut) add(root, command, command.shortcut, true);
    const words = name.split(' ');
    if (!isWhole && !words.every((word) => argv.includes(word))) continue;
    const group = commandAt(root, words.slice(0, -1))
      .command(words.at(-1) ?? name)
      .summary(summary)
      .description(sentence(summary))
      .helpCommand('help [command]', 'show help');
    for (const command of members) add(group, command, command.name, false);
  }

  try {
    root.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (!isWhole) return undefined;
    const [stray] = error.code === 'commander.helpDisplayed' ? strayWords(root) : [];
    if (stray !== undefined)
      return parse(
        argv.filter((word) => word !== '--help' && word !== '-h'),
        { groups, commands, version },
      );
    if (error.exitCode === 0) {
      const path = calledCommand(root, argv);
      const joined = ours(argv).some((word) => TEXT_WORDS.has(word)) ? undefined : ours(argv).find((word) => /^-[^-]./s.test(word));
      if (joined !== undefined) throw unknownOption(root, path, joined);
      const about = error.code === 'commander.version' ? 'version' : 'help';
      return { kind: 'text', about, text: texts.join(''), path, isLast: TEXT_WORDS.has(argv.at(-1) ?? '') };
    }
    if (error.code === 'commander.help' && root.args.length === 0) return { kind: 'nothing', text: FIRST_MINUTE };
    throw usageError(error, argv, root);
  }
  return parsed;
}

export function noCommand(): CliError {
  return new CliError('usage', 'no command is given', { hint: helpWith('to see the commands', '--help') });
}

/** What asks for a text, by itself alone: `-Vienna` is a name, or a mistake. */
const TEXT_WORDS: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version']);

/** Words where a command was expected, when the help of the program or of a group was shown in its place: `flowkiwi aply --help`. */
function strayWords(parser: Parser): readonly string[] {
  if (parser.commands.length === 0) return [];
  const words = parser.args.filter((word) => !word.startsWith('-'));
  const called = parser.commands.find((command) => command.name() === words[0]);
  return called ? strayWords(called) : words;
}

/** The words of another program: all that stand after the first `--`, and none before it. Throws `usage`. */
function programWords(words: readonly string[], argv: readonly string[], { name }: Command, path: readonly string[]): readonly string[] {
  const dashes = argv.indexOf('--');
  const after = dashes === -1 ? [] : argv.slice(dashes + 1);
  const example = { hint: helpWith('for example', ...path, '--', './onboard.sh') };
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
    item: (term, width, summary) => helper.formatItem(term, width, summary, helper),
  });
}

function parserOption(option: Option<unknown>, argv: readonly string[]): ParserOption {
  const parserOption = new ParserOption(option.flags, option.summary);
  parserOption.attributeName = () => option.attribute;
  if (option.group) parserOption.helpGroup(option.group);
  if (parserOption.required) {
    parserOption.argParser((value: string, previous: unknown) => {
      const checked = notAnOption(withoutSign(value, parserOption, argv), parserOption, argv);
      return option.repeatable ? [...(Array.isArray(previous) ? previous : []), checked] : checked;
    });
  }
  return parserOption;
}

/** `-o=json` is `-o json`: the sign joins a value to the long name of an option, and is often taken to join it to the short one. */
function withoutSign(value: string, { short }: ParserOption, argv: readonly string[]): string {
  return short !== undefined && value.startsWith('=') && argv.includes(`${short}${value}`) ? value.slice(1) : value;
}

/** The parser would take `--json` as the name in `--profile --json`. What may be a secret is not repeated. */
function notAnOption(value: string, option: ParserOption, argv: readonly string[]): string {
  if (option.flags.endsWith(' <file>')) assertNoContent(value, option.long ?? option.flags);
  if (/^-(?:-.|[a-zA-Z]$)/.test(value) && argv.includes(value)) {
    const name = optionName(value);
    const what = name === undefined ? 'what follows it begins like an option' : `${JSON.stringify(name)} is an option`;
    throw new CliError('usage', `${option.long} needs a value, ${what}`, {
      hint: `a value that begins with a hyphen: ${option.long}=${name ?? 'VALUE'}`,
    });
  }
  return value;
}

function usageError(error: CommanderError, argv: readonly string[], root: Parser): CliError {
  const path = calledCommand(root, argv);
  const help = flowkiwi(...path, '--help');
  switch (error.code) {
    case 'commander.help':
      return new CliError('usage', `${['flowkiwi', ...path].join(' ')}: no command is given`, {
        hint: { say: 'to see the commands', command: help },
      });
    case 'commander.unknownCommand':
      return unknownCommand(root, path, operandsOf(root, argv)[path.length] ?? '');
    case 'commander.excessArguments':
      if (argv.includes(WITH_TOKEN)) return tokenInCommandLine();
      return new CliError('usage', `too many arguments for ${path.join(' ')}`, {
        hint: { say: 'put names with spaces in quotes, as in "Acme Corp"; to see what it takes', command: help },
      });
    default:
      return optionError(root, { path, message: error.message, words: ours(argv) });
  }
}

/** For a word that is no command behind the words of `path`. */
function unknownCommand(root: Parser, path: readonly string[], word: string): CliError {
  const meant = meantCommands(root, path, word).map((command) => `flowkiwi ${command}`);
  const question = meant.length === 0 ? '' : `; did you mean ${alternatives(meant)}?`;
  return new CliError('usage', `unknown command '${word}'${question}`, { hint: { command: flowkiwi(...path, '--help') } });
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

// An error has to look as the command line asks for, also when that line could not be parsed.

/** Whether a command line asks for JSON. */
export function wantsJson(argv: readonly string[]): boolean {
  return given(argv, '-o', '--output').includes('json') || ours(argv).some((word) => word === '--json' || word === '-ojson');
}

/** The expression of jq that a command line gives. */
export function wantedJq(argv: readonly string[]): string | undefined {
  return given(argv, '--jq').at(-1);
}

/** The profile that a command line names. */
export function wantedProfile(argv: readonly string[]): string | undefined {
  return given(argv, '--profile').at(-1);
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
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    return names.includes(name) ? (value ?? words[index + 1] ?? []) : [];
  });
}

/** The words that are not another program's. */
function ours(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}
