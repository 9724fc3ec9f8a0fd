import type { GlobalOptions } from '../../context/global-options.ts';
import { type Environment, saysYes } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import type { OutputFormat } from '../../output/printer.ts';
import { choice, duration, flag, type Option, text } from './option.ts';

const FORMATS = ['table', 'json', 'yaml', 'tsv', 'id'] as const satisfies readonly OutputFormat[];
const COLORS = ['auto', 'always', 'never'] as const;

const options = {
  profile: text('--profile <profile>', 'setting', 'the connection to use (FLOWKIWI_PROFILE)'),
  org: text('--org <org>', 'reference', 'organization, by id or name (FLOWKIWI_ORG)'),
  output: choice('-o, --output <format>', FORMATS, 'form of the result: table, json, yaml, tsv or id'),
  json: flag('--json', 'the same as -o json'),
  quiet: flag('-q, --quiet', 'print ids only, the same as -o id'),
  fields: text('--fields <a,b,c>', 'setting', 'columns or keys to print, in this order'),
  // Not stored as `input`, which is another option of `api`.
  input: { ...flag('--no-input', 'never ask anything (FLOWKIWI_NO_INPUT)'), attribute: 'noInput' },
  yes: flag('-y, --yes', 'answer confirmations with yes'),
  timeout: duration('--timeout <duration>', 'longest time for the whole command, such as 30s or 2m'),
  color: choice('--color <when>', COLORS, 'auto, always or never (NO_COLOR, FORCE_COLOR)'),
  debug: flag('--debug', 'show every request on stderr, without secrets (FLOWKIWI_DEBUG)'),
};

/** The options of every command, as the parser needs them. */
export const GLOBAL_OPTIONS: readonly Option<unknown>[] = Object.values(options);

/** Checks what the parser read. Throws `usage`. */
export function readGlobalOptions(raw: Readonly<Record<string, unknown>>, env: Environment): GlobalOptions {
  const read = <T>(option: Option<T>): T => option.read(raw[option.attribute]);
  const format = oneFormat(read(options.output), read(options.json), read(options.quiet));
  const fields = read(options.fields);
  if (fields !== undefined && format === 'id') {
    throw new CliError('usage', '--fields and --quiet exclude each other', { hint: 'ids only: --quiet; chosen columns: --fields id,name' });
  }
  return {
    profile: notEmpty(read(options.profile), '--profile'),
    isOrgFlag: read(options.org) !== undefined,
    org: notEmpty(read(options.org), '--org') ?? (env['FLOWKIWI_ORG'] || undefined),
    format,
    fields: fields
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    input: read(options.input),
    yes: read(options.yes),
    timeoutMs: read(options.timeout),
    color: read(options.color) ?? 'auto',
    debug: read(options.debug) || saysYes(env, 'FLOWKIWI_DEBUG'),
  };
}

function oneFormat(output: OutputFormat | undefined, json: boolean, quiet: boolean): OutputFormat | undefined {
  const chosen = new Set([...(output ? [output] : []), ...(json ? ['json' as const] : []), ...(quiet ? ['id' as const] : [])]);
  if (chosen.size > 1) {
    throw new CliError('usage', `the result can have one form, not ${[...chosen].join(' and ')}`, {
      hint: 'give one of -o, --json and --quiet',
    });
  }
  return [...chosen][0];
}

function notEmpty(value: string | undefined, name: string): string | undefined {
  if (value?.trim() === '') throw new CliError('usage', `${name} is empty`, { hint: `give it a value, or leave ${name} out` });
  return value;
}
