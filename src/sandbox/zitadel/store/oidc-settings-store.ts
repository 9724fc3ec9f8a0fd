import type { Database } from '../../database.ts';

/** How long the tokens of an instance last, in milliseconds. */
export interface TokenLifetimes {
  readonly accessToken: number;
  readonly idToken: number;
  /** A refresh token that nobody uses. */
  readonly refreshIdle: number;
  /** All of the tokens that come from one sign-in. */
  readonly refresh: number;
}

const HOUR_MS = 60 * 60 * 1000;

/** ZITADEL's own (`DefaultInstance.OIDCSettings`). */
const DEFAULT: TokenLifetimes = {
  accessToken: 12 * HOUR_MS,
  idToken: 12 * HOUR_MS,
  refreshIdle: 30 * 24 * HOUR_MS,
  refresh: 90 * 24 * HOUR_MS,
};

export function tokenLifetimes(database: Database, instanceId: string): TokenLifetimes {
  const row = database.get('SELECT settings FROM zitadel_oidc_settings WHERE instance_id = ?', [instanceId]);
  return row === undefined ? DEFAULT : JSON.parse(String(row['settings']));
}

export function setTokenLifetimes(database: Database, instanceId: string, lifetimes: TokenLifetimes): void {
  const sql =
    'INSERT INTO zitadel_oidc_settings (instance_id, settings) VALUES (?, ?) ON CONFLICT DO UPDATE SET settings = excluded.settings';
  database.run(sql, [instanceId, JSON.stringify(lifetimes)]);
}
