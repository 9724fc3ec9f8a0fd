import { EXAMPLE_CSV, EXAMPLE_YAML } from '../../apply/example-manifest.ts';
import { exportedRows } from '../../apply/exported-rows.ts';
import type { ManifestFormat } from '../../apply/manifest/format-names.ts';
import type { RowSource } from '../../apply/manifest/row-source.ts';
import { suggestManifest } from '../../apply/suggest-manifest.ts';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { replaceUnsafeInLines, unicodeEscape } from '../../output/terminal-text.ts';
import type { Result } from '../kit/result.ts';

/** The JSON Schema of a manifest, for editors. */
export async function schemaResult(): Promise<Result> {
  const { manifestJsonSchema } = await import('../../apply/manifest/json-schema.ts');
  return printed([`${JSON.stringify(manifestJsonSchema(), null, 2)}\n`]);
}

/** An example of a manifest. */
export function exampleResult(format: ManifestFormat | undefined): Result {
  if (format === undefined || format === 'yaml') return printed([EXAMPLE_YAML]);
  if (format === 'csv') return printed([EXAMPLE_CSV]);
  throw new CliError('usage', `--init writes YAML or CSV, not ${format}`, { hint: 'leave --format out' });
}

/** A manifest with proposed handles; how many there are is said when it is printed. */
export async function suggestionResult(context: Context, source: RowSource): Promise<Result> {
  const { text, counts } = await suggestManifest(source);
  return {
    print: async (printer) => {
      await printer.raw(safe(context, text));
      const { proposed, without } = counts();
      await context.messages.notice(`${proposed.toLocaleString('en-US')} proposed; look at them, as a handle can never be changed`);
      if (without === 0) return;
      const rows = without === 1 ? '1 row' : `${without.toLocaleString('en-US')} rows`;
      await context.messages.warning(`${rows} left without a handle: no letter from a to z is in the name`);
    },
  };
}

/** A manifest of the organizations that the profile knows, each with its instances as they are now. */
export async function exportResult(context: Context, format: ManifestFormat | undefined): Promise<Result> {
  if (format !== undefined && format !== 'csv' && format !== 'jsonl') {
    throw new CliError('usage', `--export writes CSV or JSON Lines, not ${format}`, { hint: 'leave --format out' });
  }
  const { known } = await (await context.organizations()).read();
  const identity = await context.flowkiwi();
  return printed(
    safe(
      context,
      exportedRows(known, identity, format ?? 'csv', (text) => context.messages.warning(text)),
    ),
  );
}

function printed(pieces: Iterable<string> | AsyncIterable<string>): Result {
  return { print: (printer) => printer.raw(pieces) };
}

/** For a file it is what it is; a terminal gets nothing that it would obey. */
async function* safe({ edges: { stdout } }: Context, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) yield stdout.isTerminal ? replaceUnsafeInLines(piece.replaceAll('\r\n', '\n'), unicodeEscape) : piece;
}
