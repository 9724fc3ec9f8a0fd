import { type DescField, type DescMessage, type JsonValue, type Message, ScalarType } from '@bufbuild/protobuf';
import { fieldNamed, jsonText, mergeJson, messageFromJson } from '../http/json-message.ts';
import { StatusError } from '../status.ts';
import type { Route } from './routes.ts';

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
  const text = bodyField === '' ? '' : jsonText(body);
  const json = bodyField === '*' || text === '' ? text : `{${JSON.stringify(bodyField)}:${text}}`;
  const message = messageFromJson(input, json);
  for (const [path, value] of variables) merge(input, message, path, [value]);
  if (bodyField === '*') return message;
  for (const path of new Set(query.keys())) merge(input, message, path, query.getAll(path));
  return message;
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
  mergeJson(schema, message, json);
}

/** The fields that lead to the last of the names, from the outermost; none when there is no such field. */
function fieldsAlong(schema: DescMessage, names: readonly string[]): DescField[] {
  const [first, ...rest] = names;
  const field = fieldNamed(schema, first);
  if (field === undefined || rest.length === 0) return field === undefined ? [] : [field];
  const inner = field.fieldKind === 'message' ? fieldsAlong(field.message, rest) : [];
  return inner.length === 0 ? [] : [field, ...inner];
}

/** What stands in a path or a query, as JSON: numbers may be texts there. */
function jsonOf(text: string, field: DescField): string | number | boolean {
  if (field.enum !== undefined && /^-?\d+$/.test(text)) return Number(text);
  if (/^(?:true|false)$/i.test(text) && field.scalar === ScalarType.BOOL) return text.toLowerCase() === 'true';
  return text;
}
