import type { Binding } from './connection.ts';
import { nodeSqlite } from './node-sqlite.ts';

/** Node's own SQLite where Node has it without a flag (22.13 and later), WebAssembly on the versions before. */
export async function loadBinding(): Promise<Binding> {
  return nodeSqlite() ?? (await import('./wasm-sqlite.ts')).wasmSqlite;
}
