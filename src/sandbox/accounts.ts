import { v7 as uuidv7 } from 'uuid';
import type { Database, Row } from './database.ts';

/** A partner of the sandbox: any person who signs in with an e-mail address. The id is the `sub` of its tokens and the id of its memberships. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
}

/** Whether an account may have it: it has one @, and nothing that is invisible. */
export function isEmailAddress(text: string): boolean {
  return /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,255}$/u.test(text);
}

const prepared = new WeakSet<Database>();

/** Makes the table of accounts, once for each open database. */
export function prepareAccounts(database: Database): void {
  if (prepared.has(database)) return;
  database.run(`CREATE TABLE IF NOT EXISTS account (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT
  ) WITHOUT ROWID`);
  prepared.add(database);
}

/** The account of that e-mail address (case does not matter), made when nobody has used it before. */
export function findOrCreateAccount(database: Database, email: string): Account {
  prepareAccounts(database);
  return database.transaction(() => {
    const known = accountFrom(database.get('SELECT id, email, name FROM account WHERE email = ?', [email]));
    if (known !== undefined) return known;
    const account = { id: uuidv7(), email, name: null };
    createAccount(database, account);
    return account;
  });
}

/** Makes an account whose id and e-mail address nobody has used before. */
export function createAccount(database: Database, { id, email, name }: Account): void {
  prepareAccounts(database);
  database.run('INSERT INTO account (id, email, name) VALUES (?, ?, ?)', [id, email, name]);
}

export function findAccount(database: Database, id: string): Account | undefined {
  prepareAccounts(database);
  return accountFrom(database.get('SELECT id, email, name FROM account WHERE id = ?', [id]));
}

/** Reads an account from a row with the columns `id`, `email` and `name`. */
export function accountFrom(row: Row | undefined): Account | undefined {
  if (row === undefined) return undefined;
  return { id: String(row['id']), email: String(row['email']), name: row['name'] === null ? null : String(row['name']) };
}
