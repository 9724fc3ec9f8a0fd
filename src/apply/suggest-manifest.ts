import { handleProblem } from '../identity/flowkiwi/handle.ts';
import { type CheckedRow, checkRow, type RowCheck } from './manifest/check.ts';
import { problemsIn } from './manifest/problems.ts';
import type { RowSource } from './manifest/row-source.ts';
import { textTable } from './manifest/text-table.ts';
import { csvWriter } from './results-rows.ts';
import { handleChooser } from './suggest-handles.ts';

/** A manifest with proposed handles, to be reviewed. */
export interface SuggestedManifest {
  /** Its text, in the format of the source. */
  readonly text: AsyncIterable<string>;
  /** How many handles are proposed, and how many rows are left without one; known when the text is read. */
  readonly counts: () => { readonly proposed: number; readonly without: number };
}

/** A row, and its handle where it has one or one can be proposed. */
interface ProposedRow {
  readonly row: CheckedRow;
  readonly handle: string | undefined;
}

/** Proposes a handle for each row that has none, or has what is none. Throws `invalid` for what is wrong with the rest. */
export async function suggestManifest(source: RowSource): Promise<SuggestedManifest> {
  const taken = textTable();
  // All rows first: a handle that stands further down is taken, too.
  for await (const { instance: { handle } = {} } of proposingRows(source)) {
    if (handle !== undefined && handleProblem(handle) === undefined) taken.add(handle);
  }
  const choose = handleChooser(
    (handle) => taken.find(handle) !== -1,
    (handle) => void taken.add(handle),
  );
  let [proposed, without] = [0, 0];

  async function* proposals(): AsyncGenerator<ProposedRow> {
    for await (const row of proposingRows(source)) {
      const { instance } = row.raw.values;
      const given = row.instance?.handle;
      if (given !== undefined && handleProblem(given) === undefined) yield { row, handle: given };
      else if (row.raw.entry !== undefined && instance === undefined) yield { row, handle: undefined };
      else {
        const handle = (given === undefined ? undefined : choose(given)) ?? choose(instance ?? row.organization);
        if (handle === undefined) without += 1;
        else proposed += 1;
        yield { row, handle };
      }
    }
  }

  return { text: written(source, proposals()), counts: () => ({ proposed, without }) };
}

async function* proposingRows(source: RowSource): AsyncGenerator<CheckedRow> {
  const problems = problemsIn(source.file);
  const check: RowCheck = { path: source.path, rule: source.cells, problems, onTidied: () => undefined, isProposing: true };
  for await (const raw of source.rows(problems)) {
    const row = checkRow(raw, check);
    if (row !== undefined) yield row;
  }
  problems.throwIfAny();
}

async function* written(source: RowSource, rows: AsyncIterable<ProposedRow>): AsyncGenerator<string> {
  const column = source.columnOf('handle') ?? 'handle';
  switch (source.format) {
    case 'csv': {
      const names = [...new Set([...source.columnNames(), column])];
      const csv = csvWriter(source.csv);
      yield csv.header(names);
      for await (const proposed of rows) yield csv.record(names.map((name) => fieldsOf(proposed, column)[name] ?? ''));
      return;
    }
    case 'jsonl':
      for await (const proposed of rows) yield `${JSON.stringify(fieldsOf(proposed, column))}\n`;
      return;
    case 'yaml': {
      const { stringify } = await import('yaml');
      yield stringify(await nested(rows));
      return;
    }
    case 'json':
      yield `${JSON.stringify(await nested(rows), null, 2)}\n`;
  }
}

function fieldsOf({ row, handle }: ProposedRow, column: string): Readonly<Record<string, string>> {
  return { ...row.raw.row.fields, [column]: handle ?? row.raw.row.fields[column] ?? '' };
}

interface Entry {
  readonly key?: string;
  readonly name: string;
  readonly id?: string;
  instances?: { readonly name: string; readonly handle: string; readonly id?: string }[];
}

/** The rows as YAML and JSON have them; these are kept whole anyway. */
async function nested(rows: AsyncIterable<ProposedRow>): Promise<{ readonly version: 1; readonly organizations: readonly Entry[] }> {
  const entries = new Map<number, Entry>();
  for await (const { row, handle } of rows) {
    const { entry: number = entries.size, values } = row.raw;
    const { key, organization = row.organization, id, instance, instance_id: instanceId } = values;
    const entry = entries.get(number) ?? { ...(key === undefined ? {} : { key }), name: organization, ...(id === undefined ? {} : { id }) };
    if (instance !== undefined) {
      entry.instances ??= [];
      entry.instances.push({ name: instance, handle: handle ?? '', ...(instanceId === undefined ? {} : { id: instanceId }) });
    }
    entries.set(number, entry);
  }
  return { version: 1, organizations: [...entries.values()] };
}
