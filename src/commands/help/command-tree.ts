import type { ProviderName } from '../../context/provider-defaults.ts';
import type { Argument, Command, CommandGroup } from '../kit/command.ts';
import { type ExitRow, exitRows } from '../kit/exit-codes.ts';
import { GLOBAL_OPTIONS } from '../kit/global-options.ts';
import type { Option } from '../kit/option.ts';
import { type OrgUse, onlyProvider } from '../kit/provider.ts';
import { TOPICS } from './topics.ts';

/** All commands as plain data: what `flowkiwi help --json` prints, and what completion answers from. */
export interface CommandTree {
  readonly groups: readonly GroupData[];
  readonly commands: readonly CommandData[];
  /** The options of every command. */
  readonly options: readonly OptionData[];
  readonly topics: readonly { readonly name: string; readonly summary: string }[];
}

export interface GroupData {
  /** The words that come before the names of its commands: `org`, `org member`. */
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandData[];
}

export interface CommandData {
  readonly name: string;
  /** Another name at the top level; null when it has none. */
  readonly shortcut: string | null;
  readonly summary: string;
  readonly description: string | null;
  readonly arguments: readonly Omit<Argument, 'kind'>[];
  /** What stands after `--` when it runs another program; null when it does not. */
  readonly program: Omit<Argument, 'kind'> | null;
  /** The provider that it is for; null when it is for all of them. */
  readonly provider: ProviderName | null;
  /** What `--org` means to it at each provider. */
  readonly org: Readonly<Record<ProviderName, OrgUse>>;
  readonly options: readonly OptionData[];
  readonly examples: readonly string[];
  readonly exits: readonly ExitRow[];
}

export interface OptionData {
  /** As in the help: `-o, --output <format>`. */
  readonly flags: string;
  readonly summary: string;
  /** The values it takes, where they are few; null otherwise. */
  readonly choices: readonly string[] | null;
  /** The provider that it is for; null when it is for all of them. */
  readonly provider: ProviderName | null;
}

export function commandTree(groups: readonly CommandGroup[], commands: readonly Command[]): CommandTree {
  return {
    groups: groups.map(groupData),
    commands: commands.map(commandData),
    options: [
      ...GLOBAL_OPTIONS.map(optionData),
      { flags: '-h, --help', summary: 'show help', choices: null, provider: null },
      { flags: '-V, --version', summary: 'show the version', choices: null, provider: null },
    ],
    topics: TOPICS.map(({ name, summary }) => ({ name, summary })),
  };
}

export function groupData({ name, summary, commands }: CommandGroup): GroupData {
  return { name, summary, commands: commands.map(commandData) };
}

export function commandData(command: Command): CommandData {
  const { name, shortcut = null, summary, description = null, program = null, isFor, org, options, examples, exits, ownExits } = command;
  const declared = Object.values(options).map(optionData);
  return {
    name,
    shortcut,
    summary,
    description,
    arguments: command.arguments.map(({ kind: _, ...shown }) => shown),
    program,
    provider: onlyProvider(isFor),
    org,
    options: declared,
    examples,
    exits: exitRows(exits, ownExits),
  };
}

function optionData({ flags, summary, choices, isFor }: Option<unknown>): OptionData {
  return { flags, summary, choices: choices ?? null, provider: onlyProvider(isFor) };
}
