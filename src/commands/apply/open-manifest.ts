import type { ColumnNames } from '../../apply/manifest/columns.ts';
import { formatOf } from '../../apply/manifest/format.ts';
import type { ManifestFormat } from '../../apply/manifest/format-names.ts';
import type { ManifestFile } from '../../apply/manifest/manifest-file.ts';
import { openManifestFile } from '../../apply/manifest/open-file.ts';
import { type RowSource, rowSource } from '../../apply/manifest/row-source.ts';
import type { Context } from '../../context/context.ts';
import { readInTime } from '../../context/read-in-time.ts';
import { CliError, isCliError } from '../../errors.ts';

/** A manifest that can be read. */
export interface OpenManifest {
  readonly source: RowSource;
  readonly close: () => Promise<void>;
}

export interface ManifestOptions {
  readonly format: ManifestFormat | undefined;
  readonly mapped: ColumnNames;
}

/** The rows of a manifest. Its file stays open until `close` is called. Throws `usage` for a file that cannot be read, and `invalid` for one that is not a manifest. */
export async function openManifest(
  context: Pick<Context, 'edges' | 'budget'>,
  path: string,
  options: ManifestOptions,
): Promise<OpenManifest> {
  const format = formatOf(path, options.format);
  const file = await openFile(context, path);
  try {
    return { source: await rowSource(file, format, options.mapped), close: file.close };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openFile(context: Pick<Context, 'edges' | 'budget'>, path: string): Promise<ManifestFile> {
  try {
    return await readInTime(context, path === '-' ? 'standard input' : JSON.stringify(path), (signal) =>
      openManifestFile(path, { stdin: context.edges.stdin.stream, signal }),
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error.name === 'AbortError' || isCliError(error)) throw error;
    throw new CliError('usage', `${JSON.stringify(path)} cannot be read (${String(error.code)})`, {
      hint: 'give a manifest, or - for standard input',
      cause: error,
    });
  }
}
