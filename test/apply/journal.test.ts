import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { durabilityProblem } from '../../src/apply/journal/durability.ts';
import { type Journal, openJournal, peekJournal } from '../../src/apply/journal/journal.ts';
import { openedLine, sealedLine } from '../../src/apply/journal/line.ts';
import type { JournalScope } from '../../src/apply/journal/record.ts';
import { type CliError, isCliError } from '../../src/errors.ts';
import { bundle, type Program } from '../support/bundle.ts';
import { realClock } from '../support/clocks.ts';
import { SCOPE } from './journals.ts';

let worker: Program;

beforeAll(async () => {
  worker = await bundle(join(import.meta.dirname, 'journal-process.ts'));
});

afterAll(() => worker.remove());

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'customers.journal');
}

const open = (folder: string, scope: JournalScope = SCOPE, principal: string | null = null): Promise<Journal> =>
  openJournal(folder, { scope, principal, version: '1', clock: realClock });

/** The error of a journal that cannot be opened. */
const failure = async (folder: string, scope: JournalScope = SCOPE): Promise<CliError> => {
  const error: unknown = await open(folder, scope).catch((thrown) => thrown);
  if (isCliError(error)) return error;
  throw new Error(`this is not an error for people: ${error}`);
};

/** Opens the journal for a moment. */
async function writing(folder: string, work: (journal: Journal) => Promise<unknown>): Promise<void> {
  const journal = await open(folder);
  await Promise.resolve(work(journal)).finally(journal.close);
}

async function sent(journal: Journal, key: string): Promise<number> {
  const n = await journal.intend({ of: 'organization', key, name: `${key} Ltd` });
  journal.leave(n);
  return n;
}

const knownIn = (folder: string, reliesOnKeys = false) => peekJournal(folder, SCOPE).history.known({ reliesOnKeys });
const files = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

