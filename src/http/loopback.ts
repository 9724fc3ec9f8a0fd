const HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether the URL's host is this machine (RFC 8252 section 7.3), also by the name `localhost` or one beneath it (RFC 6761 section 6.3). */
export function isLoopback({ hostname }: URL): boolean {
  return HOSTS.has(hostname) || isNameOfLoopback(hostname);
}

/** Whether it is a name beneath `localhost`. */
export function isNameOfLoopback(hostname: string): boolean {
  return hostname.endsWith('.localhost');
}
