import type { Context } from '../../context/context.ts';
import type { Effect } from '../../context/pins.ts';
import { wrongProvider } from '../../context/profile.ts';
import type { ForProvider, ProviderName } from '../../context/provider-defaults.ts';
import type { ErrorCode } from '../../errors.ts';
import type { TextKind } from '../../incoming-text.ts';
import type { DataSource } from './data.ts';
import type { OwnExits } from './exit-codes.ts';
import { isGiven, type Option, optionName } from './option.ts';
import { checkOrg, eachProvider, type OrgUse, requireProvider, rowOf } from './provider.ts';
import type { Result } from './result.ts';

/** A positional argument. None is required by the parser: the command asks for it, or names it in a usage error. */
export interface Argument {
  /** As it stands in the usage line: `NAME`. */
  readonly name: string;
  readonly kind: TextKind;
  readonly summary: string;
  /** The values it takes, where they are few. */
  readonly choices?: readonly string[];
}

type Options = Readonly<Record<string, Option<unknown>>>;

/** The checked values of declared options, by their keys. */
export type OptionValues<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** What a command says of itself: help, parsing and completion are made from it. */
export interface CommandDeclaration<O extends Options> {
  readonly name: string;
  /** One line, no full stop. */
  readonly summary: string;
  readonly description?: string;
  /** What is different at ZITADEL; stands above its options there. */
  readonly details?: string;
  readonly arguments?: readonly Argument[];
  /** Another program that it runs: all that stands after `--`, which becomes `args`, never empty. In place of `arguments`. */
  readonly program?: Pick<Argument, 'name' | 'summary'>;
  readonly options?: O;
  /** Whether it prints one resource, whose fields can be outputs of a step. */
  readonly printsResource?: true;
  /** Command lines that work, without a prompt sign. */
  readonly examples: readonly string[];
  /** Ways in which it can end, apart from `usage` and `internal`, which every command has. */
  readonly exits: readonly ErrorCode[];
  /** Statuses that it ends with where nothing has failed, besides 0. */
  readonly ownExits?: OwnExits;
  /** What it prints with `--json` at each provider. */
  readonly data: Readonly<Record<ProviderName, DataSource>>;
  /** What it does to what is there, at the server or on this machine; by the raw options and arguments where that depends on them. */
  readonly effect: Effect | EffectOf;
  /** What `--org` means to it at each provider. */
  readonly org: Readonly<Record<ProviderName, OrgUse>>;
}

type EffectOf = (raw: Readonly<Record<string, unknown>>, args: readonly (string | undefined)[]) => Effect;

/** Does the work of a command with the checked options `O`. Neither prints nor exits: it returns what to print, or throws a `CliError`. */
type Run<O extends Options> = (context: Context, input: Input<O>) => Promise<Result>;

/** What a command line gives a command. */
export interface Input<O extends Options = Options> {
  readonly options: OptionValues<O>;
  readonly args: readonly (string | undefined)[];
}

/** A command as data. */
export interface Command {
  readonly name: string;
  /** Another name that it can be called by at the top level: `login` for `auth login`. The list of all commands gives it. */
  readonly shortcut?: string | undefined;
  readonly summary: string;
  readonly description: string | undefined;
  readonly details: string | undefined;
  readonly arguments: readonly Argument[];
  readonly program: Pick<Argument, 'name' | 'summary'> | undefined;
  /** Which providers it has something to do at. */
  readonly isFor: ForProvider;
  readonly org: Readonly<Record<ProviderName, OrgUse>>;
  readonly options: Options;
  readonly printsResource: boolean;
  readonly examples: readonly string[];
  readonly exits: readonly ErrorCode[];
  readonly ownExits: OwnExits;
  /** What it prints with `--json` at each provider. */
  readonly data: Readonly<Record<ProviderName, DataSource>>;
  /** What it does to what is there, whatever its options; null when they decide. */
  readonly effect: Effect | null;
  /** The same of one command line. */
  readonly effectOf: EffectOf;
  /** Runs it on what the parser read, which is checked first. */
  readonly invoke: (context: Context, raw: Readonly<Record<string, unknown>>, args: readonly (string | undefined)[]) => Promise<Result>;
}

/** Commands under one noun: `org create`, `org get`; or under a noun within another one: `org member add`. */
export interface CommandGroup {
  /** The words that come before the names of its commands: `org`, `org member`. */
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

/** All commands: those under a noun, and those that stand alone. A noun within another one comes after it. */
export interface Commands {
  readonly groups: readonly CommandGroup[];
  readonly commands: readonly Command[];
}

/** What does the work at each provider; `none` where there is no work to do, which is a usage error. */
type RunTable<O extends Options> = Readonly<Record<ProviderName, Run<O> | 'none'>>;

/** A command: `defineCommand({ name: 'get', … }).run({ flowkiwi: …, zitadel: … })`, or `.run(both(…))` where there is no difference. */
export function defineCommand<const O extends Options>(declaration: CommandDeclaration<O>) {
  return { run: (run: RunTable<O>): Command => commandOf(declaration, run) };
}

function commandOf<O extends Options>(declaration: CommandDeclaration<O>, run: RunTable<O>): Command {
  const { name, summary, description, examples, exits, effect, data, options, org } = declaration;
  const isFor = eachProvider(run, (work) => work !== 'none');
  return {
    name,
    summary,
    description,
    details: declaration.details,
    examples,
    exits,
    ownExits: declaration.ownExits ?? {},
    data,
    effect: typeof effect === 'function' ? null : effect,
    effectOf: typeof effect === 'function' ? effect : () => effect,
    arguments: declaration.arguments ?? [],
    program: declaration.program,
    isFor,
    org,
    options: options ?? {},
    printsResource: declaration.printsResource ?? false,
    invoke: async (context, raw, args) => {
      const input = { options: readOptions(options, raw), args };
      const work = await rowOf(context, run);
      if (work === 'none') throw wrongProvider(await context.profile(), isFor, 'this command');
      await checkOrg(context, org);
      await checkOptions(context, options ?? {}, raw);
      return work(context, input);
    },
  };
}

/** Throws `usage` for an option that was given and that the profile's provider has no use for, before anything is asked or sent. */
async function checkOptions(context: Context, options: Options, raw: Readonly<Record<string, unknown>>): Promise<void> {
  for (const option of Object.values(options)) {
    const isForAll = Object.values(option.isFor).every(Boolean);
    if (!isForAll && isGiven(option, raw[option.attribute])) await requireProvider(context, option.isFor, optionName(option));
  }
}

function readOptions<O extends Options>(options: O | undefined, raw: Readonly<Record<string, unknown>>): OptionValues<O> {
  const values = Object.entries(options ?? {}).map(([key, option]) => [key, option.read(raw[option.attribute])]);
  // The entries are those of `options`, each read by its own option: what `Object.fromEntries` cannot say in types.
  return Object.fromEntries(values) as OptionValues<O>;
}
