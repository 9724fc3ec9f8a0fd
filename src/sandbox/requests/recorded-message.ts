import type { Request, Response } from '../exchange.ts';

/** The head and the body of a request, or of an answer, as far as they are kept. */
export interface RecordedMessage {
  /** Names in lower case. As they came: not for showing. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first `LONGEST_BODY` bytes. */
  readonly body: Buffer;
  /** How many there were. */
  readonly length: number;
}

/** Longest part of a body that is kept, in bytes. */
export const LONGEST_BODY = 8 * 1024;

/** Notes what a request brings, from now on: nothing is read that its handler does not read. */
export function recordRequest(request: Request): () => RecordedMessage {
  const body = recordedBody();
  const push = request.push.bind(request);
  request.push = (chunk, encoding) => {
    body.add(chunk);
    return push(chunk, encoding);
  };
  return () => ({ headers: textHeaders(request.headers), ...body.kept() });
}

/** Notes what is answered, from now on. */
export function recordResponse(response: Response): () => RecordedMessage {
  const body = recordedBody();
  let written: Readonly<Record<string, unknown>> = {};
  const [writeHead, write, end] = [response.writeHead.bind(response), response.write.bind(response), response.end.bind(response)];
  response.writeHead = (status, ...rest) => {
    written = { ...rest.at(-1) };
    return writeHead(status, ...rest);
  };
  response.write = (chunk, ...rest) => {
    body.add(chunk);
    return write(chunk, ...rest);
  };
  response.end = (...rest) => {
    body.add(rest[0]);
    return end(...rest);
  };
  return () => ({ headers: textHeaders({ ...response.getHeaders(), ...written }), ...body.kept() });
}

function recordedBody() {
  const chunks: Buffer[] = [];
  let [kept, length] = [0, 0];
  return {
    add: (chunk: unknown): void => {
      if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (kept >= LONGEST_BODY) return;
      const part = bytes.subarray(0, LONGEST_BODY - kept);
      chunks.push(part);
      kept += part.length;
    },
    kept: () => ({ body: Buffer.concat(chunks), length }),
  };
}

/** Those of HTTP/2 that are no headers are left out. */
function textHeaders(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).filter(([name, value]) => value !== undefined && !name.startsWith(':'));
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value)]));
}
