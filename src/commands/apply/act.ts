import { parseColumnNames } from '../../apply/manifest/columns.ts';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import { askIfMissing } from '../kit/ask.ts';
import type { Result } from '../kit/result.ts';
import type { ApplyInput, ApplyOptions } from './apply-options.ts';
import { openManifest } from './open-manifest.ts';
import { planAndRun } from './plan-and-run.ts';
import { exampleResult, exportResult, schemaResult, suggestionResult } from './printed.ts';

/** Does what one of the options asks for that only print, or else plans and runs the manifest. */
export async function act(context: Context, { options, args }: ApplyInput): Promise<Result> {
  const [path] = args;
  checkTogether(options, path);
  if (options.schema) return schemaResult();
  if (options.init) return exampleResult(options.format);
  if (options.export) return exportResult(context, options.format);
  const given = await askIfMissing(context, path, {
    kind: 'path',
    what: 'FILE',
    example: flowkiwi('apply', 'customers.csv', '--dry-run'),
    message: 'Manifest:',
  });
  const source = await openManifest(context, given, { format: options.format, mapped: parseColumnNames(options.map) });
  if (options.suggestHandles) return suggestionResult(context, source);
  return planAndRun(context, source, options);
}

/** What only prints is one of a few, and some of it reads no file. */
function checkTogether({ schema, init, export: exported, suggestHandles, dryRun }: ApplyOptions, path: string | undefined): void {
  const given = Object.entries({
    '--schema': schema,
    '--init': init,
    '--export': exported,
    '--suggest-handles': suggestHandles,
    '--dry-run': dryRun,
  }).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  const [first, second] = given;
  if (second !== undefined) throw new CliError('usage', `${first} and ${second} exclude each other`, { hint: `leave ${second} out` });
  if (first === undefined || path === undefined || suggestHandles || dryRun) return;
  throw new CliError('usage', `${first} reads no file`, { hint: `leave ${JSON.stringify(path)} out` });
}
