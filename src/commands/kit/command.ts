import type { Context } from '../../context/context.ts';
import type { ProviderName } from '../../context/profile.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Option } from './option.ts';
import { checkProvider } from './provider.ts';
import type { Result } from './result.ts';

/** A positional argument. None is required by the parser: the command asks for it, or names it in a usage error. */
export interface Argument {
  /** As it stands in the usage line: `NAME`. */
  readonly name: string;
  readonly summary: string;
  /** The values it takes, where they are few. */
  readonly choices?: readonly string[];
}

type Options = Readonly<Record<string, Option<unknown>>>;

/** The checked values of declared options, by their keys. */
export type OptionValues<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** What a command declares; `defineCommand` turns it into data that help, parsing and completion are made from. */
export interface CommandDeclaration<O extends Options> {
  readonly name: string;
  /** Another name that it can be called by at the top level: `login` for `auth login`. */
  readonly shortcut?: string;
  /** One line, no full stop. */
  readonly summary: string;
  readonly description?: string;
  readonly arguments?: readonly Argument[];
  /** Another program that it runs: all that stands after `--`, which becomes `args`, never empty. In place of `arguments`. */
  readonly program?: Argument;
  readonly options?: O;
  /** Command lines that work, without a prompt sign. */
  readonly examples: readonly string[];
  /** Ways in which it can end, apart from `usage` and `internal`, which every command has. */
  readonly exits: readonly ErrorCode[];
  /** The provider that it is for; every one when absent. */
  readonly provider?: ProviderName;
  /** The provider at which it has no use for `--org`, which every command takes. */
  readonly withoutOrg?: ProviderName;
  /** Does the work. Neither prints nor exits: it returns what to print, or throws a `CliError`. */
  readonly run: Run<O>;
  /** Loads what does the work for a profile of ZITADEL, where that is another work. */
  readonly zitadel?: () => Promise<Run<O>>;
}

/** Does the work of a command with the checked options `O`. */
type Run<O extends Options> = (context: Context, input: Input<O>) => Promise<Result>;

/** What a command line gives a command. */
export interface Input<O extends Options = Options> {
  readonly options: OptionValues<O>;
  readonly args: readonly (string | undefined)[];
}

/** A command as data. */
export interface Command {
  readonly name: string;
  readonly shortcut: string | undefined;
  readonly summary: string;
  readonly description: string | undefined;
  readonly arguments: readonly Argument[];
  readonly program: Argument | undefined;
  readonly provider: ProviderName | undefined;
  readonly options: Options;
  readonly examples: readonly string[];
  readonly exits: readonly ErrorCode[];
  /** Runs it on what the parser read, which is checked first. */
  readonly invoke: (context: Context, raw: Readonly<Record<string, unknown>>, args: readonly (string | undefined)[]) => Promise<Result>;
}

/** Commands under one noun: `org create`, `org get`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

export function defineCommand<const O extends Options>(declaration: CommandDeclaration<O>): Command {
  const { name, shortcut, summary, description, examples, exits, options, provider, withoutOrg, run, zitadel } = declaration;
  return {
    name,
    shortcut,
    summary,
    description,
    examples,
    exits,
    arguments: declaration.arguments ?? [],
    program: declaration.program,
    provider,
    options: options ?? {},
    invoke: async (context, raw, args) => {
      const input = { options: readOptions(options, raw), args };
      await checkProvider(context, { provider, withoutOrg, options: options ?? {} }, raw);
      const isZitadel = zitadel !== undefined && (await context.profile()).provider === 'zitadel';
      return (isZitadel ? await zitadel() : run)(context, input);
    },
  };
}

function readOptions<O extends Options>(options: O | undefined, raw: Readonly<Record<string, unknown>>): OptionValues<O> {
  const values = Object.entries(options ?? {}).map(([key, option]) => [key, option.read(raw[option.attribute])]);
  // The entries are those of `options`, each read by its own option: what `Object.fromEntries` cannot say in types.
  return Object.fromEntries(values) as OptionValues<O>;
}
