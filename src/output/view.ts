import { CliError } from '../errors.ts';
import { closest } from './closest.ts';

/** What the value of a field is in JSON, as TypeScript writes it. */
export type FieldType =
  | 'string'
  | 'string | null'
  | 'boolean'
  | 'boolean | null'
  | 'integer'
  | 'integer | null'
  | 'string[]'
  | 'string[] | null'
  | 'object'
  | 'object | null'
  | 'object[]';

/** What there is to know of one property of a JSON object. */
export interface DataField {
  readonly name: string;
  /** A text, or null where nothing is known, when absent. */
  readonly type?: FieldType | undefined;
  /** Whether only some options, or some answers of a server, bring it. */
  readonly optional?: boolean | undefined;
}

/** One property of a resource, as a column, a line or a JSON key. */
export interface Field<T> extends DataField {
  /** JSON key, and the name that `--fields` takes. */
  readonly name: string;
  /** What a person reads above the column or beside the value. */
  readonly heading: string;
  /** Shown when `--fields` is absent: as a column of the table, and in TSV. A single resource on a terminal shows every field. */
  readonly table: boolean;
  /**
   * The value in words, unescaped; empty or null when there is none. Several values (the members of an organization) are several strings: one a
   * line for a single resource, otherwise joined by commas.
   */
  readonly text: (value: T) => string | null | readonly (string | null)[];
  /** Never cut on a narrow terminal: ids, handles, URLs. */
  readonly keep?: boolean;
  /** An instant as RFC 3339 writes it. A person at a terminal sees how long ago it was, or in how long it is; everything else is told it exactly. */
  readonly isTime?: boolean;
  /** A secret, which goes where it is asked for by its own option, and not into the outputs of a step, which logs show. */
  readonly isSecret?: boolean;
  /** Left out of a table that would be too wide for the terminal with it, unless `--fields` names it. The last such field goes first. */
  readonly spare?: boolean;
}

/** How one kind of resource is shown, in every format. */
export interface View<T> {
  /** In the singular, as in an error message: `organization`, `instance`. */
  readonly kind: string;
  readonly fields: readonly Field<T>[];
  readonly id: (value: T) => string;
  /** The resource as a JSON object, each key the name of a field. */
  readonly json: (value: T) => Readonly<Record<string, unknown>>;
}

/**
 * The fields with these names, in the order of the names; a name given twice counts once.
 * Throws `usage` for a name that the view does not have.
 */
export function selectFields<T>(view: View<T>, names: readonly string[]): readonly Field<T>[] {
  const known = new Map(view.fields.map((field) => [field.name, field]));
  const hint = `the fields of ${view.kind} are ${[...known.keys()].join(', ')}`;
  if (names.length === 0) throw new CliError('usage', '--fields names no field', { hint });
  return [...new Set(names)].map((name) => {
    const field = known.get(name);
    if (field !== undefined) return field;
    const meant = closest(name, [...known.keys()]);
    const question = meant === undefined ? '' : `; did you mean "${meant}"?`;
    throw new CliError('usage', `unknown field "${name}"${question}`, { hint });
  });
}

/** The values of a field, unescaped; empty when there is none. */
export function fieldTexts<T>(field: Field<T>, value: T): readonly string[] {
  const text = field.text(value);
  const texts = text === null || typeof text === 'string' ? [text] : text;
  return texts.flatMap((part) => part || []);
}

/** The values of a field as one text, unescaped. */
export function cellText<T>(field: Field<T>, value: T): string {
  return fieldTexts(field, value).join(', ');
}
