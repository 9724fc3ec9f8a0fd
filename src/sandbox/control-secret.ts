import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What the sandbox asks of those who control it: a secret that its user alone can read; undefined where the controls are open to everybody. */
export type ControlSecret = string | undefined;

/** A secret that nobody can guess: another one for each sandbox, so that what was sent to one is worth nothing at the next on its port. */
export function newControlSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What a request without it is told, as the text of a 401. */
export const SECRET_NEEDED =
  'This is for the user of the sandbox alone: send "Authorization: Bearer SECRET". The secret is the field "secret" of ' +
  '"flowkiwi sandbox status --json", and under "flowkiwi sandbox exec" the variable FLOWKIWI_SANDBOX_SECRET.';

/** The challenge of that 401 (RFC 6750 section 3). */
export const CHALLENGE = { 'www-authenticate': 'Bearer realm="sandbox controls"' } as const;

/** Whether the request shows the secret (RFC 6750 section 2.1), or none is asked for. How long it takes says nothing of the secret. Pure. */
export function showsSecret({ headers }: { readonly headers: IncomingHttpHeaders }, secret: ControlSecret): boolean {
  if (secret === undefined) return true;
  const [, shown = ''] = /^bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return timingSafeEqual(digest(shown), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
