import {
  create,
  type DescField,
  type DescMessage,
  fromJson,
  fromJsonString,
  type JsonValue,
  type Message,
  mergeFromJson,
  ScalarType,
} from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { StatusError } from '../status.ts';
import type { Route } from './routes.ts';

/** As the real server: what nobody knows is ignored (contract section 1). */
const LENIENT = { ignoreUnknownFields: true } as const;

/** The parts of a request that make its message. */
export interface RequestParts {
  readonly variables: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** The body as it came; undefined when it was too large. */
  readonly body: Buffer | undefined;
}

/** The message of a request: its body, then the variables of the path, then what else the query says. Throws 400 before anything else is looked at. */
export function requestMessage({ method, body: bodyField }: Route, { variables, query, body }: RequestParts): Message {
  const { input } = method;
  if (body === undefined) throw new StatusError('ResourceExhausted', 'grpc: received message larger than max');
  const text = bodyField === '' ? '' : decode(body);
  const json = bodyField === '*' || text === '' ? text : `{${JSON.stringify(bodyField)}:${text}}`;
  const message = json === '' ? create(input) : read(() => messageFrom(input, json));
  for (const [path, value] of variables) merge(input, message, path, [value]);
  if (bodyField === '*') return message;
  for (const path of new Set(query.keys())) merge(input, message, path, query.getAll(path));
  return message;
}

function decode(body: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    // The message of a parser would quote the body, secrets and all.
    if (text.trim() !== '') JSON.parse(text);
    return text.trim();
  } catch {
    throw new StatusError('InvalidArgument', 'proto: syntax error (line 1:1): unexpected token');
  }
}

/** The message that the JSON text is, with a `null` for what is absent wherever protojson allows one. Throws for a key that comes twice. */
function messageFrom(schema: DescMessage, text: string): Message {
  const message = fromJson(schema, withoutNullMembers(schema, JSON.parse(text)), LENIENT);
  // What JSON.parse makes of a key that comes twice cannot be told from one that comes once.
  fromJsonString(EmptySchema, text, LENIENT);
  return message;
}

/** Leaves out the members of oneofs that are `null`: protojson passes them over before it counts a oneof's members, this library after it. */
function withoutNullMembers(schema: DescMessage, json: JsonValue): JsonValue {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const entries = Object.entries(json).flatMap(([key, value]): [string, JsonValue][] => {
    const field = fieldNamed(schema, key);
    if (value === null && field?.oneof !== undefined) return [];
    const inner = field?.message;
    if (inner === undefined || field?.fieldKind === 'map') return [[key, value]];
    return [[key, Array.isArray(value) ? value.map((item) => withoutNullMembers(inner, item)) : withoutNullMembers(inner, value)]];
  });
  return Object.fromEntries(entries);
}

/** Sets the field at a path, which may lie in a message within (`query.limit`). Unknown ones are ignored. */
function merge(schema: DescMessage, message: Message, path: string, values: readonly string[]): void {
  const fields = fieldsAlong(schema, path.split('.'));
  const field = fields.at(-1);
  if (field === undefined) return;
  if (field.fieldKind !== 'list' && values.length > 1) {
    throw new StatusError('InvalidArgument', `too many values for field "${field.name}": ${values.join(', ')}`);
  }
  const leaf = field.fieldKind === 'list' ? values.map((value) => jsonOf(value, field)) : jsonOf(values[0] ?? '', field);
  const json = fields.reduceRight<JsonValue>((inner, { jsonName }) => ({ [jsonName]: inner }), leaf);
  read(() => mergeFromJson(schema, message, json, LENIENT));
}

/** The fields that lead to the last of the names, from the outermost; none when there is no such field. */
function fieldsAlong(schema: DescMessage, names: readonly string[]): DescField[] {
  const [first, ...rest] = names;
  const field = fieldNamed(schema, first);
  if (field === undefined || rest.length === 0) return field === undefined ? [] : [field];
  const inner = field.fieldKind === 'message' ? fieldsAlong(field.message, rest) : [];
  return inner.length === 0 ? [] : [field, ...inner];
}

function fieldNamed(schema: DescMessage, key: string | undefined): DescField | undefined {
  return schema.fields.find(({ name, jsonName }) => name === key || jsonName === key);
}

/** What stands in a path or a query, as JSON: numbers may be texts there. */
function jsonOf(text: string, field: DescField): string | number | boolean {
  if (field.enum !== undefined && /^-?\d+$/.test(text)) return Number(text);
  if (/^(?:true|false)$/i.test(text) && field.scalar === ScalarType.BOOL) return text.toLowerCase() === 'true';
  return text;
}

/** Throws 400 with the parser's own words. */
function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new StatusError('InvalidArgument', `proto: ${error instanceof Error ? error.message : 'malformed message'}`);
  }
}
