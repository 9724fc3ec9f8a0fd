import { parse } from 'csv-parse/sync';
import { type EventReader, eventReader } from '../../apply/journal/event-reader.ts';
import type { History } from '../../apply/journal/history.ts';
import { type JournalOptions, openJournal } from '../../apply/journal/journal.ts';
import type { JournalRecord } from '../../apply/journal/record.ts';
import type { KnownBefore } from '../../apply/known.ts';
import type { Manifest } from '../../apply/manifest/manifest.ts';
import { CliError } from '../../errors.ts';
import { isRecord } from '../../record.ts';
import { readTextFile } from './read-text-file.ts';

/** What a person knows that the journal does not. */
export interface Settlements {
  readonly adopt: readonly string[];
  readonly assumeAbsent: readonly string[];
}

/** What was found out by hand, as the journal says it. */
export interface SettledRecords {
  /** Of customers that were named one by one. */
  readonly named: readonly JournalRecord[];
  /** Of the events of a run, which may tell of customers that the manifest no longer has. */
  readonly logged: readonly JournalRecord[];
}

/** Reads the options, and the files that they name. Throws `usage` for what cannot be read. */
export function settledRecords({ adopt, assumeAbsent }: Settlements): SettledRecords {
  const events = eventReader();
  const adoptions = adopt.map((given) => adopted(given, events));
  return {
    named: [...adoptions.flatMap(({ named }) => named), ...assumeAbsent.flatMap(absent)],
    logged: adoptions.flatMap(({ logged }) => logged),
  };
}

/** Whether there is anything. */
export function isSettling({ named, logged }: SettledRecords): boolean {
  return named.length + logged.length > 0;
}

/**
 * Writes into the journal what was found out by hand. Throws `usage` as `assertSettleable` does, and what opening a journal throws; nothing is
 * written then.
 */
export async function settle(
  directory: string,
  records: SettledRecords,
  { manifest, options }: { readonly manifest: Pick<Manifest, 'hasKey'>; readonly options: JournalOptions },
): Promise<void> {
  const journal = await openJournal(directory, options);
  try {
    assertSettleable(records, journal.history.known({ reliesOnKeys: false }), manifest);
    for (const record of [...records.logged, ...records.named]) journal.write(record);
    await journal.durable();
  } finally {
    await journal.close();
  }
}

/** The same for what is planned only: nothing is written. Throws `usage` as `assertSettleable` does. */
export function settleInMemory(history: History, records: SettledRecords, manifest: Pick<Manifest, 'hasKey'>): void {
  assertSettleable(records, history.known({ reliesOnKeys: false }), manifest);
  for (const record of [...records.logged, ...records.named]) history.follow(record);
  history.endFile({ seesAllWrites: true });
}

/**
 * Throws `usage` for a customer that nobody knows, for one whose organization a run has made or used, and for an organization that is another
 * customer's. What was said by hand and proved wrong can be said again.
 */
function assertSettleable({ named, logged }: SettledRecords, known: KnownBefore, manifest: Pick<Manifest, 'hasKey'>): void {
  const owners = ownersIn(known);
  for (const record of [...logged, ...named]) {
    if (record.type !== 'organization' && record.type !== 'absent') continue;
    const { type, key } = record;
    const what = type === 'absent' ? '--assume-absent' : '--adopt';
    const state = known.of(key);
    if (state === undefined && named.includes(record) && !manifest.hasKey(key)) {
      throw new CliError('usage', `${what}: neither the manifest nor the journal has a customer ${JSON.stringify(key)}`, {
        hint: 'KEY is what the manifest has as its key, else its name',
      });
    }
    const there = typeof state?.organization === 'object' ? state.organization : undefined;
    const isProved = there?.lastWrittenName !== undefined || [...(state?.instances.values() ?? [])].some((one) => typeof one === 'object');
    if (there !== undefined && isProved && (type === 'absent' || there.id !== record.id)) {
      throw new CliError('usage', `${what}: the organization of ${JSON.stringify(key)} is known: ${there.id}`, {
        hint: 'leave it out; another organization needs another key',
      });
    }
    if (type === 'absent') continue;
    const owner = owners.get(record.id.toLowerCase());
    if (owner !== undefined && owner !== key) {
      throw new CliError('usage', `--adopt: organization ${record.id} is that of ${JSON.stringify(owner)} already`, {
        hint: `look for the organization of ${JSON.stringify(key)} again: two customers have two`,
      });
    }
    owners.set(record.id.toLowerCase(), key);
  }
}

/** The keys of customers, by the ids of their organizations in small letters. */
function ownersIn(known: KnownBefore): Map<string, string> {
  const owners = new Map<string, string>();
  for (const key of known.keys()) {
    const { organization } = known.of(key) ?? {};
    if (typeof organization === 'object') owners.set(organization.id.toLowerCase(), key);
  }
  return owners;
}

/** `KEY=ID`, a file with the columns key and id, or the events of a run. The last equals sign divides: no id has one. */
function adopted(given: string, events: EventReader): SettledRecords {
  const text = readTextFile(given);
  if (text === undefined) {
    const [, key = '', id = ''] = /^(.+)=([^=]+)$/s.exec(given) ?? [];
    if (id.trim() === '') {
      throw new CliError('usage', `--adopt takes KEY=ID or a file, not ${JSON.stringify(given)}`, {
        hint: 'for example --adopt acme=0196f0c2-7d3f-7a31-8c55-2f1d6f0b9e11',
      });
    }
    return { named: [{ type: 'organization', key: keyOf(key), id: id.trim() }], logged: [] };
  }
  if (/^\s*\{/.test(text)) return { named: [], logged: events.read(given, text) };
  const named = rowsOf(given, text).map(({ key = '', id = '' }, index): JournalRecord => {
    if (key.trim() !== '' && id.trim() !== '') return { type: 'organization', key: keyOf(key), id: id.trim() };
    throw new CliError('usage', `${given}: row ${index + 1} has no key or no id`, { hint: 'the file needs the columns key and id' });
  });
  return { named, logged: [] };
}

function absent(given: string): readonly JournalRecord[] {
  const text = readTextFile(given);
  const keys = text === undefined ? [given] : text.split(/\r?\n/).filter((line) => line.trim() !== '' && line.trim() !== 'key');
  return keys.map((key) => ({ type: 'absent', key: keyOf(key), why: 'assumed' }));
}

/** As the manifest reads it. */
function keyOf(text: string): string {
  return text.trim().normalize('NFC');
}

function rowsOf(path: string, text: string): readonly Readonly<Record<string, string>>[] {
  try {
    const rows: unknown = parse(text, { bom: true, columns: true, skip_empty_lines: true, delimiter: [',', ';', '\t'] });
    return Array.isArray(rows) ? rows.filter(isRecord).map(textsOf) : [];
  } catch (error) {
    throw new CliError('usage', `${path} cannot be read: ${error instanceof Error ? error.message : error}`, {
      hint: 'the file needs the columns key and id',
      cause: error,
    });
  }
}

function textsOf(row: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? value : '']));
}
