import { closeSync, constants, fdatasync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { sealedLine } from './line.ts';

/** The file of a journal that this run writes. It is made new, and written by nobody else. */
export interface JournalWriter {
  /** Hands a line to the system before it returns: a process that is killed afterwards has written it. Throws file-system errors. */
  readonly write: (record: object) => void;
  /** Hands a line over with the next one, or when the next sync begins: before anybody is told that it is durable. */
  readonly add: (record: object) => void;
  /**
   * Resolves when all that was written and added before is on the disk. Calls of the same moment share one sync. Rejects with the file-system
   * error; nothing can be written any more then.
   */
  readonly durable: () => Promise<void>;
  /** Removes the file when it has a header and nothing else. */
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Makes the file, and its first line. Throws file-system errors. */
export function createJournalFile(path: string, header: object): JournalWriter {
  const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  let waiting: Waiting[] = [];
  let isSyncing = false;
  let added = '';
  let lines = 0;
  /** Of the lines that are on the disk. */
  let durableLines = 0;
  let syncs = 0;
  let failure: { readonly error: unknown } | undefined;

  function add(record: object): void {
    if (failure) throw failure.error;
    added += `${sealedLine({ ...record, syncs })}\n`;
    lines += 1;
  }

  function handOver(): void {
    if (added === '') return;
    let rest = Buffer.from(added);
    added = '';
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
    } catch (error) {
      // What was cut off can only be the end of a file.
      failure = { error };
      throw error;
    }
  }

  function write(record: object): void {
    add(record);
    handOver();
  }

  function sync(): void {
    const group = waiting;
    waiting = [];
    if (failure === undefined && durableLines === lines) {
      // The sync that went on when they came was enough.
      for (const { done } of group) done();
      isSyncing = false;
      return;
    }
    if (group.length === 0) {
      isSyncing = false;
      return;
    }
    const until = lines;
    const end = (error: unknown) => {
      syncs += 1;
      if (error) failure ??= { error };
      else durableLines = until;
      for (const { done, failed } of group) error ? failed(error) : done();
      // Who was woken may have something to write, which is then of the same group as what waits.
      setImmediate(sync);
    };
    try {
      handOver();
    } catch (error) {
      end(error);
      return;
    }
    fdatasync(file, end);
  }

  function durable(): Promise<void> {
    if (failure) return Promise.reject(failure.error);
    if (durableLines === lines) return Promise.resolve();
    return new Promise((done, failed) => {
      waiting.push({ done, failed });
      if (isSyncing) return;
      isSyncing = true;
      setImmediate(sync);
    });
  }

  async function close(): Promise<void> {
    await durable().catch(() => undefined);
    closeSync(file);
    if (lines === 1) unlinkSync(path);
  }

  write(header);
  fsyncSync(file);
  durableLines = lines;
  return { write, add, durable, close };
}
