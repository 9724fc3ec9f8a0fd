import { CliError } from '../../errors.ts';
import { textProblem } from '../../incoming-text.ts';
import { closest } from '../../output/closest.ts';
import { SAVE_AS_UTF_8, shownValue } from './problems.ts';
import { ROW_FIELDS, type RowField } from './row.ts';

/** Which column says what, as `--map` names it: `organization=Kunde`. */
export type ColumnNames = Readonly<Partial<Record<RowField, string>>>;

/** Fields that `--map` takes; the others are those of a results file. */
export const MAPPABLE = ['organization', 'instance', 'handle', 'key', 'id'] as const satisfies readonly RowField[];

/** Other names of a field in flat rows: those of a results file, which are the API's own. */
export const SYNONYMS: Readonly<Partial<Record<RowField, readonly string[]>>> = { id: ['organization_id'] };

/** The columns that a results file has besides those of its manifest. */
export const RESULT_COLUMNS = [
  'apply_row',
  'organization_id',
  'instance_id',
  'product_management_url',
  'apply_status',
  'apply_error',
] as const;

/** Names that would change what an object is. */
const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

/** Reads `organization=Kunde,handle=Kürzel`, also several of them. Throws `usage`. */
export function parseColumnNames(given: readonly string[]): ColumnNames {
  const names: Partial<Record<RowField, string>> = {};
  for (const pair of given.flatMap((text) => text.split(','))) {
    const [, field = '', column = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const known = MAPPABLE.find((name) => name === field);
    if (known === undefined || column === '') {
      throw new CliError('usage', `--map takes FIELD=COLUMN, not ${shownValue(pair)}`, {
        hint: `FIELD is one of ${MAPPABLE.join(', ')}, for example --map organization=Kunde,handle=Kürzel`,
      });
    }
    if (names[known] !== undefined) throw new CliError('usage', `--map names the column for ${known} twice`);
    names[known] = column;
  }
  return names;
}

/** Which columns of a header say what. */
export interface Columns {
  readonly names: readonly string[];
  /** The place of the column of each field, from 0. */
  readonly places: ReadonlyMap<RowField, number>;
}

/** Something that is wrong with the header: the place of the column from 0, and what. */
export interface ColumnProblem {
  /** `missing`: a column that is not there, which rows of other columns may have. */
  readonly kind: 'name' | 'missing';
  readonly at: number;
  readonly message: string;
  readonly hint?: string;
}

/** Finds the column of each field in a header, and what is wrong with it. Pure. */
export function columnsOf(
  header: readonly string[],
  mapped: ColumnNames,
): { readonly columns: Columns; readonly problems: readonly ColumnProblem[] } {
  const names = header.map((name) => name.trim().normalize('NFC'));
  const problems: ColumnProblem[] = [];
  const seen = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    if (FORBIDDEN.includes(name)) problems.push({ kind: 'name', at, message: `a column cannot be called ${name}` });
    const problem = textProblem('name', name);
    if (problem !== undefined)
      problems.push({ kind: 'name', at, message: `the column ${shownValue(name)} ${problem}`, hint: SAVE_AS_UTF_8 });
    if (name !== '' && seen.has(name)) problems.push({ kind: 'name', at, message: `two columns are called ${shownValue(name)}` });
    if (!seen.has(name)) seen.set(name, at);
  }
  const places = new Map<RowField, number>();
  const isTaken = new Set<number>();
  for (const [field, column] of Object.entries(mapped)) {
    const at = names.indexOf(column.normalize('NFC'));
    if (at === -1) {
      if (problems.length > 0) continue;
      problems.push({
        kind: 'missing',
        at: 0,
        message: `there is no column ${shownValue(column)}`,
        hint: `the columns are ${listed(names)}`,
      });
    } else {
      const known = ROW_FIELDS.find((name) => name === field);
      if (known) places.set(known, at);
      isTaken.add(at);
    }
  }
  const lower = names.map((name) => name.toLowerCase());
  for (const field of ROW_FIELDS) {
    if (places.has(field) || mapped[field] !== undefined) continue;
    // In a file with names of its own, `id` is the number that its program has for a customer.
    const own = field === 'id' && Object.keys(mapped).length > 0 ? [] : [field];
    const at = [...own, ...(SYNONYMS[field] ?? [])]
      .map((name) => (field === 'id' ? names : lower).indexOf(name))
      .find((found) => found !== -1 && !isTaken.has(found));
    if (at !== undefined) places.set(field, at);
  }
  for (const at of places.values()) isTaken.add(at);
  if (Object.keys(mapped).length === 0 && problems.length === 0) problems.push(...misspelled(names, places, isTaken));
  if (!places.has('organization') && problems.length === 0) {
    problems.push({
      kind: 'missing',
      at: 0,
      message: lower.includes('organization')
        ? 'the column organization is that of another field, so none names the customers'
        : `no column is called organization; there are ${listed(names)}`,
      hint: 'name the columns, for example --map organization=Kunde,handle=Kürzel',
    });
  }
  return { columns: { names, places }, problems };
}

/** Columns that would be carried through, but are probably a field in another spelling. */
function misspelled(names: readonly string[], places: ReadonlyMap<RowField, number>, isTaken: ReadonlySet<number>): ColumnProblem[] {
  const missing = ['organization', 'instance', 'handle', 'key'].filter((name) => !ROW_FIELDS.some((f) => f === name && places.has(f)));
  const problems: ColumnProblem[] = [];
  for (const [at, name] of names.entries()) {
    const meant = isTaken.has(at) || name.length < 3 ? undefined : closest(name, missing);
    if (meant === undefined) continue;
    problems.push({
      kind: 'name',
      at,
      message: `the column ${shownValue(name)} is not known; did you mean ${meant}?`,
      hint: `rename it, or name the columns with --map, for example --map ${meant}=${name}`,
    });
  }
  return problems;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).map(shownValue).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}
