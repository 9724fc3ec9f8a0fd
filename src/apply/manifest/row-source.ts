import type { CellRule } from './check.ts';
import type { ColumnNames } from './columns.ts';
import { type CsvDialect, csvDialect, csvRows } from './csv-rows.ts';
import { documentRows } from './document-rows.ts';
import type { ManifestFormat } from './format.ts';
import { jsonLinesRows } from './json-lines-rows.ts';
import type { ManifestFile } from './manifest-file.ts';
import { type Problems, problemsIn } from './problems.ts';
import type { RawRow } from './row.ts';

/** Where rows come from, again and again. */
export interface RowSource {
  /** As messages name it. */
  readonly file: string;
  /** As a command takes it: `-` for standard input. */
  readonly path: string;
  readonly format: ManifestFormat;
  readonly cells: CellRule;
  /** How the file is written, where it is CSV: the same way is used for what is written from it. */
  readonly csv: CsvDialect | undefined;
  /** All of them; what cannot be read is a problem. */
  readonly rows: (problems: Problems) => AsyncIterable<RawRow>;
}

/** The rows of a file. Throws `invalid` for a header that is wrong, for YAML and JSON that is, and what reading throws. */
export async function rowSource(file: ManifestFile, format: ManifestFormat, mapped: ColumnNames): Promise<RowSource> {
  const about = { file: file.name, path: file.path, format, csv: undefined, cells: 'texts' } as const;
  switch (format) {
    case 'csv': {
      const problems = problemsIn(file.name);
      const csv = await csvDialect(file, mapped, problems);
      problems.throwIfAny();
      return { ...about, csv, cells: 'cells', rows: (found) => csvRows(file, csv, found) };
    }
    case 'jsonl':
      return { ...about, rows: (found) => jsonLinesRows(file, mapped, found) };
    case 'yaml':
      return { ...about, rows: await document(file, (await import('./yaml-document.ts')).readYaml) };
    case 'json':
      return { ...about, rows: await document(file, (await import('./json-document.ts')).readJsonDocument) };
  }
}

/** What is read whole is kept. */
async function document(file: ManifestFile, read: Parameters<typeof documentRows>[1]): Promise<RowSource['rows']> {
  const problems = problemsIn(file.name);
  const rows = await documentRows(file, read, problems);
  problems.throwIfAny();
  return async function* () {
    yield* rows;
  };
}
