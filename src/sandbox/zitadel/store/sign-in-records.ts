import type { Database } from '../../database.ts';

/** One kind of what a sign-in leaves behind: its requests, sessions and tokens. */
export interface SignInRecords<Entry extends { readonly id: string }> {
  /** Undefined for one that is not there; one that has expired may still be. */
  find(id: string): Entry | undefined;
  /** All of one owner. */
  listOf(owner: string): Entry[];
  /** Adds the record, or puts it in place of the one with its id. `expiresAt` is in milliseconds since the Unix epoch. */
  put(record: Entry, place: { readonly owner: string; readonly expiresAt: number }): void;
  remove(id: string): void;
}

/** The records of that kind. */
export function signInRecords<Entry extends { readonly id: string }>(database: Database, kind: string): SignInRecords<Entry> {
  return {
    find(id) {
      // Ids come from requests; SQLite knows no text with a NUL.
      if (id.includes('\0')) return undefined;
      const row = database.get('SELECT payload FROM zitadel_sign_in WHERE kind = ? AND id = ?', [kind, id]);
      return row && JSON.parse(String(row['payload']));
    },
    listOf: (owner) =>
      owner.includes('\0')
        ? []
        : database
            .all('SELECT payload FROM zitadel_sign_in WHERE kind = ? AND owner = ? ORDER BY id', [kind, owner])
            .map((row) => JSON.parse(String(row['payload']))),
    put(record, { owner, expiresAt }) {
      database.run(
        `INSERT INTO zitadel_sign_in (kind, id, owner, payload, expires_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (kind, id) DO UPDATE SET owner = excluded.owner, payload = excluded.payload, expires_at = excluded.expires_at`,
        [kind, record.id, owner, JSON.stringify(record), expiresAt],
      );
    },
    remove: (id) => database.run('DELETE FROM zitadel_sign_in WHERE kind = ? AND id = ?', [kind, id]),
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Forgets what has been of no use for a day; until then an expired code can still be called expired rather than unknown. */
export function removeExpiredSignIns(database: Database, now: number): void {
  database.run('DELETE FROM zitadel_sign_in WHERE expires_at < ?', [now - DAY_MS]);
}
