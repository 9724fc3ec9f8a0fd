import { parseColumnNames } from '../../apply/manifest/columns.ts';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi, type Word } from '../../hint.ts';
import { askIfMissing } from '../kit/ask.ts';
import type { Result } from '../kit/result.ts';
import type { ApplyInput, ApplyOptions } from './apply-options.ts';
import { journalOfCustomer, scopeOf } from './journal-place.ts';
import { isByOptions, manifestOfOptions } from './one-customer.ts';
import { openManifest } from './open-manifest.ts';
import { planAndRun, runManifest } from './plan-and-run.ts';
import { exampleResult, exportResult, schemaResult, suggestionResult } from './printed.ts';

/** Does what one of the options asks for that only print, or else plans and runs the manifest. */
export async function act(context: Context, { options, args }: ApplyInput): Promise<Result> {
  const [path] = args;
  checkTogether(options, path);
  if (options.schema) return schemaResult();
  if (options.init) return exampleResult(options.format);
  if (options.export) return exportResult(context, options.format);
  if (isByOptions(options, path, context.options.isOrgFlag ? context.options.org : undefined)) return applyOne(context, options);
  const given = await askIfMissing(context, path, {
    kind: 'path',
    what: 'FILE',
    example: flowkiwi('apply', 'customers.csv', '--dry-run'),
    message: 'Manifest:',
  });
  const { source, close } = await openManifest(context, given, { format: options.format, mapped: parseColumnNames(options.map) });
  try {
    const result = await (options.suggestHandles ? suggestionResult(context, source) : planAndRun(context, source, options));
    return { ...result, print: (printer) => Promise.resolve(result.print?.(printer)).finally(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One customer, by options. With the id of its organization the handle proves all that is sent, and no journal is needed. */
async function applyOne(context: Context, options: ApplyOptions): Promise<Result> {
  const { org, isOrgFlag } = context.options;
  const organizationId = isOrgFlag && org !== undefined ? await (await context.organizations()).resolve(org) : undefined;
  const manifest = manifestOfOptions(options, organizationId);
  const place = journalOfCustomer(context, scopeOf(await context.profile()), options.orgName ?? '');
  const directory = options.journal ?? (organizationId === undefined ? place : undefined);
  return runManifest(context, { manifest, source: undefined, directory, options, resume: resumeWords(options, organizationId) });
}

function resumeWords({ orgName, instanceName, handle }: ApplyOptions, organizationId: string | undefined): readonly Word[] {
  const pair = (name: string, value: Word | undefined): readonly Word[] => (value === undefined ? [] : [name, value]);
  return [
    ...['apply', ...pair('--org-name', orgName), ...pair('--instance-name', instanceName), ...pair('--handle', handle)],
    ...pair('--org', organizationId === undefined ? undefined : { id: organizationId }),
  ];
}

/** What only prints is one of a few, and some of it reads no file. */
function checkTogether({ schema, init, export: exported, suggestHandles, dryRun, status }: ApplyOptions, path: string | undefined): void {
  const given = Object.entries({
    '--schema': schema,
    '--init': init,
    '--export': exported,
    '--suggest-handles': suggestHandles,
    '--dry-run': dryRun,
    '--status': status,
  }).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  const [first, second] = given;
  if (second !== undefined) throw new CliError('usage', `${first} and ${second} exclude each other`, { hint: `leave ${second} out` });
  if (first === undefined || path === undefined || suggestHandles || dryRun || status) return;
  throw new CliError('usage', `${first} reads no file`, { hint: `leave ${JSON.stringify(path)} out` });
}
