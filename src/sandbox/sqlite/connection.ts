export type SqlValue = string | number | null;

export type Row = Readonly<Record<string, unknown>>;

/** An open database of SQLite, whichever binding speaks with it. Errors have SQLite's own words. */
export interface Connection {
  /** Executes statements that give no rows. */
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** Asked after an error: SQLite undoes some transactions by itself. */
  isInTransaction(): boolean;
  close(): void;
  /** Gives up a file that is another's now, without writing to it. */
  abandon(): void;
}

export interface Statement {
  /** Runs it to its last row: one that is left in the middle would keep the log from being checkpointed. */
  all(values: readonly SqlValue[]): Row[];
  /** Frees it. Never throws. */
  free(): void;
}

/** What opens databases. */
export interface Binding {
  /** Whether other SQLite programs see that it has a file open. Where they do not, nobody else may even read the file. */
  readonly isSeenByOthers: boolean;
  /** Opens a file that exists, or a database in memory when the path is undefined. */
  readonly open: (path: string | undefined) => Connection;
}
