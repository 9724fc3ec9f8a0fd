import { isLoopback } from '../http/loopback.ts';

/** More redirects than any sign-in has. */
const MAX_REDIRECTS = 20;

/**
 * Plays the browser of a person for a sandbox that approves at once: visits the URL and follows its redirects with their
 * cookies, over this machine's loopback only, to the page that ends the sign-in. Throws when it comes to no page.
 */
export async function visit(start: string, signal: AbortSignal): Promise<void> {
  const cookies = new Map<string, Map<string, string>>();
  let url = new URL(start);
  for (let redirects = 0; redirects < MAX_REDIRECTS; redirects += 1) {
    if (!isLoopback(url)) throw new Error(`left this machine for ${url.origin}`);
    const jar = cookies.get(url.origin) ?? new Map<string, string>();
    cookies.set(url.origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', signal, headers: cookie ? { cookie } : {} });
    await response.arrayBuffer();
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(header) ?? [];
      if (name !== undefined && value !== undefined) jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) return;
    url = new URL(location, url);
  }
  throw new Error('too many redirects');
}
