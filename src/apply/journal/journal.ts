import { hash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import { type Lock, type LockHolder, lockHolder, takeLock } from '../../files/lock.ts';
import { makePrivateDirectory } from '../../files/private-directory.ts';
import { thisProcess } from '../../files/this-process.ts';
import { assertTrustedFolder } from '../../files/trusted-place.ts';
import { machineFault } from '../../machine-fault.ts';
import { type EpochFile, epochFile } from './epoch.ts';
import { fileOf, filesIn, syncFolder } from './files.ts';
import type { History } from './history.ts';
import { type ReadJournal, readJournal } from './read.ts';
import { JOURNAL_FORMAT, type JournalHeader, type JournalRecord, type JournalScope, type Subject } from './record.ts';
import { createJournalFile, type JournalWriter } from './writer.ts';

/** A journal that this run writes, and nobody else as long as it may send. */
export interface Journal {
  readonly directory: string;
  /** What the files say that were there before. */
  readonly history: History;
  /** How many lines they have; the same as when it was read before, where nobody has written since. */
  readonly lines: number;
  /** Another principal wrote the last file. */
  readonly isOfAnother: boolean;
  /** Says what is about to be sent, and resolves to its number when that is on the disk. Rejects as `write` and `leave` do. */
  readonly intend: (subject: Subject, idempotencyKey?: string) => Promise<number>;
  /**
   * To be called right before the first byte of the request: notes that it leaves, and makes sure that no other run has taken over since.
   * Throws `unavailable` when one has, or when nobody could know; nothing may be sent then.
   */
  readonly leave: (n: number) => void;
  /** Writes what is known now; `durable` says when it is on the disk. Throws `invalid` or `unavailable` when it cannot be written. */
  readonly write: (record: JournalRecord) => void;
  readonly durable: () => Promise<void>;
  /** Why nothing more may be sent; undefined as long as it may. */
  readonly failure: () => CliError | undefined;
  /** The same text for the same create of the same customer in this journal, for as long as nothing is known of its end. */
  readonly idempotencyKey: (of: 'organization' | 'instance', key: string, handle?: string) => string | undefined;
  /** Gives the lock back, and removes a file that says nothing. */
  readonly close: () => Promise<void>;
}

export interface JournalOptions {
  readonly scope: JournalScope;
  /** Who is signed in, as a hash; null where that is not known. */
  readonly principal: string | null;
  readonly version: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Told when another run has to be waited for. */
  readonly onWait?: ((holder: LockHolder) => void) | undefined;
}

/** For how long a holder on another machine may be silent before it counts as dead. */
export const ABANDONED_MS = 60_000;
/** Long enough to be sure of that. */
const WAIT_MS = ABANDONED_MS + 15_000;
/** A holder elsewhere that gives signs of life is heard of in that time. */
const LIVES_MS = 3_000;

/**
 * Opens the journal in a folder, which is made if need be, for this run: takes its lock, says in the epoch file that nobody else may send, and only
 * then reads what others wrote. Throws `unavailable` when another run has it, `invalid` as `peekJournal` does and where it cannot be written.
 */
export async function openJournal(directory: string, options: JournalOptions): Promise<Journal> {
  const { scope, principal, version, clock } = options;
  const lock = await lockOf(directory, options);
  try {
    const epochs = epochFile(directory);
    // One that was damaged says nothing; the names of the files are as good.
    const epoch = Math.max(epochs.read() ?? 0, filesIn(directory).at(-1)?.epoch ?? 0) + 1;
    epochs.write(epoch);
    const before = peekJournal(directory, scope);
    const header: JournalHeader = {
      ...{ type: 'journal', format: JOURNAL_FORMAT, id: before.id ?? randomUUID(), epoch, ...scope, principal },
      ...{ system: systemHash(), version, started_at: new Date(clock.now()).toISOString() },
    };
    const writer = createJournalFile(fileOf(directory, epoch).path, header);
    syncFolder(directory);
    return journalOf({ directory, header, before, lock, writer, epochs });
  } catch (error) {
    await lock.release();
    throw unwritable(error, directory);
  }
}

/** Reads a journal without taking it: another run may be writing it. Throws as `readJournal` does. */
export function peekJournal(directory: string, scope: JournalScope): ReadJournal {
  return readJournal(directory, { scope, system: systemHash() });
}

/** Who has the journal now; undefined when nobody has. */
export function journalHolder(directory: string, clock: Clock): Promise<LockHolder | undefined> {
  return lockHolder(lockPath(directory), clock);
}

function lockPath(directory: string): string {
  return join(directory, 'run.lock');
}

interface Parts {
  readonly directory: string;
  readonly header: JournalHeader;
  readonly before: ReadJournal;
  readonly lock: Lock;
  readonly writer: JournalWriter;
  readonly epochs: EpochFile;
}

function journalOf({ directory, header, before, lock, writer, epochs }: Parts): Journal {
  const { history } = before;
  let count = 0;
  let broken: CliError | undefined;

  /** After a failure nothing more may be sent: what it would do could not be told. */
  function breaks(error: unknown): CliError {
    const known = unwritable(error, directory);
    if (!(known instanceof CliError)) throw error;
    broken ??= known;
    return broken;
  }

  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw breaks(error);
    }
  }

  function write(record: JournalRecord): void {
    guarded(() => writer.write(record));
  }

  async function durable(): Promise<void> {
    try {
      await writer.durable();
    } catch (error) {
      throw breaks(error);
    }
  }

  /** Another one writes its epoch before it reads our file: either it sees what we noted, or we see its epoch. */
  function assertMine(): void {
    if (broken) throw broken;
    if (lock.isSure() && epochs.read() === header.epoch) return;
    broken = new CliError('unavailable', `another run has taken over ${directory}, and this one may send nothing more`, {
      hint: 'run it again when that one is done',
    });
    throw broken;
  }

  return {
    directory,
    history,
    lines: before.lines,
    isOfAnother: before.principal !== null && header.principal !== null && before.principal !== header.principal,
    intend: async (subject, idempotencyKey) => {
      if (broken) throw broken;
      count += 1;
      const n = count;
      const intent: JournalRecord = {
        type: 'intent',
        n,
        ...subject,
        ...(idempotencyKey !== undefined && { idempotency_key: idempotencyKey }),
      };
      guarded(() => writer.add(intent));
      await durable();
      return n;
    },
    leave: (n) => {
      write({ type: 'sent', n });
      assertMine();
    },
    failure: () => broken,
    write,
    durable,
    idempotencyKey: (of, key, handle = '') => {
      const open = of === 'organization' ? history.openCreate(key)?.idempotencyKey : undefined;
      return open ?? keyOf([header.id, of, key, handle, String(history.settled(key))]);
    },
    close: async () => {
      await writer.close();
      await lock.release();
    },
  };
}

