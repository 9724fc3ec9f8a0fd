import type { GlobalOptions } from '../../context/global-options.ts';
import { type Environment, saysYes } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import type { OutputFormat } from '../../output/printer.ts';
import { readGithubOutputs } from './github-output.ts';
import { choice, duration, flag, type Option, text, texts } from './option.ts';

const FORMATS = ['table', 'json', 'yaml', 'tsv', 'csv', 'id'] as const satisfies readonly OutputFormat[];
const COLORS = ['auto', 'always', 'never'] as const;

const options = {
  profile: text('--profile <profile>', 'setting', 'the connection to use (FLOWKIWI_PROFILE)'),
  org: text('--org <org>', 'reference', 'organization, by id or name (FLOWKIWI_ORG)'),
  output: choice('-o, --output <format>', FORMATS, 'form of the result: table, json, yaml, tsv, csv or id'),
  json: flag('--json', 'the same as -o json'),
  quiet: flag('-q, --quiet', 'print ids only, or the --fields alone; -o id'),
  fields: text('--fields <a,b,c>', 'setting', 'columns or keys to print, in this order'),
  jq: text('--jq <expression>', 'content', 'print what jq makes of the JSON; strings come raw'),
  githubOutput: texts('--github-output <name=field>', 'setting', 'a field of the result as an output of the step; repeatable'),
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
  const fields = read(options.fields);
  const jq = read(options.jq);
  const forms = chosenForms(read(options.output), read(options.json), read(options.quiet));
  checkJq(jq, forms);
  return {
    profile: notEmpty(read(options.profile), '--profile'),
    isOrgFlag: read(options.org) !== undefined,
    org: notEmpty(read(options.org), '--org') ?? (env['FLOWKIWI_ORG'] || undefined),
    format: jq === undefined ? formatOf(forms, fields !== undefined) : 'json',
    json: forms.has('json'),
    quiet: forms.has('id'),
    fields: fields
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    jq,
    githubOutputs: readGithubOutputs(read(options.githubOutput)),
    input: read(options.input),
    yes: read(options.yes),
    timeoutMs: read(options.timeout),
    color: read(options.color) ?? 'auto',
    debug: read(options.debug) || saysYes(env, 'FLOWKIWI_DEBUG'),
  };
}

/** The forms that are asked for: one, or ids together with JSON. Throws `usage` for any others at once. */
function chosenForms(output: OutputFormat | undefined, json: boolean, quiet: boolean): ReadonlySet<OutputFormat> {
  const chosen = new Set<OutputFormat>([
    ...(output ? [output] : []),
    ...(json ? ['json' as const] : []),
    ...(quiet ? ['id' as const] : []),
  ]);
  const others = [...chosen].filter((form) => form !== 'id' && form !== 'json');
  if (chosen.size > 1 && others.length > 0) {
    throw new CliError('usage', `the result can have one form, not ${[...chosen].join(' and ')}`, {
      hint: 'give one of -o, --json and --quiet; --json with --quiet prints ids, and errors as JSON',
    });
  }
  return chosen;
}

/** Throws `usage` for an expression that is empty, and beside another form than JSON, which it makes nothing of. */
function checkJq(jq: string | undefined, forms: ReadonlySet<OutputFormat>): void {
  if (jq === undefined) return;
  if (jq.trim() === '') throw new CliError('usage', '--jq is empty', { hint: 'give it an expression, such as --jq .id' });
  const [other] = [...forms].filter((form) => form !== 'json');
  if (other === undefined) return;
  throw new CliError('usage', `--jq is for JSON, and cannot be combined with ${other === 'id' ? '--quiet' : `-o ${other}`}`, {
    hint: 'leave one of them out; --json with --jq prints errors as JSON',
  });
}

/** How the result is printed. Ids win over JSON, which is then the form of errors alone; fields that are named take the place of the ids, as bare values. */
function formatOf(forms: ReadonlySet<OutputFormat>, hasFields: boolean): OutputFormat | undefined {
  if (forms.has('id')) return hasFields ? 'tsv' : 'id';
  return [...forms][0];
}

function notEmpty(value: string | undefined, name: string): string | undefined {
  if (value?.trim() === '') throw new CliError('usage', `${name} is empty`, { hint: `give it a value, or leave ${name} out` });
  return value;
}
