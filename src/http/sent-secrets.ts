import type { HttpRequest } from './client.ts';
import { isSecretName } from './redact.ts';

/** What is shorter is found by chance in any text, and is no secret worth the name. */
const SHORTEST = 8;

/** A text of the server without the secrets that the request carried: some servers repeat in their words what they refuse. Pure. */
export function withoutSent(text: string, request: Pick<HttpRequest, 'headers' | 'body'>): string {
  return secretsOf(request).reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}

/** The bearer token, and what stands in a form under the name of a secret. */
function secretsOf({ headers, body }: Pick<HttpRequest, 'headers' | 'body'>): readonly string[] {
  const [, bearer = ''] = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '') ?? [];
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') && typeof body === 'string';
  const fields = isForm ? [...new URLSearchParams(body)].filter(([name]) => isSecretName(name)).map(([, value]) => value) : [];
  return [bearer, ...fields].filter((secret) => secret.length >= SHORTEST);
}
