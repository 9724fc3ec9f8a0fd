import { randomBytes } from 'node:crypto';
import { CLIENT_ID } from '../../well-known.ts';
import { type Account, accountFrom, findOrCreateAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import { prepareArtifacts } from './artifact-table.ts';
import { SCOPES } from './client.ts';

const ISSUED_TOKEN_SECONDS = 24 * 60 * 60;

/**
 * The account that a bearer token stands for; undefined when the token is unknown, expired or revoked. `now` is in milliseconds.
 * A token is worth nothing without its grant: one that was issued while its grant was being revoked never works.
 */
export function authenticate(database: Database, bearer: string, now: number): Account | undefined {
  if (bearer === '' || bearer.includes('\0')) return undefined;
  prepareArtifacts(database);
  return accountFrom(
    database.get(
      `SELECT account.id, account.email, account.name
       FROM oauth_artifact AS token
       JOIN oauth_artifact AS consent ON consent.model = 'Grant' AND consent.id = token.grant_id
       JOIN account ON account.id = token.account_id
       WHERE token.model = 'AccessToken' AND token.id = ? AND token.expires_at > ?`,
      [bearer, now / 1000],
    ),
  );
}

/**
 * An access token for the account of that e-mail address (made when it is new), without a sign-in: for `sandbox exec` and tests.
 * Valid for 24 hours, longer than one that a client gets by itself. `now` is in milliseconds.
 */
export function issueAccessToken(database: Database, email: string, now: number): string {
  return database.transaction(() => {
    const { id } = findOrCreateAccount(database, email);
    const [scope, grantType] = [SCOPES.join(' '), 'authorization_code'];
    return grantAccessToken(database, { accountId: id, clientId: CLIENT_ID, scope, seconds: ISSUED_TOKEN_SECONDS, grantType }, now);
  });
}

export interface GrantedToken {
  readonly accountId: string;
  readonly clientId: string;
  /** Space-separated. */
  readonly scope: string;
  /** How long the token is valid. */
  readonly seconds: number;
  /** The OAuth name of the grant that it comes from. */
  readonly grantType: string;
}

/** An access token with a grant of its own, which ends when the token does. `now` is in milliseconds. */
export function grantAccessToken(database: Database, { seconds, scope, grantType, ...owner }: GrantedToken, now: number): string {
  prepareArtifacts(database);
  const iat = Math.floor(now / 1000);
  const common = { ...owner, iat, exp: iat + seconds };
  const grant = { ...common, kind: 'Grant', jti: opaque(), openid: { scope } };
  const token = { ...common, kind: 'AccessToken', jti: opaque(), grantId: grant.jti, gty: grantType, scope };
  const insert = 'INSERT INTO oauth_artifact (model, id, payload, account_id, grant_id, expires_at) VALUES (?, ?, ?, ?, ?, ?)';
  database.transaction(() => {
    database.run(insert, ['Grant', grant.jti, JSON.stringify(grant), owner.accountId, null, grant.exp]);
    database.run(insert, ['AccessToken', token.jti, JSON.stringify(token), owner.accountId, grant.jti, token.exp]);
  });
  return token.jti;
}

function opaque(): string {
  return randomBytes(32).toString('base64url');
}
