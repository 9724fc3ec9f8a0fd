import type { Context } from './middleware.ts';

const LIMIT_BYTES = 8 * 1024;

/** Reads a form's fields (`application/x-www-form-urlencoded`). Undefined when the body is something else or longer than 8 KiB. */
export async function readForm(context: Context): Promise<URLSearchParams | undefined> {
  if (!context.is('application/x-www-form-urlencoded')) return undefined;
  const body = await readBody(context, LIMIT_BYTES);
  return body && new URLSearchParams(body.toString('utf8'));
}

/** Reads the request's body; undefined when it is longer than the limit. Rejects when the client goes away before its end. */
export async function readBody(context: Context, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // One that is too long is read on and thrown away: the request must live to be answered.
  for await (const chunk of context.req.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > limitBytes) {
      context.req.resume();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
