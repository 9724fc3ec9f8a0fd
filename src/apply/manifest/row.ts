import type { ManifestRow } from '../customer.ts';
import type { Place } from './problems.ts';

/** What a row can say, by the names of a manifest; any other column is carried through to the results. */
export const ROW_FIELDS = ['organization', 'instance', 'handle', 'key', 'id', 'instance_id', 'apply_status'] as const;

export type RowField = (typeof ROW_FIELDS)[number];

/** A row as a format has read it, before it is checked. */
export interface RawRow {
  readonly row: ManifestRow;
  /** What it says, by meaning; absent where it says nothing. */
  readonly values: Readonly<Partial<Record<RowField, string>>>;
  /** The entry of a nested format that it belongs to, counted from 1; undefined where each row stands for itself. */
  readonly entry: number | undefined;
  /** Where a value begins, or the row when it has none. Dear: for errors only. */
  readonly placeOf: (field: RowField) => Place;
}
