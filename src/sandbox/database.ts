import type { Clock } from '../edges.ts';
import { openDatabaseFile } from './database-file.ts';
import { loadBinding } from './sqlite/binding.ts';
import type { Connection, Row, SqlValue, Statement } from './sqlite/connection.ts';
import type { FileCheck } from './sqlite/own-file.ts';
import { type StoreFailure, type StoreFailureKind, storeFailure } from './store-failure.ts';

export type { Row, SqlValue } from './sqlite/connection.ts';

/** The sandbox's store: one SQLite connection, synchronous statements, one commit for many requests. */
export interface Database {
  /** Executes one statement for its effect. */
  run(sql: string, values?: readonly SqlValue[]): void;
  /** The first row of a query, or of a statement with `RETURNING` (a compare-and-set). */
  get(sql: string, values?: readonly SqlValue[]): Row | undefined;
  all(sql: string, values?: readonly SqlValue[]): Row[];
  /** Runs several statements as a unit: when `work` throws, they are undone and nothing else is. `work` is synchronous. */
  transaction<T>(work: () => T): T;
  /**
   * Resolves when everything that has run so far is on disk, in a file that is still ours; rejects when it could not be written and was
   * undone, with `StoreFailure` where the disk or the file is the reason.
   */
  durable(): Promise<void>;
  /** Why nothing is kept any more: the file was removed, replaced, or taken over by another program. Undefined while it is ours. */
  lost(): StoreFailure | undefined;
  /** Commits, closes the file and gives it free for other processes. Closing twice is harmless. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Undefined for a database in memory. */
  readonly path: string | undefined;
  readonly clock: Clock;
  /** Hears of each kind of failure of the disk or the file once. */
  readonly onFailure?: ((failure: StoreFailure) => void) | undefined;
}

/**
 * Opens the data file, made when it does not exist (folder 0700, file 0600), or a database in memory when `path` is undefined.
 * Throws `conflict` when another process has the file open, and `invalid` when it is damaged, foreign, of a newer version or not writable.
 */
export async function openDatabase({ path, clock, onFailure = () => {} }: DatabaseOptions): Promise<Database> {
  if (path === undefined) return createDatabase((await loadBinding()).open(undefined), { onFailure });
  const { connection, ...file } = await openDatabaseFile(path, clock);
  return createDatabase(connection, { ...file, onFailure });
}

interface Surroundings {
  readonly check?: FileCheck;
  readonly release?: () => Promise<void>;
  readonly onFailure: (failure: StoreFailure) => void;
}

/** How often the file is looked at while nothing is written, in milliseconds. */
const CHECK_MS = 500;

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
function createDatabase(connection: Connection, { check = () => undefined, release = async () => {}, onFailure }: Surroundings): Database {
  const statements = new Map<string, { readonly statement: Statement; readonly writes: boolean }>();
  const told = new Set<StoreFailureKind>();
  let group: Group | undefined;
  let inTransaction = false;
  let lost: StoreFailure | undefined;
  let depth = 0;
  let closing: Promise<void> | undefined;
  const watch = setInterval(look, CHECK_MS).unref();

  /** Whether the file is still ours; once it is not, it never is again. */
  function look(): StoreFailure | undefined {
    lost ??= check();
    return lost && explained(lost);
  }

  /** The error in words for those who run the sandbox, who are told of each kind once. */
  function explained<E>(error: E): E | StoreFailure {
    const failure = storeFailure(error);
    if (failure === undefined) return error;
    if (failure.kind === 'lost') lost ??= failure;
    if (!told.has(failure.kind)) {
      told.add(failure.kind);
      onFailure(failure);
    }
    return failure;
  }

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
      return statement.all(values);
    } catch (error) {
      // One of the bindings cannot reset a statement that has failed.
      statements.delete(sql);
      statement.free();
      const failure = explained(error);
      inTransaction &&= connection.isInTransaction();
      if (!inTransaction) fail(failure);
      throw failure;
    }
  }

  function begin(): Group {
    if (lost) throw lost;
    start();
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

  function start(): void {
    if (inTransaction) return;
    try {
      connection.exec('BEGIN IMMEDIATE');
      inTransaction = true;
    } catch (error) {
      throw explained(error);
    }
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
      inTransaction = false;
      const loss = look();
      if (loss) ending.reject(loss);
      else ending.resolve();
    } catch (error) {
      rollBack();
      ending.reject(explained(error));
    }
  }

  function rollBack(): void {
    try {
      if (connection.isInTransaction()) connection.exec('ROLLBACK');
    } catch {
      // The error that made it necessary is the one to report.
    }
    inTransaction = false;
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
      clearInterval(watch);
      commit();
      for (const { statement } of statements.values()) statement.free();
      statements.clear();
      if (look()) connection.abandon();
      else connection.close();
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
    lost: () => lost,
    close: () => {
      closing ??= closeOnce();
      return closing;
    },
  };
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
