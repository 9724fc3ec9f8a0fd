import { CliError } from '../../errors.ts';
import type { Customer, ManifestInstance } from '../customer.ts';
import type { CheckedRow } from './check.ts';
import { type Problems, shownValue } from './problems.ts';

/** Rows that may wait for others of their customers. */
const MOST_WAITING = 50_000;

/** The rows of each customer as soon as they are all there; `rowsOf` says how many there are. Throws `invalid` where too many have to wait. */
async function* grouped(
  rows: Iterable<CheckedRow> | AsyncIterable<CheckedRow>,
  rowsOf: (key: string) => number,
): AsyncGenerator<readonly CheckedRow[]> {
  const waiting = new Map<string, CheckedRow[]>();
  let count = 0;
  for await (const row of rows) {
    const total = rowsOf(row.key);
    if (total <= 1) {
      yield [row];
      continue;
    }
    const group = waiting.get(row.key) ?? [];
    group.push(row);
    count += 1;
    if (group.length < total) {
      waiting.set(row.key, group);
      if (count <= MOST_WAITING) continue;
      throw new CliError('invalid', `more than ${MOST_WAITING.toLocaleString('en-US')} rows wait for others of the same customer`, {
        hint: 'sort the file, so that the rows of a customer stand together',
      });
    }
    waiting.delete(row.key);
    count -= total;
    yield group;
  }
}

/** The customers of rows without problems. */
export async function* customersOf(
  rows: Iterable<CheckedRow> | AsyncIterable<CheckedRow>,
  rowsOf: (key: string) => number,
): AsyncGenerator<Customer> {
  for await (const group of grouped(rows, rowsOf)) {
    const [first] = group;
    if (first !== undefined) yield customerOf(first, group);
  }
}

function customerOf(first: CheckedRow, group: readonly CheckedRow[]): Customer {
  const id = group.find((row) => row.id !== undefined)?.id;
  const isUnknown = id === undefined && group.some((row) => row.isUnknown);
  return {
    key: first.key,
    name: first.organization,
    ...(id === undefined ? {} : { id }),
    ...(isUnknown ? { isUnknown } : {}),
    instances: group.flatMap((row) => instanceOf(row) ?? []),
    row: first.raw.row,
  };
}

function instanceOf({ instance, raw: { row } }: CheckedRow): ManifestInstance | undefined {
  if (instance === undefined) return undefined;
  const { name, handle, id } = instance;
  return { name, handle, ...(id === undefined ? {} : { id }), row };
}

/** Looks for what is wrong with customers of several rows. */
export async function repeatedIn(
  rows: Iterable<CheckedRow> | AsyncIterable<CheckedRow>,
  rowsOf: (key: string) => number,
  problems: Problems,
): Promise<void> {
  for await (const group of grouped(rows, rowsOf)) {
    const [first] = group;
    if (first === undefined || group.length < 2) continue;
    const { line } = first.raw.row;
    const id = group.find((row) => row.id !== undefined)?.id;
    for (const row of group) {
      const { organization, raw } = row;
      if (organization.normalize('NFC') !== first.organization.normalize('NFC')) {
        const names = `${shownValue(first.organization)} in line ${line} and ${shownValue(organization)} here`;
        problems.add(
          raw.placeOf('organization'),
          `key ${shownValue(row.key)} has two names: ${names}`,
          'one customer has one name; give another customer a key of its own',
        );
      }
      if (row.id !== undefined && row.id !== id)
        problems.add(raw.placeOf('id'), `key ${shownValue(row.key)} has two ids: ${shownValue(id ?? '')} and ${shownValue(row.id)}`);
      if (row.instance === undefined)
        problems.add(raw.placeOf('handle'), `the row has no handle, but its customer has other rows, the first in line ${line}`);
    }
  }
}
