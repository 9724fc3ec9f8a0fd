import type { Place } from './problems.ts';
import type { RawRow, RowField } from './row.ts';
import type { OrganizationEntry } from './schema.ts';

/** Where a value of an entry stands, by its path in the entry. */
export type PlaceOf = (path: readonly PropertyKey[]) => Place;

/** The rows of one organization of a nested format: one for each instance, or one. `first` is the number of the first. */
export function* entryRows(organization: OrganizationEntry, entry: number, first: number, placeOf: PlaceOf): Generator<RawRow> {
  const { key, name, id, instances = [] } = organization;
  const own = { ...(key === undefined ? {} : { key }), organization: name, ...(id === undefined ? {} : { id }) };
  if (instances.length === 0) {
    yield entryRow({ values: own, entry, number: first, start: placeOf([]), placeOf: (field) => placeOf(pathOf(field)) });
    return;
  }
  for (const [at, instance] of instances.entries()) {
    const values = {
      ...own,
      instance: instance.name ?? name,
      ...(instance.handle === undefined ? {} : { handle: instance.handle }),
      ...(instance.id === undefined ? {} : { instance_id: instance.id }),
    };
    yield entryRow({
      values,
      entry,
      number: first + at,
      start: placeOf(['instances', at]),
      placeOf: (field) => placeOf(pathOf(field, at)),
    });
  }
}

interface EntryRow {
  readonly values: Readonly<Partial<Record<RowField, string>>>;
  readonly entry: number;
  readonly number: number;
  readonly start: Place;
  readonly placeOf: (field: RowField) => Place;
}

function entryRow({ values, entry, number, start, placeOf }: EntryRow): RawRow {
  const { id, ...rest } = values;
  const fields: Record<string, string> = { ...rest, ...(id === undefined ? {} : { organization_id: id }) };
  return { row: { number, line: start.line, column: start.column, fields }, values, entry, placeOf };
}

function pathOf(field: RowField, at?: number): readonly PropertyKey[] {
  const inInstance: Partial<Record<RowField, string>> = { instance: 'name', handle: 'handle', instance_id: 'id' };
  const name = inInstance[field];
  if (name === undefined) return [field === 'organization' ? 'name' : field];
  return at === undefined ? [] : ['instances', at, name];
}
