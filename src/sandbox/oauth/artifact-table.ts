import { prepareAccounts } from '../accounts.ts';
import type { Database } from '../database.ts';

const prepared = new WeakSet<Database>();

/**
 * Makes the table of everything that the authorization server issues, once for each open database: grants, tokens, codes,
 * sessions and interactions. `payload` is the provider's own record as JSON; the columns are what is searched for.
 * Times are seconds since the Unix epoch.
 */
export function prepareArtifacts(database: Database): void {
  if (prepared.has(database)) return;
  prepareAccounts(database);
  database.run(`CREATE TABLE IF NOT EXISTS oauth_artifact (
    model TEXT NOT NULL,
    id TEXT NOT NULL,
    payload TEXT NOT NULL,
    account_id TEXT,
    grant_id TEXT,
    session_uid TEXT,
    user_code TEXT,
    consumed_at INTEGER,
    expires_at INTEGER,
    PRIMARY KEY (model, id)
  ) WITHOUT ROWID`);
  database.run('CREATE INDEX IF NOT EXISTS oauth_artifact_grant ON oauth_artifact (grant_id) WHERE grant_id IS NOT NULL');
  database.run('CREATE INDEX IF NOT EXISTS oauth_artifact_session ON oauth_artifact (session_uid) WHERE session_uid IS NOT NULL');
  database.run('CREATE INDEX IF NOT EXISTS oauth_artifact_user_code ON oauth_artifact (user_code) WHERE user_code IS NOT NULL');
  database.run('CREATE INDEX IF NOT EXISTS oauth_artifact_expiry ON oauth_artifact (expires_at) WHERE expires_at IS NOT NULL');
  prepared.add(database);
}

/** Until then an expired code can still be called expired rather than unknown. */
const KEPT_SECONDS = 60 * 60;

/** Forgets what has been of no use for an hour. */
export function removeExpiredArtifacts(database: Database, nowMs: number): void {
  prepareArtifacts(database);
  database.run('DELETE FROM oauth_artifact WHERE expires_at < ?', [Math.floor(nowMs / 1000) - KEPT_SECONDS]);
}

/** Revokes the grant with every code and token that came from it. */
export function revokeGrant(database: Database, grantId: string): void {
  database.transaction(() => {
    database.run(`DELETE FROM oauth_artifact WHERE model = 'Grant' AND id = ?`, [grantId]);
    database.run('DELETE FROM oauth_artifact WHERE grant_id = ?', [grantId]);
  });
}
