/**
 * Whether the URL's host is this machine: all of 127.0.0.0/8 and ::1 (RFC 5735 section 4, RFC 4291 section 2.5.3), also by the name `localhost` or
 * one beneath it (RFC 6761 section 6.3).
 */
export function isLoopback({ hostname }: URL): boolean {
  return /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(hostname) || isNameOfLoopback(hostname);
}

/** Whether it is a name beneath `localhost`. */
export function isNameOfLoopback(hostname: string): boolean {
  return hostname.endsWith('.localhost');
}
