import { csvLine } from '../output/csv.ts';
import type { Customer, ManifestInstance } from './customer.ts';
import { RESULT_COLUMNS } from './manifest/columns.ts';
import type { CsvDialect } from './manifest/csv-rows.ts';
import type { RowSource } from './manifest/row-source.ts';

/** What became of a row of a manifest. */
export interface RowResult {
  readonly customer: Customer;
  /** Undefined for a customer without instances. */
  readonly instance: ManifestInstance | undefined;
  readonly organizationId: string | undefined;
  readonly instanceId: string | undefined;
  readonly productManagementUrl: string | undefined;
  /** `unknown` says that a create had no answer: read back without the id of its organization, the row is not created. */
  readonly status: string;
  /** Why it failed, in a sentence. */
  readonly error: string | undefined;
}

/** Formats that rows can be added to. */
export type RowsFormat = 'csv' | 'jsonl';

/** Writes rows as they came, with what became of them, so that they can be read back as a manifest: by the same `--map`. Pure. */
export interface RowsWriter {
  /** What a file begins with. */
  readonly header: string;
  /** One row, with its line end. */
  readonly row: (result: RowResult) => string;
}

/** `source`: the manifest, whose columns and kind of CSV are kept; it has been read once. */
export function rowsWriter(format: RowsFormat, source: RowSource): RowsWriter {
  const idColumn = source.columnOf('id') ?? 'organization_id';
  const keyColumn = source.columnOf('key') ?? 'key';
  const added = ['key', ...RESULT_COLUMNS].filter(
    (name) => !(name === 'key' && keyColumn !== name) && !(name === 'organization_id' && idColumn !== name),
  );
  const names = [...new Set([...source.columnNames(), ...added])];
  const fieldsOf = ({ customer, instance, ...result }: RowResult): Readonly<Record<string, string>> => {
    const row = instance?.row ?? customer.row;
    return {
      ...row.fields,
      [keyColumn]: customer.key,
      [idColumn]: result.organizationId ?? '',
      instance_id: result.instanceId ?? '',
      product_management_url: result.productManagementUrl ?? '',
      apply_row: String(row.number),
      apply_status: result.status,
      apply_error: result.error ?? '',
    };
  };
  if (format === 'jsonl') return { header: '', row: (result) => `${JSON.stringify(fieldsOf(result))}\n` };
  const csv = csvWriter(source.csv);
  return { header: csv.header(names), row: (result) => csv.record(cellsOf(fieldsOf(result), names)) };
}

function cellsOf(fields: Readonly<Record<string, string>>, names: readonly string[]): readonly string[] {
  return names.map((name) => fields[name] ?? '');
}

/** Writes CSV in the way of a file that is there, so that the same program opens both. Cells that a spreadsheet would compute are made neutral. */
export function csvWriter(dialect: Pick<CsvDialect, 'delimiter' | 'hasMark'> = { delimiter: ',', hasMark: false }) {
  const record = (cells: readonly string[]): string => csvLine(cells, dialect.delimiter);
  return { header: (names: readonly string[]): string => (dialect.hasMark ? '\uFEFF' : '') + record(names), record };
}