/** In the form of a UUID, which every server takes. */
function keyOf(parts: readonly string[]): string {
  const hex = hash('sha256', JSON.stringify(parts));
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

async function lockOf(directory: string, { clock, signal, onWait }: JournalOptions): Promise<Lock> {
  try {
    makePrivateDirectory(directory);
    assertTrustedFolder(directory);
    const path = lockPath(directory);
    const take = (waitMs: number) => takeLock(path, { waitMs, clock, signal, abandonedMs: ABANDONED_MS });
    let before: LockHolder | undefined;
    for (const waitMs of [0, LIVES_MS, WAIT_MS]) {
      const lock = await take(waitMs);
      if (lock) return lock;
      const holder = await lockHolder(path, clock);
      // The clocks of two machines are never compared: one that lives shows another sign of it.
      if (holder?.isSeen || (holder && before && holder.sign !== before.sign)) throw held(directory, holder);
      if (before && holder) onWait?.(holder);
      before ??= holder;
    }
    throw held(directory, await lockHolder(path, clock));
  } catch (error) {
    throw unwritable(error, directory);
  }
}

function held(directory: string, holder: LockHolder | undefined): CliError {
  return new CliError('unavailable', `another run has ${directory}${holder ? `: ${describeHolder(holder)}` : ''}`, {
    hint: 'wait for it to end, and run this again: two runs at once would create everything twice',
  });
}

/** A holder in words: `process 4711 on ci-runner-7, last heard of 2 s ago`. Pure. */
export function describeHolder({ pid, host, silentMs }: LockHolder): string {
  const who = pid === undefined ? 'a process that does not name itself' : `process ${pid}`;
  return `${who}${host === undefined ? '' : ` on ${host}`}, last heard of ${Math.round(silentMs / 1_000)} s ago`;
}

function systemHash(): string {
  return hash('sha256', thisProcess().system).slice(0, 32);
}

/** A file-system error as the user sees it. */
function unwritable(error: unknown, directory: string): unknown {
  if (!(error instanceof Error) || error instanceof CliError || !('code' in error && 'syscall' in error)) return error;
  const fault = machineFault(error);
  return new CliError(fault?.code ?? 'invalid', `the journal ${directory} cannot be written: ${fault?.message ?? error.code}`, {
    hint: fault?.hint ?? 'name another folder with --journal: a run that creates needs one',
    cause: error,
  });
}
