import type { Adapter, AdapterPayload } from 'oidc-provider';
import { InvalidGrant } from 'oidc-provider/lib/helpers/errors.js';
import type { Clock } from '../../edges.ts';
import type { Database, Row } from '../database.ts';
import { prepareArtifacts, revokeGrant } from './artifact-table.ts';

/**
 * Keeps the provider's records in SQLite. Returns the provider's adapter factory: one adapter for each model
 * (`AccessToken`, `Session`, …), all in one table.
 */
export function createSqliteAdapter(database: Database, clock: Clock): (model: string) => Adapter {
  prepareArtifacts(database);
  const nowSeconds = (): number => Math.floor(clock.now() / 1000);

  return (model) => ({
    async upsert(id, payload, expiresIn) {
      database.run(
        `INSERT INTO oauth_artifact (model, id, payload, account_id, grant_id, session_uid, user_code, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (model, id) DO UPDATE SET
           payload = excluded.payload, account_id = excluded.account_id, grant_id = excluded.grant_id,
           session_uid = excluded.session_uid, user_code = excluded.user_code, expires_at = excluded.expires_at`,
        [
          model,
          id,
          JSON.stringify(payload),
          payload.accountId ?? null,
          payload.grantId ?? null,
          payload.uid ?? null,
          payload.userCode ?? null,
          expiresIn === undefined ? null : nowSeconds() + expiresIn,
        ],
      );
    },

    async find(id) {
      return read(database, 'model = ? AND id = ?', model, id);
    },

    async findByUid(uid) {
      return read(database, 'model = ? AND session_uid = ?', model, uid);
    },

    async findByUserCode(userCode) {
      return read(database, 'model = ? AND user_code = ?', model, userCode);
    },

    /**
     * Compare-and-set. The provider looks first and consumes later, so two requests with one token can both arrive here; the second
     * is a reuse (RFC 9700 section 4.14.2) and takes the whole grant with it.
     */
    async consume(id) {
      const won = database.get(
        'UPDATE oauth_artifact SET consumed_at = ? WHERE model = ? AND id = ? AND consumed_at IS NULL RETURNING id',
        [nowSeconds(), model, id],
      );
      if (won !== undefined) return;
      const grantId = database.get('SELECT grant_id FROM oauth_artifact WHERE model = ? AND id = ?', [model, id])?.['grant_id'];
      if (typeof grantId === 'string') revokeGrant(database, grantId);
      throw new InvalidGrant('already consumed');
    },

    async destroy(id) {
      database.run('DELETE FROM oauth_artifact WHERE model = ? AND id = ?', [model, id]);
    },

    async revokeByGrantId(grantId) {
      database.run('DELETE FROM oauth_artifact WHERE grant_id = ? AND model = ?', [grantId, model]);
    },
  });
}

function read(database: Database, condition: string, model: string, key: string): AdapterPayload | undefined {
  // Tokens and codes come from requests; SQLite knows no text with a NUL.
  if (key.includes('\0')) return undefined;
  return payloadFrom(database.get(`SELECT payload, consumed_at FROM oauth_artifact WHERE ${condition}`, [model, key]));
}

function payloadFrom(row: Row | undefined): AdapterPayload | undefined {
  if (row === undefined) return undefined;
  const payload: AdapterPayload = JSON.parse(String(row['payload']));
  const consumed = row['consumed_at'];
  return consumed === null ? payload : { ...payload, consumed };
}
