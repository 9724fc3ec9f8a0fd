import { lookup as lookupBySystem } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isNameOfLoopback } from './loopback.ts';

/**
 * Addresses of a host: as the system knows them, but names beneath `localhost` are this machine without asking anybody (RFC 6761 section 6.3):
 * what goes there unencrypted must not end where a name server says.
 */
export const lookup: LookupFunction = (hostname, options, callback) => {
  lookupBySystem(isNameOfLoopback(hostname) ? 'localhost' : hostname, options, callback);
};
