import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';
import type { Database } from '../../database.ts';
import { loadSecret } from '../secrets.ts';
import { type Expected, subjectOf, UntrustedToken } from './claims.ts';
import { isSignedBy, type JsonWebToken, signJsonWebToken } from './json-web-token.ts';
import { prepareMachines } from './machine-tables.ts';
import { hashOf } from './random-secret.ts';

/** What GitHub Actions answers at `ACTIONS_ID_TOKEN_REQUEST_URL`. */
export interface CiTokenAnswer {
  /** The ID token of the job, a JWT. */
  readonly value: string;
  /** Its length. */
  readonly count: number;
}

export interface CiTokenRequest {
  /** Origin of the sandbox. */
  readonly origin: string;
  /** The bearer token of the request, `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  readonly requestToken: string;
  /** GitHub's default when null: the address of the repository's owner. */
  readonly audience: string | null;
  /** In milliseconds. */
  readonly now: number;
}

const OWNER = 'acme';
const REF = 'refs/heads/main';
const TOKEN_SECONDS = 5 * 60;

/** The issuer of the sandbox's own CI, the only one that it trusts. */
export function ciIssuer(origin: string): string {
  return `${origin}/_sandbox/ci`;
}

/** The subject of a CI job's tokens on the main branch of that repository. */
export function ciSubject(repository: string): string {
  return `repo:${OWNER}/${repository}:ref:${REF}`;
}

/** The ID token of a CI job, with GitHub's claims; undefined when no job has that request token. */
export function issueCiToken(database: Database, { origin, requestToken, audience, now }: CiTokenRequest): CiTokenAnswer | undefined {
  prepareMachines(database);
  const row = database.get('SELECT ci_subject FROM machine WHERE ci_request_token_hash = ?', [hashOf(requestToken)]);
  if (row === undefined) return undefined;
  const sub = String(row['ci_subject']);
  const { jwk, keyId } = loadKey(database);
  const iat = Math.floor(now / 1000);
  const claims = {
    jti: randomUUID(),
    iss: ciIssuer(origin),
    sub,
    aud: audience ?? `https://github.com/${OWNER}`,
    repository: sub.split(':')[1],
    repository_owner: OWNER,
    ref: REF,
    nbf: iat,
    iat,
    exp: iat + TOKEN_SECONDS,
  };
  const value = signJsonWebToken(claims, createPrivateKey({ key: jwk, format: 'jwk' }), keyId);
  return { value, count: value.length };
}

/** The id of the account that the CI job acts for. Throws `UntrustedToken`, for a token of any other issuer too. */
export function accountIdOfCiToken(database: Database, token: JsonWebToken, expected: Expected): string {
  prepareMachines(database);
  const { jwk, keyId } = loadKey(database);
  if (token.header['kid'] !== keyId) throw new UntrustedToken('kid: no key of the trusted CI');
  if (!isSignedBy(token, createPublicKey({ key: jwk, format: 'jwk' }))) throw new UntrustedToken('the signature is not valid');
  const row = database.get('SELECT account_id FROM machine WHERE ci_subject = ?', [subjectOf(token, expected)]);
  if (row === undefined) throw new UntrustedToken('sub: no account trusts this job');
  return String(row['account_id']);
}

/** The key pair of the CI, made when it is first needed and kept. */
function loadKey(database: Database): { readonly jwk: JsonWebKey; readonly keyId: string } {
  return JSON.parse(loadSecret(database, 'ci_key', makeKey));
}

function makeKey(): string {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return JSON.stringify({ jwk, keyId: randomUUID() });
}
