import { parse } from 'csv-parse/sync';
import { type JournalOptions, openJournal } from '../../apply/journal/journal.ts';
import type { JournalRecord } from '../../apply/journal/record.ts';
import { CliError } from '../../errors.ts';
import { isRecord, parseJson } from '../../record.ts';
import { readTextFile } from './read-text-file.ts';

/** What a person knows that the journal does not. */
export interface Settlements {
  readonly adopt: readonly string[];
  readonly assumeAbsent: readonly string[];
}

/**
 * Writes into the journal what was found out by hand. Throws `usage` for what cannot be read, and for a customer whose organization is known to
 * be another one, or to be there; nothing is written then.
 */
export async function settle(
  directory: string,
  { adopt, assumeAbsent }: Settlements,
  options: () => Promise<JournalOptions>,
): Promise<void> {
  if (adopt.length + assumeAbsent.length === 0) return;
  const records = [...adopt.flatMap(adopted), ...assumeAbsent.flatMap(absent)];
  const journal = await openJournal(directory, await options());
  try {
    const known = journal.history.known({ reliesOnKeys: false });
    for (const record of records) assertNew(record, (key) => known.of(key)?.organization);
    for (const record of records) journal.write(record);
    await journal.durable();
  } finally {
    await journal.close();
  }
}

type KnownIn = (key: string) => { readonly id: string } | 'unknown' | 'absent' | undefined;

function assertNew(record: JournalRecord, known: KnownIn): void {
  if (record.type !== 'organization' && record.type !== 'absent') return;
  const there = known(record.key);
  if (typeof there !== 'object' || (record.type === 'organization' && there.id === record.id)) return;
  const what = record.type === 'absent' ? '--assume-absent' : '--adopt';
  throw new CliError('usage', `${what}: the organization of ${JSON.stringify(record.key)} is known: ${there.id}`, {
    hint: 'leave it out; another organization needs another key',
  });
}

/** `KEY=ID`, a file with the columns key and id, or the events of a run. The last equals sign divides: no id has one. */
function adopted(given: string): readonly JournalRecord[] {
  const text = readTextFile(given);
  if (text === undefined) {
    const [, key = '', id = ''] = /^(.+)=([^=]+)$/s.exec(given) ?? [];
    if (id.trim() === '') {
      throw new CliError('usage', `--adopt takes KEY=ID or a file, not ${JSON.stringify(given)}`, {
        hint: 'for example --adopt acme=0196f0c2-7d3f-7a31-8c55-2f1d6f0b9e11',
      });
    }
    return [{ type: 'organization', key: keyOf(key), id: id.trim() }];
  }
  if (/^\s*\{/.test(text)) return fromEvents(given, text);
  return rowsOf(given, text).map(({ key = '', id = '' }, index) => {
    if (key.trim() !== '' && id.trim() !== '') return { type: 'organization', key: keyOf(key), id: id.trim() };
    throw new CliError('usage', `${given}: row ${index + 1} has no key or no id`, { hint: 'the file needs the columns key and id' });
  });
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

/** What the events of a run say, where its journal is lost: what was made, and what was sent and has no end. */
function fromEvents(path: string, text: string): readonly JournalRecord[] {
  const records: JournalRecord[] = [];
  let n = 0;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  lines.forEach((line, index) => {
    const event = parseJson(line);
    // The last line of a run that was killed may be cut off.
    if (!isRecord(event)) {
      if (index === lines.length - 1) return;
      throw new CliError('usage', `${path}:${index + 1} is not an event`, { hint: 'give the lines that apply --json has printed' });
    }
    const { key, id, name, handle, organization_id: organization } = textsOf(event);
    if (key === undefined) return;
    if (event['event'] === 'intent' && event['of'] === 'organization' && name !== undefined) {
      n += 1;
      records.push({ type: 'intent', n, of: 'organization', key, name }, { type: 'sent', n });
    } else if (event['event'] === 'created' && event['kind'] === 'instance' && id && handle && organization) {
      records.push({ type: 'instance', key, organization, handle, id });
    } else if ((event['event'] === 'created' || event['event'] === 'renamed') && id) {
      records.push({ type: 'organization', key, id, ...(name && { name }) });
    } else if (event['event'] === 'failed' || event['event'] === 'retry') {
      const open = records.findLast((record) => record.type === 'intent' && record.key === key);
      if (open?.type === 'intent') records.push({ type: 'refused', n: open.n, code: '', passing: event['event'] === 'retry' });
    } else if (event['event'] === 'deleted') records.push({ type: 'absent', key, why: 'deleted' });
  });
  return records;
}
