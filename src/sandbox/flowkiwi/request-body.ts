import { isHttp2, type Request } from '../exchange.ts';
import { ApiError } from './api-error.ts';

/** Largest request body, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/** Beyond this the connection is cut; up to it the rest is read and thrown away, so that the client gets its answer. */
const PATIENCE = 64 * BODY_LIMIT;

/** A body as it came; `undefined` when it is larger than the limit. */
export type RawBody = Buffer | undefined;

const EMPTY = Buffer.alloc(0);

/** Reads the whole body. Rejects when the client goes away before its end. */
export async function readBody(request: Request): Promise<RawBody> {
  if (!hasBody(request)) return EMPTY;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
    if (size > PATIENCE) request.destroy();
  }
  return size > BODY_LIMIT ? undefined : Buffer.concat(chunks);
}

/** Whether there may be a body; over HTTP/2 no header has to say so. */
function hasBody(request: Request): boolean {
  const { headers } = request;
  return isHttp2(request) || headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** A decoded body: the attributes of one resource. */
export interface Document {
  /** The attribute's text, undefined when it is absent. Throws 400 when it is not text. */
  text(attribute: string): string | undefined;
  /** Every attribute that was sent. */
  readonly names: readonly string[];
  /** The attribute as it was sent, undefined when it is absent. */
  value(attribute: string): unknown;
}

/** Decodes a JSON body. Throws 413, 415 without a content type, 400 for what is not a JSON object (contract section 6.3). */
export function decodeBody(body: RawBody, contentType: string | undefined, shortName: string): Document {
  if (contentType === undefined || contentType === '') throw new ApiError(415, 'The "Content-Type" header must exist.');
  if (body === undefined) throw new ApiError(413, `The request body is larger than ${BODY_LIMIT} bytes.`, { connection: 'close' });
  const value = parse(decodeText(body));
  // To merge a list is to put it in place of the whole resource (RFC 7396 section 2).
  if (Array.isArray(value) && contentType.startsWith('application/merge-patch+json')) {
    throw new ApiError(400, `Expected IRI or document for resource "${shortName}", "array" given.`);
  }
  if (typeof value === 'string') throw new ApiError(400, `Invalid IRI "${value}".`);
  if (typeof value !== 'object' || value === null) {
    throw new ApiError(400, `Expected IRI or document for resource "${shortName}", "${phpType(value)}" given.`);
  }
  const attributes = new Map<string, unknown>(Object.entries(value));
  return {
    names: [...attributes.keys()],
    text: (attribute) => (attributes.has(attribute) ? textOf(attribute, attributes.get(attribute)) : undefined),
    value: (attribute) => attributes.get(attribute),
  };
}

function textOf(attribute: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw new ApiError(400, `The type of the "${attribute}" attribute must be "string", "${phpType(value)}" given.`);
  }
  // Half a character outside the basic plane: no UTF-8 text can hold it.
  if (/\p{Surrogate}/u.test(value)) throw new ApiError(400, 'Single unpaired high surrogate in Unicode escape');
  return value;
}

function decodeText(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new ApiError(400, 'Malformed UTF-8 characters, possibly incorrectly encoded');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Syntax error');
  }
}

/** How the service's language names the type of a decoded JSON value. */
function phpType(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object') return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'double';
  return typeof value;
}
