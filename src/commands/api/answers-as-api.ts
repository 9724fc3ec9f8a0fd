import type { HttpClient, HttpResponse } from '../../http/client.ts';
import { TransportError } from '../../http/transport-error.ts';
import { isRecord, parseJson } from '../../record.ts';

/** Where an API is looked for, and by what it is known. */
export interface ApiPlace {
  readonly http: HttpClient;
  readonly base: URL;
  /** Path beneath the base that every such API has. */
  readonly entryPoint: string;
  readonly signal: AbortSignal;
}

/**
 * Whether there is an API at a base URL: it publishes metadata (RFC 9728), or its entry point answers as one, if only to say that it wants a
 * token (RFC 6750 section 3). Asked without a credential. Throws nothing but the signal's reason.
 */
export async function answersAsApi({ http, base, entryPoint, signal }: ApiPlace): Promise<boolean> {
  const path = base.pathname.replace(/\/$/, '');
  const metadata = await ask(`/.well-known/oauth-protected-resource${path}`);
  if (metadata?.status === 200 && typeof documentOf(metadata)?.['resource'] === 'string') return true;
  const entry = await ask(`${path}${entryPoint}`);
  if (entry?.status === 401) return /^bearer\b/i.test(entry.headers['www-authenticate'] ?? '');
  return entry?.status === 200 && documentOf(entry) !== undefined;

  async function ask(where: string): Promise<HttpResponse | undefined> {
    try {
      return await http.send(
        { method: 'GET', url: new URL(base.origin + where), headers: { accept: 'application/ld+json, application/json' } },
        signal,
      );
    } catch (error) {
      if (error instanceof TransportError) return undefined;
      throw error;
    }
  }
}

function documentOf({ body }: HttpResponse): Readonly<Record<string, unknown>> | undefined {
  const json = parseJson(body);
  return isRecord(json) ? json : undefined;
}
