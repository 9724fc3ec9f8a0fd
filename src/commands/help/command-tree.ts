import type { Effect } from '../../context/pins.ts';
import type { ProviderName } from '../../context/provider-defaults.ts';
import type { FieldType } from '../../output/view.ts';
import type { Argument, Command, CommandGroup } from '../kit/command.ts';
import type { Data } from '../kit/data.ts';
import { type ExitRow, exitRows } from '../kit/exit-codes.ts';
import { GLOBAL_OPTIONS } from '../kit/global-options.ts';
import { flag, type Option, type OptionType } from '../kit/option.ts';
import { type OrgUse, onlyProvider } from '../kit/provider.ts';
import { TOPICS } from './topics.ts';

/** The schema of all that `help --json` prints, as the package exports it: `docs/help.schema.json`. */
export const HELP_SCHEMA = 'flowkiwi/help.schema.json';

/** All commands as plain data: what `flowkiwi help --json` prints, and what completion answers from. */
export interface CommandTree {
  readonly schema: typeof HELP_SCHEMA;
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
  /** How it is called: `flowkiwi org create [options] [name]`. */
  readonly usage: string;
  readonly summary: string;
  readonly description: string | null;
  readonly arguments: readonly Omit<Argument, 'kind'>[];
  /** What stands after `--` when it runs another program; null when it does not. */
  readonly program: Omit<Argument, 'kind'> | null;
  /** The provider that it is for; null when it is for all of them. */
  readonly provider: ProviderName | null;
  /** What `--org` means to it at each provider. */
  readonly org: Readonly<Record<ProviderName, OrgUse>>;
  /** What it does to what is there; null when its options decide. */
  readonly effect: Effect | null;
  /** What it prints with `--json` at each provider; null where it has nothing to do. */
  readonly output: Readonly<Record<ProviderName, OutputData | null>>;
  readonly options: readonly OptionData[];
  readonly examples: readonly string[];
  readonly exits: readonly ExitRow[];
}

export interface OptionData {
  /** As in the help: `-o, --output <format>`. */
  readonly flags: string;
  readonly type: OptionType;
  /** Whether it may be given several times. */
  readonly repeatable: boolean;
  readonly summary: string;
  /** What holds without it, where the summary says so. */
  readonly default: string | null;
  /** Variables that say the same. */
  readonly variables: readonly string[];
  /** The values it takes, where they are few; null otherwise. */
  readonly choices: readonly string[] | null;
  /** Some of those that it takes. */
  readonly suggested?: readonly string[];
  /** The provider that it is for; null when it is for all of them. */
  readonly provider: ProviderName | null;
}

export interface OutputData {
  /** One object, a list of objects, or something else: events by `docs/apply-events.schema.json`, what a server or another program says, help. */
  readonly form: Data['form'];
  /** The members of each object, in their order. */
  readonly fields: readonly FieldData[];
}

/** A member by its JSON Schema. */
export interface FieldData {
  readonly name: string;
  readonly type: string | readonly string[];
  /** Of the items of an array. */
  readonly items?: { readonly type: string };
  /** Whether some options or answers alone bring it. */
  readonly optional: boolean;
}

export async function commandTree(groups: readonly CommandGroup[], commands: readonly Command[]): Promise<CommandTree> {
  return {
    schema: HELP_SCHEMA,
    groups: await Promise.all(groups.map(groupData)),
    commands: await Promise.all(commands.map((command) => commandData(command))),
    options: [
      ...GLOBAL_OPTIONS.map(optionData),
      optionData(flag('-h, --help', 'show help')),
      optionData(flag('-V, --version', 'show the version')),
    ],
    topics: TOPICS.map(({ name, summary }) => ({ name, summary })),
  };
}

export async function groupData({ name, summary, commands }: CommandGroup): Promise<GroupData> {
  return { name, summary, commands: await Promise.all(commands.map((command) => commandData(command, name))) };
}

/** A command by itself, or in the group with this name. */
export async function commandData(command: Command, group?: string): Promise<CommandData> {
  const {
    name,
    shortcut = null,
    summary,
    description = null,
    program = null,
    isFor,
    org,
    effect,
    data,
    options,
    examples,
    exits,
    ownExits,
  } = command;
  const output = async (provider: ProviderName) => (isFor[provider] ? outputData(await data[provider]()) : null);
  return {
    name,
    shortcut,
    usage: usageOf(command, group),
    summary,
    description,
    arguments: command.arguments.map(({ kind: _, ...shown }) => shown),
    program,
    provider: onlyProvider(isFor),
    org,
    effect,
    output: { flowkiwi: await output('flowkiwi'), zitadel: await output('zitadel') },
    options: Object.values(options).map(optionData),
    examples,
    exits: exitRows(exits, ownExits),
  };
}

function usageOf({ name, arguments: args, program }: Command, group: string | undefined): string {
  const words = [group, name, '[options]', ...args.map((argument) => `[${argument.name}]`), program && `-- ${program.name}...`];
  return ['flowkiwi', ...words].filter(Boolean).join(' ');
}

function outputData({ form, fields }: Data): OutputData {
  return { form, fields: fields.map(({ name, type, optional = false }) => ({ name, ...schemaOf(type), optional })) };
}

/** `string[] | null` as JSON Schema says it. */
function schemaOf(type: FieldType = 'string | null'): Pick<FieldData, 'type' | 'items'> {
  const [, name = '', list, or] = /^(\w+)(\[\])?( \| null)?$/.exec(type) ?? [];
  const own = list === undefined ? name : 'array';
  return { type: or === undefined ? own : [own, 'null'], ...(list !== undefined && { items: { type: name } }) };
}

/** The summary of an option names its default and its variables, for people, at the end and in brackets. */
function optionData({ flags, type, repeatable = false, summary, choices, suggested, isFor }: Option<unknown>): OptionData {
  const [, usual = null] = /\(default:? ([^)]+)\)/.exec(summary) ?? [];
  const [, variables = ''] = /\(((?:[A-Z]+_[A-Z_]+(?:, )?)+)\)/.exec(summary) ?? [];
  return {
    flags,
    type,
    repeatable,
    summary,
    default: usual,
    variables: variables.split(', ').filter(Boolean),
    choices: choices ?? null,
    ...(suggested && { suggested }),
    provider: onlyProvider(isFor),
  };
}
