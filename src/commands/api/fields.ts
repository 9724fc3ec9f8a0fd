import { decodedText } from '../../decoded-text.ts';
import { CliError } from '../../errors.ts';
import { type IncomingText, incomingText } from '../../incoming-text.ts';
import { writeJson } from '../../json-writer.ts';
import { orderedRecord } from '../../ordered-record.ts';
import { DEEPEST_JSON } from '../../record.ts';
import { type InputReader, isSecretArgument } from '../kit/input-files.ts';

/** A field as it was given, files read. */
export interface Field {
  /** `name`, `a[b]`, `a[]`. */
  readonly name: string;
  /** Undefined for `a[]` without `=`: an empty list. */
  readonly value: FieldValue | undefined;
}

export type FieldValue = string | number | boolean | null;

type Node = FieldValue | Node[] | Map<string, Node>;

/** The JSON object that the fields make up, as text. Throws `usage` when two of them contradict each other. */
export function jsonOfFields(fields: readonly Field[]): string {
  const root = new Map<string, Node>();
  for (const { name, value } of fields) {
    const [first = '', ...rest] = keysOf(name);
    put(root, first, rest, { name, value });
  }
  return writeJson(dataOf(root));
}

/** Plain data, with the keys in the order of the fields. */
function dataOf(node: Node): unknown {
  if (node instanceof Map) return orderedRecord([...node].map(([key, value]) => [key, dataOf(value)]));
  return Array.isArray(node) ? node.map(dataOf) : node;
}

/** The fields as query parameters, by the names they were given: null is empty, an empty list is nothing. */
export function queryOfFields(fields: readonly Field[]): readonly (readonly [string, string])[] {
  return fields.flatMap(({ name, value }) => {
    keysOf(name);
    return value === undefined ? [] : [[name, value === null ? '' : String(value)] as const];
  });
}

/**
 * Splits `name=value` at the first equals sign. Throws `usage` when there is none, unless the name ends in `[]`, and for a secret that is
 * not read from a file: the argument list is not a place for one.
 */
export function splitField(text: string, flag: string): { readonly name: string; readonly text: string | undefined } {
  const end = text.indexOf('=');
  if (end > 0) {
    const [name, value] = [text.slice(0, end), text.slice(end + 1)];
    if (isSecretArgument(name) && !(flag === '--field' && value.startsWith('@'))) {
      throw new CliError('usage', `the field ${JSON.stringify(name)} holds a secret, which others on this machine could read`, {
        hint: `give it on standard input: --field '${name}=@-'`,
      });
    }
    return { name, text: value };
  }
  if (end === -1 && text.endsWith('[]')) return { name: text, text: undefined };
  throw new CliError('usage', `${flag} takes name=value, not ${JSON.stringify(text)}`, { hint: `for example ${flag} name="Acme Corp"` });
}

/**
 * A field of `-F`: its value typed, or read where it begins with `@`; `onChange` is told what was taken off the text of a file. Throws `usage`.
 */
export async function readField(read: InputReader, given: string, onChange: (change: IncomingText) => Promise<void>): Promise<Field> {
  const { name, text } = splitField(given, '--field');
  if (text === undefined || !text.startsWith('@')) return { name, value: text === undefined ? undefined : typedValue(text) };
  const source = `--field ${name}`;
  const bytes = await read(text.slice(1), source, 'a text that begins with @ is given with --raw-field');
  const change = incomingText('content', decodedText(bytes, source), source);
  await onChange(change);
  return { name, value: change.text };
}

/** true, false, null and whole numbers as JSON has them; a number that programs would round stays a text. */
export function typedValue(text: string): FieldValue {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  return /^(0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

/** `a[b][]` as `a`, `b` and an empty key for the list. Throws `usage`. */
function keysOf(name: string): readonly string[] {
  if (!/^[^[\]]+(\[[^[\]]*\])*$/.test(name) || name.includes('[][]')) {
    throw new CliError('usage', `${JSON.stringify(name)} cannot be the name of a field`, {
      hint: 'for example name, order[name] or tags[]',
    });
  }
  const keys = name.replaceAll(']', '').split('[');
  if (keys.length <= DEEPEST_JSON) return keys;
  throw new CliError('usage', `the name of a field nests ${keys.length} levels deep`, {
    hint: `at most ${DEEPEST_JSON}; --input takes any JSON`,
  });
}

function put(object: Map<string, Node>, key: string, rest: readonly string[], field: Field): void {
  const [next, ...others] = rest;
  const here = object.get(key);
  if (next === undefined) {
    if (here !== undefined) throw contradiction(field);
    object.set(key, field.value ?? null);
  } else if (next === '') {
    if (here !== undefined && !Array.isArray(here)) throw contradiction(field);
    const list = here ?? [];
    object.set(key, list);
    append(list, others, field);
  } else {
    if (here !== undefined && !(here instanceof Map)) throw contradiction(field);
    const inner = here ?? new Map<string, Node>();
    object.set(key, inner);
    put(inner, next, others, field);
  }
}

/** The members of an object in a list follow each other: the first that its object has already begins the next object. */
function append(list: Node[], rest: readonly string[], field: Field): void {
  const [key, ...others] = rest;
  if (key === undefined) {
    if (field.value !== undefined) list.push(field.value);
    return;
  }
  const last = list.at(-1);
  const continues = last instanceof Map && !has(last, rest);
  const object = continues ? last : new Map<string, Node>();
  if (!continues) list.push(object);
  put(object, key, others, field);
}

function has(object: Map<string, Node>, [key = '', ...rest]: readonly string[]): boolean {
  const here = object.get(key);
  if (here === undefined) return false;
  return here instanceof Map && rest.length > 0 ? has(here, rest) : rest[0] !== '';
}

function contradiction({ name }: Field): CliError {
  return new CliError('usage', `the field ${JSON.stringify(name)} contradicts one before it`, {
    hint: 'give each field once; a list is made with name[]=value',
  });
}
