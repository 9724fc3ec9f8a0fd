// Node's own SQLite, as far as it is used here: the oldest Node that is supported does not have it, nor do its types.
declare module 'node:sqlite' {
  export class DatabaseSync {
    constructor(path: string);
    /** Since Node 22.16. */
    readonly isTransaction?: boolean;
    exec(sql: string): void;
    prepare(sql: string): StatementSync;
    close(): void;
  }

  export class StatementSync {
    all(...values: readonly (string | number | null)[]): Record<string, unknown>[];
  }
}
