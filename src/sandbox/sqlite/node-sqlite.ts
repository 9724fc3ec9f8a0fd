import type { DatabaseSync } from 'node:sqlite';
import type { Binding, Connection } from './connection.ts';

type Opener = new (path: string) => DatabaseSync;

/**
 * How long a write waits, in milliseconds, while another program (`sqlite3` in a shell) writes to the file. Nothing else is answered meanwhile.
 */
const BUSY_MS = 2_000;

/** Node's own SQLite; undefined where Node has none, or only behind a flag. Its locks are those that every SQLite program sees. */
export function nodeSqlite(): Binding | undefined {
  const Database = silently(() => openerIn(process.getBuiltinModule('node:sqlite')));
  return Database && { isSeenByOthers: true, open: (path) => connectionTo(new Database(path ?? ':memory:')) };
}

function openerIn(module: object | undefined): Opener | undefined {
  return module !== undefined && isSqlite(module) ? module.DatabaseSync : undefined;
}

function isSqlite(module: object): module is { readonly DatabaseSync: Opener } {
  return 'DatabaseSync' in module && typeof module.DatabaseSync === 'function';
}

/** Some versions of Node warn, when it is loaded, that its interface may change. That is of no use to those who run a sandbox. */
function silently<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function connectionTo(database: DatabaseSync): Connection {
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  const close = () => database.close();
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      // It is freed when nobody refers to it any more, at the latest with the connection.
      return { all: (values) => statement.all(...values), free: () => {} };
    },
    isInTransaction: () => database.isTransaction ?? isInTransaction(database),
    close,
    // It finds out by itself that its file was moved or removed, and leaves what is in its place alone.
    abandon: close,
  };
}

/** For versions of Node that do not tell: a transaction cannot begin inside another one. */
function isInTransaction(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN');
  } catch {
    return true;
  }
  database.exec('ROLLBACK');
  return false;
}
