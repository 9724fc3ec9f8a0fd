import { lookup as lookupBySystem } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';
import { once } from '../once.ts';

/**
 * Whether the URL's host is loopback: an address of 127.0.0.0/8 or ::1 (RFC 6890 section 2.2), one of IPv4 also as IPv6 writes it
 * (RFC 4291 section 2.5.5.2), or the name `localhost` and each name beneath it, with or without a dot at the end (RFC 6761 section 6.3).
 */
export function isLoopback({ hostname }: URL): boolean {
  return isLoopbackName(hostname) || isLoopbackAddress(hostname);
}

/** Whether a connection to the URL's host stays on this machine: loopback, and the unspecified address, which systems take for it. */
export function isThisMachine(url: URL): boolean {
  return isLoopback(url) || isAddressIn(unspecified, url.hostname);
}

/** Whether it is an address of loopback, with or without the brackets of a URL. */
export function isLoopbackAddress(address: string): boolean {
  return isIPv4(address) ? address.startsWith('127.') : isAddressIn(loopback, address);
}

/** Whether a list of networks, which is made when it is needed, has the address in it. False for what is not an address. */
export function isAddressIn(networks: () => BlockList, address: string): boolean {
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(bare);
  return version !== 0 && networks().check(bare, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Addresses of a host: as the system knows them, but names beneath `localhost` are this machine without asking anyone (RFC 6761 section 6.3):
 * what goes there unencrypted must not end where a name server says.
 */
export const lookup: LookupFunction = (hostname, options, callback) => {
  lookupBySystem(isLoopbackName(hostname) ? 'localhost' : hostname, options, callback);
};

function isLoopbackName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/.test(hostname.toLowerCase());
}

const loopback = once(() => {
  const networks = new BlockList();
  networks.addSubnet('127.0.0.0', 8, 'ipv4');
  networks.addAddress('::1', 'ipv6');
  return networks;
});

const unspecified = once(() => {
  const addresses = new BlockList();
  addresses.addAddress('0.0.0.0', 'ipv4');
  addresses.addAddress('::', 'ipv6');
  return addresses;
});
