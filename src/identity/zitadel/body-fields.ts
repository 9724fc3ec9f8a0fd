import { CliError, type Violation } from '../../errors.ts';
import { isRecord } from '../../record.ts';

/** A field of a request's body: where it stands, how a user gives it, and what it has to be (contract section 1). */
export interface BodyField {
  /** `human.profile.firstName`. */
  readonly path: string;
  /** `--first-name`. */
  readonly flag: string;
  readonly type: 'text' | 'switch' | 'texts';
  readonly required?: boolean;
  /** Longest text, in code points. */
  readonly longest?: number;
  /** The names of an enumeration's values, by their numbers. */
  readonly values?: readonly string[];
  /** What is wrong with a text, in words; undefined when nothing is. */
  readonly problem?: (text: string) => string | undefined;
}

/** A value of a field; an empty object where its presence alone says something. */
export type FieldValue = string | boolean | readonly string[] | Readonly<Record<string, never>> | undefined;

export type Body = Readonly<Record<string, unknown>>;

/** A body with these values at the paths of the fields; what is undefined, false or empty is left out, as ZITADEL takes it to be that. */
export function bodyOf(values: Readonly<Record<string, FieldValue>>): Body {
  const body: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(values)) {
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue;
    const parts = path.split('.');
    const last = parts.pop() ?? path;
    let object = body;
    for (const part of parts) {
      const inner = object[part];
      object = object[part] = isRecord(inner) ? inner : {};
    }
    object[last] = value;
  }
  return body;
}

/** The text at a path of a body; undefined when there is none. */
export function textAt(body: Body, path: string): string | undefined {
  const value = valueAt(body, path);
  return typeof value === 'string' ? value : undefined;
}

/**
 * The body itself, when it has all that it needs and nothing that ZITADEL refuses late or ignores without a word. Throws `invalid` with
 * one violation for each field that is wrong, named as the user gave it: by its `flag`, or by its `path` in a file. Values are not shown.
 */
export function checkedBody(fields: readonly BodyField[], body: Body, what: string, named: 'flag' | 'path'): Body {
  const found = [
    ...fields.flatMap((field) => {
      const message = fieldProblem(field, valueAt(body, field.path));
      return message === undefined ? [] : [{ field: field[named], message }];
    }),
    ...strangers(fields, body),
  ];
  // One flag may be several fields.
  const isFirst = ({ field, message }: Violation, index: number) =>
    found.findIndex((other) => other.field === field && other.message === message) === index;
  const violations = found.filter(isFirst);
  if (violations.length === 0) return body;
  throw new CliError('invalid', `${what} cannot be created like this`, {
    hint: named === 'flag' ? 'nothing was sent: correct what is named' : 'nothing was sent: correct the fields of --input',
    violations,
  });
}

/** What is wrong with the value of one field; undefined when nothing is. */
function fieldProblem(
  { type, required, longest = Number.POSITIVE_INFINITY, values, problem }: BodyField,
  value: unknown,
): string | undefined {
  if (value === undefined) return required ? 'is missing' : undefined;
  if (values !== undefined) return values.some((name) => name === value) ? undefined : `is none of ${values.join(', ')}`;
  if (type === 'switch') return typeof value === 'boolean' ? undefined : 'is neither true nor false';
  if (type === 'texts' && !Array.isArray(value)) return 'is not a list of texts';
  const texts: readonly unknown[] = type === 'texts' && Array.isArray(value) ? value : [value];
  for (const text of texts) {
    if (typeof text !== 'string') return type === 'texts' ? 'is not a list of texts' : 'is not text';
    if (required && text.trim() === '') return 'is empty';
    if ([...text].length > longest) return `has more than ${longest} characters`;
    const found = problem?.(text);
    if (found !== undefined) return found;
  }
  return undefined;
}

function valueAt(body: Body, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => (isRecord(value) ? value[part] : undefined), body);
}

/** Fields of a body that the request does not have. */
function strangers(fields: readonly BodyField[], body: Body, before = ''): Violation[] {
  return Object.entries(body).flatMap(([name, value]) => {
    const path = `${before}${name}`;
    if (fields.some((field) => field.path === path)) return [];
    if (isRecord(value) && fields.some((field) => field.path.startsWith(`${path}.`))) return strangers(fields, value, `${path}.`);
    return [{ field: path, message: 'is not a field of the request; ZITADEL would ignore it' }];
  });
}

/**
 * A body in the one form that is checked and sent, from any form that the API takes (the JSON mapping of Protocol Buffers): fields by their JSON
 * names, where they may have the names of the proto file as well (`user_name`); enumerations by the names of their values, where they may be numbers;
 * and without what is null, which is the same as absent. What is given by both names keeps both, and is refused as a stranger. Pure.
 */
export function canonicalBody(fields: readonly BodyField[], body: Body, before = ''): Body {
  const isKnown = (path: string) => fields.some((field) => field.path === path || field.path.startsWith(`${path}.`));
  const entries = Object.entries(body).flatMap(([given, value]): readonly (readonly [string, unknown])[] => {
    if (value === null) return [];
    const jsonName = given.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const name = isKnown(before + jsonName) && (jsonName === given || !Object.hasOwn(body, jsonName)) ? jsonName : given;
    const path = before + name;
    if (isRecord(value) && isKnown(path)) return [[name, canonicalBody(fields, value, `${path}.`)]];
    return [[name, enumName(fields.find((field) => field.path === path)?.values, value)]];
  });
  return Object.fromEntries(entries);
}

/** The name of an enumeration's value that was given by its number; anything else unchanged. */
function enumName(values: readonly string[] | undefined, value: unknown): unknown {
  return typeof value === 'number' ? (values?.[value] ?? value) : value;
}
