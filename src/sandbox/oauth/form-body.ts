import type { Context } from './middleware.ts';

const LIMIT_BYTES = 8 * 1024;

/** Reads a form's fields (`application/x-www-form-urlencoded`). Undefined when the body is something else or longer than 8 KiB. */
export async function readForm(context: Context): Promise<URLSearchParams | undefined> {
  if (!context.is('application/x-www-form-urlencoded')) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of context.req) {
    length += chunk.length;
    if (length > LIMIT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
