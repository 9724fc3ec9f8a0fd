import type { JsonWebToken } from './json-web-token.ts';

/** Why a token of somebody else is not believed. Its message is for the client. */
export class UntrustedToken extends Error {}

/** What the claims of a token have to say. */
export interface Expected {
  readonly issuer: string;
  /** Names of this server; one of them must be among the token's audiences. */
  readonly audiences: readonly string[];
  /** In milliseconds. */
  readonly now: number;
}

/** A token may be this old, and its clock this far ahead, in seconds: ZITADEL's rules. */
const LONGEST_AGE = 60 * 60;
const TOLERANCE = 1;

/** Checks the claims (RFC 7523 section 3) of a token whose signature is good; returns its subject. Throws `UntrustedToken`. */
export function subjectOf({ claims }: JsonWebToken, { issuer, audiences, now }: Expected): string {
  const { iss, sub, aud, exp, iat, nbf } = claims;
  const seconds = now / 1000;
  if (iss !== issuer) throw new UntrustedToken('iss: not the issuer of this key');
  if (typeof sub !== 'string' || sub === '') throw new UntrustedToken('sub: a subject is needed');
  if (![aud].flat().some((audience) => audiences.some((name) => name === audience))) {
    throw new UntrustedToken(`aud: ${audiences.join(' or ')} is needed`);
  }
  if (typeof exp !== 'number') throw new UntrustedToken('exp: an expiry is needed');
  if (exp <= seconds) throw new UntrustedToken('exp: expired');
  if (typeof iat !== 'number') throw new UntrustedToken('iat: the time of issue is needed');
  if (iat > seconds + TOLERANCE) throw new UntrustedToken('iat: issued in the future');
  if (iat < seconds - LONGEST_AGE) throw new UntrustedToken('iat: issued more than an hour ago');
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= seconds + TOLERANCE)) throw new UntrustedToken('nbf: not valid yet');
  return sub;
}
