import type { IncomingMessage } from 'node:http';
import { BlockList } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** The loopback address to listen on for a host that the user named; undefined when others could reach it. */
export function loopbackAddress(host: string): string | undefined {
  if (host === 'localhost') return '127.0.0.1';
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return LOOPBACK.check(address, address.includes(':') ? 'ipv6' : 'ipv4') ? address : undefined;
}

/** The origin of a server at that address. */
export function originOf(address: string, port: number): string {
  return new URL(`http://${address.includes(':') ? `[${address}]` : address}:${port}`).origin;
}

/**
 * Whether the request was meant for this server. A page that had its own name resolved to the loopback address (DNS rebinding)
 * sends that name; it cannot send ours, nor `localhost`.
 */
export function isOwnHost({ headers }: IncomingMessage, origin: string): boolean {
  const own = new URL(origin);
  const host = headers.host?.toLowerCase();
  return host === own.host || host === (own.port === '' ? 'localhost' : `localhost:${own.port}`);
}
