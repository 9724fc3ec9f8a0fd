import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import sqlite, { type Statement as WasmStatement } from 'node-sqlite3-wasm';
import type { Binding } from './connection.ts';

/** A disk with less room than that, in bytes, is taken for full when it cannot be written to. */
const NO_ROOM = 128 * 1024;

/** SQLite in WebAssembly. Its lock is a folder beside the file, which no other SQLite program knows. */
export const wasmSqlite: Binding = {
  isSeenByOthers: false,
  open: (path) => {
    const database = path === undefined ? new sqlite.Database(':memory:') : new sqlite.Database(path, { fileMustExist: true });
    return {
      exec: (sql) => explained(path, () => database.exec(sql)),
      prepare: (sql) => {
        const statement = database.prepare(sql);
        return { all: (values) => explained(path, () => statement.all([...values])), free: () => free(statement) };
      },
      isInTransaction: () => database.inTransaction,
      close: () => database.close(),
      // Closing would write into the file, and remove the log of the program that has it now.
      abandon: () => {},
    };
  },
};

/** A full disk is an I/O error to this binding: says it in the words that SQLite has for it. */
function explained<T>(path: string | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (path === undefined || !(error instanceof Error) || !/disk I\/O error/.test(error.message) || !isFull(path)) throw error;
    throw new Error('database or disk is full', { cause: error });
  }
}

function isFull(path: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize < NO_ROOM;
}

/** The binding reports the statement's last error once more; it has been reported already. */
function free(statement: WasmStatement): void {
  try {
    statement.finalize();
  } catch {}
}
