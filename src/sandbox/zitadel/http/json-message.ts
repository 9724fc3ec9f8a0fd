import {
  create,
  type DescField,
  type DescMessage,
  fromJson,
  fromJsonString,
  type JsonValue,
  type Message,
  mergeFromJson,
} from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { StatusError } from '../status.ts';

/** As the real server: what nobody knows is ignored (contract section 1). */
const LENIENT = { ignoreUnknownFields: true } as const;

/** The JSON in a body, empty when there is only space; what follows the first object is passed over, as the server does. Throws 400 for what is not JSON. */
export function jsonText(body: Uint8Array): string {
  try {
    const text = firstObject(new TextDecoder('utf-8', { fatal: true }).decode(body).trim());
    // The message of a parser would quote the body, secrets and all.
    if (text !== '') JSON.parse(text);
    return text;
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw new StatusError('InvalidArgument', 'proto: syntax error (line 1:1): unexpected token');
  }
}

/** The object or list at the beginning of the text; the whole text when there is none. Throws 400 when it does not end. */
function firstObject(text: string): string {
  if (!/^[[{]/.test(text)) return text;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth === 0) return text.slice(0, index + 1);
  }
  throw new StatusError('InvalidArgument', 'unexpected EOF');
}

/** The message of a JSON text, an empty one for no text. Throws 400 with the parser's own words. */
export function messageFromJson(schema: DescMessage, json: string): Message {
  return json === '' ? create(schema) : read(() => parse(schema, json));
}

/** Sets in a message what a JSON value says. Throws 400 with the parser's own words. */
export function mergeJson(schema: DescMessage, message: Message, json: JsonValue): void {
  read(() => mergeFromJson(schema, message, json, LENIENT));
}

/** The field of that name, in either of its spellings. */
export function fieldNamed(schema: DescMessage, key: string | undefined): DescField | undefined {
  return schema.fields.find(({ name, jsonName }) => name === key || jsonName === key);
}

/** The message that the JSON text is, with a `null` for what is absent wherever protojson allows one. Throws for a key that comes twice. */
function parse(schema: DescMessage, text: string): Message {
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

function read<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new StatusError('InvalidArgument', `proto: ${error instanceof Error ? error.message : 'malformed message'}`);
  }
}
