import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackAddress } from '../http/loopback.ts';

/** A request, as far as it matters here. */
interface Headed {
  readonly headers: IncomingHttpHeaders;
}

/** The loopback address to listen on for a host that the user named; undefined when others could reach it. */
export function loopbackAddress(host: string): string | undefined {
  if (host === 'localhost') return '127.0.0.1';
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return isLoopbackAddress(address) ? address : undefined;
}

/** The origin of a server at that address. */
export function originOf(address: string, port: number): string {
  return new URL(`http://${address.includes(':') ? `[${address}]` : address}:${port}`).origin;
}

/**
 * Whether the request was meant for this server. A page that had its own name resolved to the loopback address (DNS rebinding)
 * sends that name; it cannot send ours, nor `localhost`.
 */
export function isOwnHost(request: Headed, origin: string): boolean {
  const { port } = new URL(origin);
  return isIssuerHost(request, origin) || request.headers.host?.toLowerCase() === (port === '' ? 'localhost' : `localhost:${port}`);
}

/** Whether a page of another origin has sent the request. Browsers name the origin wherever such a page could read the answer. */
export function isFromOtherOrigin({ headers }: Headed, origin: string): boolean {
  return headers.origin !== undefined && headers.origin !== origin;
}

/** Whether the request names the server exactly as its origin does. */
export function isIssuerHost({ headers }: Headed, origin: string): boolean {
  return headers.host?.toLowerCase() === new URL(origin).host;
}