describe('a line', () => {
  const line = sealedLine({ type: 'sent', n: 7 });

  test('is JSON, and shows that it is whole', () => {
    expect(JSON.parse(line)).toMatchObject({ type: 'sent', n: 7, sum: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(openedLine(line)).toEqual({ type: 'sent', n: 7 });
  });

  test.each([
    ['cut off', line.slice(0, -1)],
    ['changed', line.replace('7', '8')],
    ['empty', ''],
    ['of zeros', '\0'.repeat(40)],
    ['without a sum', '{"type":"sent","n":7}'],
    ['a list', '[],"sum":"00000000"}'],
  ])('that is %s says nothing', (_, text) => {
    expect(openedLine(text)).toBeUndefined();
  });
});

describe('what the next run knows', () => {
  test('is what was made, renamed, refused and taken back', async () => {
    const folder = newFolder();
    await writing(folder, async (journal) => {
      const n = await sent(journal, 'acme');
      journal.write({ type: 'organization', key: 'acme', id: 'o1', name: 'Acme', n });
      journal.write({ type: 'instance', key: 'acme', organization: 'o1', handle: 'acme-eu', id: 'i1' });
      journal.write({ type: 'organization', key: 'acme', id: 'o1', name: 'Acme Corp' });
      journal.write({ type: 'organization', key: 'taken', id: 'o2' });
      const refused = await journal.intend({ of: 'instance', key: 'taken', organization: 'o2', handle: 'x', name: 'X' });
      journal.leave(refused);
      journal.write({ type: 'refused', n: refused, code: 'conflict', passing: false });
      journal.write({ type: 'organization', key: 'gone', id: 'o3', name: 'Gone' });
      journal.write({ type: 'absent', key: 'gone', why: 'deleted' });
      journal.write({ type: 'organization', key: 'old', id: 'o4', name: 'Old' });
      journal.write({ type: 'rekeyed', key: 'old', to: 'new' });
    });
    const known = knownIn(folder);
    expect([...known.keys()].sort()).toEqual(['acme', 'gone', 'new', 'taken']);
    expect(known.of('acme')).toEqual({
      organization: { id: 'o1', lastWrittenName: 'Acme Corp' },
      instances: new Map([['acme-eu', { id: 'i1' }]]),
    });
    expect(known.of('taken')).toEqual({ organization: { id: 'o2' }, instances: new Map([['x', 'refused']]) });
    expect(known.of('gone')).toEqual({ organization: 'absent', instances: new Map() });
    expect(known.of('new')?.organization).toEqual({ id: 'o4', lastWrittenName: 'Old' });
    expect(known.of('nobody')).toBeUndefined();
  });

  test('of a create without an answer is nothing, unless the server does it once', async () => {
    const folder = newFolder();
    await writing(folder, (journal) => sent(journal, 'acme'));
    expect(knownIn(folder).of('acme')?.organization).toBe('unknown');
    expect(knownIn(folder, true).of('acme')?.organization).toBe('unknown');
    const other = newFolder();
    let key: string | undefined;
    await writing(other, async (journal) => {
      key = journal.idempotencyKey('organization', 'acme');
      journal.leave(await journal.intend({ of: 'organization', key: 'acme', name: 'Acme' }, key));
    });
    expect(knownIn(other).of('acme')?.organization).toBe('unknown');
    expect(knownIn(other, true).of('acme')).toEqual({ instances: new Map() });
    await writing(other, async (journal) => {
      expect(journal.history.openCreate('acme')).toEqual({ name: 'Acme', idempotencyKey: key });
      expect(journal.idempotencyKey('organization', 'acme')).toBe(key);
      expect(journal.idempotencyKey('organization', 'other')).not.toBe(key);
      journal.write({ type: 'absent', key: 'acme', why: 'assumed' });
    });
    await writing(other, async (journal) => expect(journal.idempotencyKey('organization', 'acme')).not.toBe(key));
  });

  test('of a request that never left is nothing: it was not sent', async () => {
    const folder = newFolder();
    await writing(folder, (journal) => journal.intend({ of: 'organization', key: 'acme', name: 'Acme' }));
    expect(knownIn(folder).of('acme')).toBeUndefined();
    // A mark that is not on the disk when the power goes is not missed by who starts the machine again.
    const [name = ''] = files(folder);
    const [header = '', ...lines] = readFileSync(join(folder, name), 'utf8').split('\n');
    const elsewhere = sealedLine({ ...openedLine(header), system: 'another start' });
    writeFileSync(join(folder, name), [elsewhere, ...lines].join('\n'));
    expect(knownIn(folder).of('acme')?.organization).toBe('unknown');
  });

  test('of one that the server asked to send later is nothing', async () => {
    const folder = newFolder();
    await writing(folder, async (journal) => {
      journal.write({ type: 'refused', n: await sent(journal, 'acme'), code: 'rate_limited', passing: true });
    });
    expect(knownIn(folder).of('acme')).toBeUndefined();
  });
});

describe('the files', () => {
  test('are one for each run that had something to say, for its owner alone', async () => {
    const folder = newFolder();
    await writing(folder, async (journal) => journal.write({ type: 'organization', key: 'a', id: '1' }));
    await writing(folder, async () => undefined);
    await writing(folder, async (journal) => journal.write({ type: 'organization', key: 'b', id: '2' }));
    expect(files(folder)).toEqual(['e000001.jsonl', 'e000003.jsonl']);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'e000001.jsonl')).mode & 0o777).toBe(0o600);
    expect([...knownIn(folder).keys()]).toEqual(['a', 'b']);
    expect(existsSync(join(folder, 'run.lock'))).toBe(false);
  });

  test('that end within a line are read up to there', async () => {
    const folder = newFolder();
    await writing(folder, async (journal) => {
      journal.write({ type: 'organization', key: 'a', id: '1' });
      await sent(journal, 'b');
    });
    const path = join(folder, 'e000001.jsonl');
    const whole = readFileSync(path);
    for (let size = whole.length - 1; size > 0; size -= 7) {
      truncateSync(path, size);
      expect([undefined, 'unknown']).toContain(knownIn(folder).of('b')?.organization);
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(4_096)]));
    expect(knownIn(folder).of('a')?.organization).toEqual({ id: '1' });
    await writing(folder, async (journal) => journal.write({ type: 'organization', key: 'b', id: '2' }));
    expect(knownIn(folder).of('b')?.organization).toEqual({ id: '2' });
  });

  test('that are damaged before their end hide creates, and are refused', async () => {
    const folder = newFolder();
    await writing(folder, async (journal) => {
      for (const key of ['a', 'b', 'c', 'd', 'e']) await sent(journal, key);
    });
    const path = join(folder, 'e000001.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, lines.map((line, index) => (index === 1 ? line.replace('a', 'z') : line)).join('\n'));
    expect((await failure(folder)).message).toMatch(/e000001\.jsonl is damaged in line 2/);
  });

  test.each<[string, Partial<JournalScope>, RegExp]>([
    ['server', { url: 'https://other.example/' }, /belongs to the API at http:\/\/127\.0\.0\.1:1\/, not to https:\/\/other\.example\//],
    ['provider', { provider: 'zitadel' }, /belongs to the provider flowkiwi/],
    ['instance', { instance_host: 'a.example' }, /belongs to the instance that is not named/],
    ['kind of manifest', { kind: 'zitadel' }, /belongs to a manifest of the kind flowkiwi/],
  ])('of another %s are refused', async (_, change, message) => {
    const folder = newFolder();
    await writing(folder, async (journal) => journal.write({ type: 'organization', key: 'a', id: '1' }));
    const error = await failure(folder, { ...SCOPE, ...change });
    expect([error.code, error.message]).toEqual(['invalid', expect.stringMatching(message)]);
  });

  test('of a newer version are refused, and of another person noticed', async () => {
    const folder = newFolder();
    const first = await open(folder, SCOPE, 'somebody');
    first.write({ type: 'organization', key: 'a', id: '1' });
    await first.close();
    const second = await open(folder, SCOPE, 'somebody else');
    expect([first.isOfAnother, second.isOfAnother]).toEqual([false, true]);
    await second.close();
    appendFileSync(join(folder, 'e000009.jsonl'), `${sealedLine({ type: 'journal', format: 2 })}\n`);
    expect((await failure(folder)).message).toMatch(/written by a newer version of flowkiwi \(format 2\)/);
  });

  test('cannot be made where something else is', async () => {
    const folder = newFolder();
    writeFileSync(folder, 'a file');
    const error = await failure(folder);
    expect([error.code, error.hint]).toEqual(['invalid', expect.stringContaining('--journal')]);
  });
});

