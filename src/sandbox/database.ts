import type { Database as Connection, Statement } from 'node-sqlite3-wasm';
import type { Clock } from '../edges.ts';
import { openDatabaseFile, openMemory } from './database-file.ts';

export type SqlValue = string | number | null;

export type Row = Readonly<Record<string, unknown>>;

/** The sandbox's store: one SQLite connection, synchronous statements, one commit for many requests. */
export interface Database {
  /** Executes one statement for its effect. */
  run(sql: string, values?: readonly SqlValue[]): void;
  /** The first row of a query, or of a statement with `RETURNING` (a compare-and-set). */
  get(sql: string, values?: readonly SqlValue[]): Row | undefined;
  all(sql: string, values?: readonly SqlValue[]): Row[];
  /** Runs several statements as a unit: when `work` throws, they are undone and nothing else is. `work` is synchronous. */
  transaction<T>(work: () => T): T;
  /** Resolves when everything that has run so far is on disk; rejects when it could not be written and was undone. */
  durable(): Promise<void>;
  /** Commits, closes the file and gives it free for other processes. Closing twice is harmless. */
  close(): Promise<void>;
}

/**
 * Opens the data file, made when it does not exist (folder 0700, file 0600), or a database in memory when `path` is undefined.
 * Throws `conflict` when another process has the file open, and `invalid` when it is damaged, foreign, of a newer version or not writable.
 */
export async function openDatabase(options: { path: string | undefined; clock: Clock }): Promise<Database> {
  if (options.path === undefined) return createDatabase(openMemory(), async () => {});
  const { connection, release } = await openDatabaseFile(options.path, options.clock);
  return createDatabase(connection, release);
}

/** What ran in one turn of the event loop. */
interface Group {
  readonly committed: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  /** Part of it was undone, so none of it may stay. */
  failed: boolean;
}

/**
 * Wraps an open connection. The first write of a turn of the event loop begins a transaction that ends when the turn does, so
 * all requests of the turn share one commit and one sync; nothing may be acknowledged before `durable()` has resolved.
 */
function createDatabase(connection: Connection, release: () => Promise<void>): Database {
  const statements = new Map<string, { readonly statement: Statement; readonly writes: boolean }>();
  let group: Group | undefined;
  let depth = 0;
  let closing: Promise<void> | undefined;

  function prepared(sql: string) {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const entry = { statement: connection.prepare(sql), writes: !/^\s*(?:select|with\b(?!.*\b(?:insert|update|delete)\b))/is.test(sql) };
    statements.set(sql, entry);
    return entry;
  }

  // Always reads to the last row: a statement left in the middle keeps the log from being checkpointed.
  function execute(sql: string, values: readonly SqlValue[] = []): Row[] {
    const { statement, writes } = prepared(sql);
    if (values.some((value) => typeof value === 'string' && value.includes('\0'))) {
      throw new RangeError('SQLite would cut a text at its NUL character.');
    }
    if (writes) begin();
    try {
      return statement.all([...values]);
    } catch (error) {
      // The binding cannot reset a statement that has failed.
      statements.delete(sql);
      finalize(statement);
      if (!connection.inTransaction) fail(error);
      throw error;
    }
  }

  function begin(): Group {
    if (!connection.inTransaction) connection.exec('BEGIN IMMEDIATE');
    if (group !== undefined) return group;
    const { promise, resolve, reject } = settleable();
    promise.catch(() => {}); // Callers that need to know ask through durable().
    const opened = { committed: promise, resolve, reject, failed: false };
    group = opened;
    setImmediate(() => {
      if (group === opened) commit();
    });
    return opened;
  }

  function commit(): void {
    const ending = group;
    group = undefined;
    if (ending === undefined) return;
    if (ending.failed) {
      rollBack();
      return;
    }
    try {
      connection.exec('COMMIT');
      ending.resolve();
    } catch (error) {
      rollBack();
      ending.reject(error);
    }
  }

  function rollBack(): void {
    try {
      if (connection.inTransaction) connection.exec('ROLLBACK');
    } catch {
      // The error that made it necessary is the one to report.
    }
  }

  // After a full disk or an I/O error SQLite undoes the whole transaction, the other requests' work included.
  function fail(error: unknown): void {
    if (group === undefined) return;
    group.failed = true;
    group.reject(error);
  }

  function transaction<T>(work: () => T): T {
    const started = begin();
    const savepoint = `unit_${depth}`;
    connection.exec(`SAVEPOINT ${savepoint}`);
    depth += 1;
    try {
      const result = work();
      connection.exec(`RELEASE ${savepoint}`);
      return result;
    } catch (error) {
      if (!started.failed) connection.exec(`ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
      throw error;
    } finally {
      depth -= 1;
    }
  }

  async function closeOnce(): Promise<void> {
    try {
      commit();
      for (const { statement } of statements.values()) finalize(statement);
      statements.clear();
      connection.close();
    } finally {
      await release();
    }
  }

  return {
    run: (sql, values) => void execute(sql, values),
    get: (sql, values) => execute(sql, values)[0],
    all: execute,
    transaction,
    durable: () => group?.committed ?? Promise.resolve(),
    close: () => {
      closing ??= closeOnce();
      return closing;
    },
  };
}

/** Frees the statement. The binding reports the statement's last error once more; it has been reported already. */
function finalize(statement: Statement): void {
  try {
    statement.finalize();
  } catch {}
}

function settleable(): { promise: Promise<void>; resolve: () => void; reject: (reason: unknown) => void } {
  let resolve: () => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
