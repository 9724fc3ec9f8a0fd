import type { CellRule } from './check.ts';
import { type ColumnNames, SYNONYMS } from './columns.ts';
import { type CsvDialect, csvDialect, csvRows } from './csv-rows.ts';
import { type DocumentReader, documentRows } from './document-rows.ts';
import type { ManifestFormat } from './format-names.ts';
import { jsonLinesRows } from './json-lines-rows.ts';
import type { ManifestFile } from './manifest-file.ts';
import { type Problems, problemsIn } from './problems.ts';
import { type RawRow, ROW_FIELDS, type RowField } from './row.ts';

/** Where rows come from, again and again. */
export interface RowSource {
  /** As messages name it. */
  readonly file: string;
  /** As a command takes it: `-` for standard input. */
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly format: ManifestFormat;
  readonly cells: CellRule;
  /** How the file is written, where it is CSV: the same way is used for what is written from it. */
  readonly csv: CsvDialect | undefined;
  /** The names of all columns, in their order; of JSON Lines those that have been read so far. */
  readonly columnNames: () => readonly string[];
  /** The column of a field; undefined where there is none. */
  readonly columnOf: (field: RowField) => string | undefined;
  /** All of them; what cannot be read is a problem. */
  readonly rows: (problems: Problems) => AsyncIterable<RawRow>;
}

/** The rows of a file. Throws `invalid` for a header that is wrong, for YAML and JSON that is, and what reading throws. */
export async function rowSource(file: ManifestFile, format: ManifestFormat, mapped: ColumnNames): Promise<RowSource> {
  const about = { file: file.name, path: file.path, size: file.size, format, csv: undefined, cells: 'texts' } as const;
  switch (format) {
    case 'csv': {
      const problems = problemsIn(file.name);
      const csv = await csvDialect(file, mapped, problems);
      problems.throwIfAny();
      const { names, places } = csv.columns;
      return {
        ...about,
        csv,
        cells: 'cells',
        columnNames: () => names,
        columnOf: (field) => names[places.get(field) ?? -1],
        rows: (found) => csvRows(file, csv, found),
      };
    }
    case 'jsonl': {
      const names = new Set<string>();
      return {
        ...about,
        columnNames: () => [...names],
        columnOf: (field) =>
          [mapped[field] ?? (field === 'id' && Object.keys(mapped).length > 0 ? '' : field), ...(SYNONYMS[field] ?? [])].find((name) =>
            names.has(name),
          ),
        rows: (found) => noted(jsonLinesRows(file, mapped, found), names),
      };
    }
    case 'yaml':
      return { ...about, ...(await document(file, (await import('./yaml-document.ts')).readYaml)) };
    case 'json':
      return { ...about, ...(await document(file, (await import('./json-document.ts')).readJsonDocument)) };
  }
}

/** Rows, of which the names of the columns are remembered. */
async function* noted(rows: AsyncIterable<RawRow>, names: Set<string>): AsyncGenerator<RawRow> {
  for await (const row of rows) {
    for (const name in row.row.fields) names.add(name);
    yield row;
  }
}

/** The columns of nested formats, in the order in which they are written as rows. */
const NESTED = ['key', 'organization', 'organization_id', 'instance', 'handle', 'instance_id'];

/** What is read whole is kept. */
async function document(file: ManifestFile, read: DocumentReader): Promise<Pick<RowSource, 'rows' | 'columnNames' | 'columnOf'>> {
  const problems = problemsIn(file.name);
  const rows = await documentRows(file, read, problems);
  problems.throwIfAny();
  return {
    columnNames: () => NESTED,
    columnOf: (field) => (field === 'id' ? 'organization_id' : ROW_FIELDS.find((name) => name === field && NESTED.includes(name))),
    rows: async function* () {
      yield* rows;
    },
  };
}
