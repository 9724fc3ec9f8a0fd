/** What a browser ends up with. */
export interface Visited {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface VisitOptions {
  /** Returns the first address that starts with it, unvisited. */
  readonly stopAt?: string;
  /** What begins with `origin` is asked of the other origin, as of the instance of ZITADEL at that host, whose name need not resolve. */
  readonly instance?: { readonly origin: string; readonly at: string };
}

/** Follows redirects with cookies, as a browser does. */
export async function visit(start: string, { stopAt, instance }: VisitOptions = {}): Promise<Visited> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hop = 0; hop < 20; hop += 1) {
    if (stopAt !== undefined && url.startsWith(stopAt)) return { url, status: 0, headers: new Headers(), text: '' };
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const isAtInstance = instance !== undefined && url.startsWith(`${instance.origin}/`);
    const named = isAtInstance ? { 'x-zitadel-instance-host': new URL(instance.origin).host } : undefined;
    const address = isAtInstance ? url.replace(instance.origin, instance.at) : url;
    const response = await fetch(address, { redirect: 'manual', headers: { cookie, connection: 'close', ...named } });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null || response.status < 300 || response.status > 399) {
      return { url, status: response.status, headers: response.headers, text: await response.text() };
    }
    await response.body?.cancel();
    url = new URL(location, url).href;
  }
  throw new Error('too many redirects');
}
