const HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether the URL's host is this machine (RFC 8252 section 7.3, and the name `localhost`). */
export function isLoopback({ hostname }: URL): boolean {
  return HOSTS.has(hostname);
}
