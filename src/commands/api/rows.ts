import type { Context } from '../../context/context.ts';
import { writeJson } from '../../json-writer.ts';
import { keysOf } from '../../ordered-record.ts';
import type { Printer } from '../../output/printer.ts';
import type { View } from '../../output/view.ts';
import { isRecord, memberOf } from '../../record.ts';

type Row = Readonly<Record<string, unknown>>;

/** Prints the members of a collection as they come: by default as one JSON array. */
export async function printRows(context: Context, printer: Printer, members: AsyncIterable<unknown>): Promise<void> {
  const { format, fields } = context.options;
  if (format === 'id') return printIds(context, printer, members);
  if (fields === undefined && (format === undefined || format === 'json')) {
    return printer.jsonArray(members);
  }
  if (fields === undefined && format === 'yaml') return printer.raw((await import('../../output/yaml.ts')).yamlSequence(members));
  const iterator = members[Symbol.asyncIterator]();
  const first = await iterator.next();
  const names = fields ?? (first.done ? [] : columnsOf(rowOf(first.value)));
  return printer.list(rowView(names), rowsOf(first, iterator));
}

/** Prints one resource. */
export async function printRow(context: Context, printer: Printer, resource: Row): Promise<void> {
  const { format, fields } = context.options;
  if (format === 'id') return printIds(context, printer, just(resource));
  return printer.record(rowView(fields ?? columnsOf(resource)), resource);
}

/** What has no id is left out; when that is everything, a script that waits for one is told. */
async function printIds(context: Context, printer: Printer, members: AsyncIterable<unknown>): Promise<void> {
  const count = { members: 0, ids: 0 };
  async function* identified(): AsyncGenerator<Row> {
    for await (const member of members) {
      const row = rowOf(member);
      count.members += 1;
      if (idOf(row) === '') continue;
      count.ids += 1;
      yield row;
    }
  }
  await printer.list(rowView([]), identified());
  if (count.members > 0 && count.ids === 0) await context.messages.warning('the answer has no id');
}

async function* just(row: Row): AsyncGenerator<Row> {
  yield row;
}

async function* rowsOf(first: IteratorResult<unknown>, iterator: AsyncIterator<unknown>): AsyncGenerator<Row> {
  for (let next = first; !next.done; next = await iterator.next()) yield rowOf(next.value);
}

/** A view of objects whose keys are not known beforehand. */
function rowView(names: readonly string[]): View<Row> {
  return {
    kind: 'the answer',
    fields: names.map((name) => ({ name, heading: name, table: true, text: (row) => textOf(memberOf(row, name)) })),
    id: idOf,
    json: (row) => row,
  };
}

function rowOf(value: unknown): Row {
  return isRecord(value) ? value : { value };
}

/** The keys but those of JSON-LD itself. */
function columnsOf(row: Row): readonly string[] {
  return keysOf(row).filter((name) => !name.startsWith('@'));
}

function idOf(row: Row): string {
  return textOf(row['id'] ?? row['@id']);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : writeJson(value);
}