test('a folder in memory is said to be one', { tags: ['linux'] }, () => {
  expect(durabilityProblem('/dev/shm')).toContain('tmpfs');
  expect(durabilityProblem('/proc/self')).toBeUndefined();
});

describe('two runs', () => {
  async function holder(folder: string, what: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [worker.path, folder, what], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    return child;
  }

  test('the second says who has the journal, and has it at once when that one is killed', async () => {
    const folder = newFolder();
    const child = await holder(folder, 'hold');
    const error = await failure(folder);
    expect([error.code, error.message]).toEqual(['unavailable', expect.stringContaining(`process ${child.pid} on `)]);
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    await (await open(folder)).close();
  });

  test('one that was taken over sends nothing more, whether it notices before or after its intent', async () => {
    const folder = newFolder();
    const zombie = await open(folder);
    const n = await zombie.intend({ of: 'organization', key: 'a', name: 'A' });
    rmSync(join(folder, 'run.lock'), { recursive: true });
    const successor = await open(folder);
    expect(() => zombie.leave(n)).toThrow(/another run has taken over/);
    await expect(zombie.intend({ of: 'organization', key: 'b', name: 'B' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(successor.history.known({ reliesOnKeys: false }).of('a')).toBeUndefined();
    await successor.close();
    await zombie.close();
  });

  test('one that is killed at any moment leaves the next one all that it had sent', async () => {
    const folder = newFolder();
    const told = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, [worker.path, folder, 'write', '100000'], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.on('data', (chunk) => {
        for (const line of String(chunk).split('\n')) if (line.startsWith('sent ')) told.add(line.slice(5));
        if (told.size > round * 3) child.kill('SIGKILL');
      });
      await once(child, 'close');
    }
    const known = knownIn(folder);
    expect([...told].filter((key) => known.of(key)?.organization === undefined)).toEqual([]);
  });
});

test('what is sent was synced before', { tags: ['strace'] }, async () => {
  const folder = newFolder();
  const trace = `${folder}.trace`;
  const child = spawn('strace', ['-f', '-o', trace, '-e', 'trace=write,fdatasync', process.execPath, worker.path, folder, 'write', '3'], {
    stdio: 'ignore',
  });
  await once(child, 'close');
  const calls = readFileSync(trace, 'utf8').split('\n');
  const at = (text: string | RegExp, from = 0) => calls.findIndex((line, index) => index >= from && line.match(text) !== null);
  const intent = at(/"type\\":\\"intent\\",\\"n\\":1/);
  const synced = at(/fdatasync.*= 0/, intent);
  expect(intent).toBeGreaterThan(-1);
  expect(synced).toBeGreaterThan(intent);
  expect(at(/"sent c1/)).toBeGreaterThan(synced);
});
