import { createPublicKey } from 'node:crypto';
import type { Database } from '../../database.ts';
import { subjectOf, UntrustedToken } from '../../oauth/machines/claims.ts';
import { isSignedBy, parseJsonWebToken } from '../../oauth/machines/json-web-token.ts';
import { findSystemUser, type SystemUser } from '../store/system-users.ts';

/**
 * The system user that has signed the bearer token itself (contract section 4.5): RS256 by its own key, `iss` and `sub` its name, `aud`
 * one of the server's own origins. Undefined when anything is wrong.
 */
export function systemUserOf(database: Database, bearer: string, audiences: readonly string[], now: number): SystemUser | undefined {
  const token = parseJsonWebToken(bearer);
  const issuer = token?.claims['iss'];
  if (token === undefined || typeof issuer !== 'string' || issuer.includes('\0') || token.header['alg'] !== 'RS256') return undefined;
  const user = findSystemUser(database, issuer);
  if (user === undefined || !isSignedBy(token, createPublicKey(user.publicKey))) return undefined;
  try {
    return subjectOf(token, { issuer, audiences, now }) === issuer ? user : undefined;
  } catch (error) {
    if (error instanceof UntrustedToken) return undefined;
    throw error;
  }
}
