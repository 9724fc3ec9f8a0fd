const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether the URL's host is this machine (RFC 8252 section 7.3, and the name `localhost`). */
export function isLoopback(url: URL): boolean {
  return LOOPBACK_HOSTS.has(url.hostname);
}

/**
 * The URL when secrets may be sent there and a browser may be opened there: https anywhere, plain http on loopback only,
 * no user name or password in it. Anything else, also what is no string or no URL, is undefined.
 */
export function parseSafeUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  return isSafe && url.username === '' && url.password === '' ? url : undefined;
}
