import { copyFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { expect, onTestFinished, test } from 'vitest';
import { isCliError } from '../../src/errors.ts';
import { type Database, openDatabase } from '../../src/sandbox/database.ts';
import { hintOf } from '../support/failure.ts';
import { clock, temporaryFolder } from '../support/servers/sandbox-in-memory.ts';

async function open(path: string | undefined): Promise<Database> {
  const database = await openDatabase({ path, clock });
  onTestFinished(() => database.close());
  return database;
}

async function withTable(path?: string): Promise<Database> {
  const database = await open(path);
  database.run('CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY, size INTEGER)');
  return database;
}

const words = (database: Database) => database.all('SELECT text FROM word ORDER BY text').map(({ text }) => text);
const add = (database: Database, text: string) => database.run('INSERT INTO word VALUES (?, ?)', [text, text.length]);

/** What opening the file fails with: code, message, hint. */
async function refusal(path: string): Promise<readonly [string, string, string]> {
  const error: unknown = await openDatabase({ path, clock }).then(
    (database) => database.close(),
    (reason: unknown) => reason,
  );
  return isCliError(error) ? [error.code, error.message, hintOf(error)] : ['none', String(error), ''];
}

test('values come back as they were', async () => {
  const database = await withTable();
  add(database, 'kiwi 🥝');
  database.run('INSERT INTO word VALUES (?, ?)', ['large', Number.MAX_SAFE_INTEGER]);
  database.run('INSERT INTO word VALUES (?, ?)', ['none', null]);
  expect(database.all('SELECT * FROM word ORDER BY text')).toEqual([
    { text: 'kiwi 🥝', size: 7 },
    { text: 'large', size: Number.MAX_SAFE_INTEGER },
    { text: 'none', size: null },
  ]);
  expect(database.get('SELECT 1 FROM word WHERE text = ?', ['absent'])).toBeUndefined();
});

test('a text that SQLite would cut is refused', async () => {
  const database = await withTable();
  expect(() => add(database, 'a\0b')).toThrow(RangeError);
  expect(words(database)).toEqual([]);
});

test('a compare-and-set tells whether it was the first', async () => {
  const database = await withTable();
  add(database, 'token');
  const take = () => database.get('UPDATE word SET size = 0 WHERE text = ? AND size > 0 RETURNING text', ['token']);
  expect([take(), take()]).toEqual([{ text: 'token' }, undefined]);
});

test('a failing statement undoes nothing else, and can be run again', async () => {
  const path = join(await temporaryFolder(), 'data.db');
  const database = await withTable(path);
  add(database, 'one');
  expect(() => add(database, 'one')).toThrow('UNIQUE');
  expect(() => database.run('INSERT INTO nowhere VALUES (1)')).toThrow('nowhere');
  add(database, 'two');
  await database.durable();
  await database.close();
  expect(words(await open(path))).toEqual(['one', 'two']);
});

test('a failing unit is undone as a whole, units inside it too, and nothing else', async () => {
  const database = await withTable();
  add(database, 'before');
  const unit = () =>
    database.transaction(() => {
      add(database, 'outer');
      database.transaction(() => add(database, 'inner'));
      expect(() =>
        database.transaction(() => {
          add(database, 'lost');
          throw new Error('inner');
        }),
      ).toThrow('inner');
      expect(words(database)).toEqual(['before', 'inner', 'outer']);
      throw new Error('outer');
    });
  expect(unit).toThrow('outer');
  expect(database.transaction(() => words(database))).toEqual(['before']);
  await database.durable();
  expect(words(database)).toEqual(['before']);
});

test('what runs after a commit has begun belongs to the next one', async () => {
  const path = join(await temporaryFolder(), 'data.db');
  const database = await withTable(path);
  for (const text of ['a', 'b', 'c']) {
    add(database, text);
    await database.durable();
  }
  add(database, 'd');
  await database.close();
  await database.close();
  expect(words(await open(path))).toEqual(['a', 'b', 'c', 'd']);
});

test('what is durable is in the file, and nothing is before', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'data.db');
  const database = await withTable(path);
  await database.durable();
  let copies = 0;
  const onDisk = async () => {
    copies += 1;
    const copy = join(folder, `copy-${copies}.db`);
    for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
    return words(await open(copy));
  };
  add(database, 'kiwi');
  const before = onDisk();
  await database.durable();
  const after = onDisk();
  expect([await before, await after]).toEqual([[], ['kiwi']]);
});

test('many writes of one turn share one commit', async () => {
  const database = await withTable(join(await temporaryFolder(), 'data.db'));
  await database.durable();
  const promises = Array.from({ length: 100 }, (_, index) => {
    add(database, `word ${index}`);
    return database.durable();
  });
  expect(new Set(promises).size).toBe(1);
  await Promise.all(promises);
  expect(database.durable()).not.toBe(promises[0]);
});

test('when the disk is full nothing of the turn is acknowledged or kept, and the next turn works', async () => {
  const database = await withTable(join(await temporaryFolder(), 'data.db'));
  add(database, 'before');
  await database.durable();
  database.all('PRAGMA max_page_count = 8');
  await database.durable();
  add(database, 'lost');
  const first = database.durable();
  expect(() => database.transaction(() => add(database, 'x'.repeat(100_000)))).toThrow('full');
  add(database, 'lost too');
  await expect(first).rejects.toThrow('full');
  await expect(database.durable()).rejects.toThrow('full');
  await new Promise((resolve) => setImmediate(resolve));
  add(database, 'after');
  await database.durable();
  expect(words(database)).toEqual(['after', 'before']);
});

test('the folder is made for its owner alone, and so is the file', async () => {
  const folder = join(await temporaryFolder(), 'deep', 'down');
  const path = join(folder, 'data.db');
  const database = await withTable(path);
  const mode = async (name: string) => (await stat(name)).mode & 0o777;
  expect([await mode(folder), await mode(path), await mode(`${path}-wal`)]).toEqual([0o700, 0o600, 0o600]);
  await database.close();
});

test('a file that others can read is closed to them', async () => {
  const path = join(await temporaryFolder(), 'data.db');
  await writeFile(path, '', { mode: 0o644 });
  await open(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a file in use is a conflict, by whatever name, and free once it is closed', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'data.db');
  const database = await withTable(path);
  await symlink(folder, join(folder, 'link'));
  const [code, message, hint] = await refusal(join(folder, 'link', 'data.db'));
  expect([code, message]).toEqual(['conflict', expect.stringContaining('in use by another process')]);
  expect(hint).toContain('--data');
  await database.close();
  expect(words(await open(path))).toEqual([]);
});

test('a lock that a killed process left behind is removed', async () => {
  const path = join(await temporaryFolder(), 'data.db');
  await (await withTable(path)).close();
  await mkdir(`${path}.lock`);
  expect(words(await open(path))).toEqual([]);
});

test.each<[statement: string, prepare: (path: string) => Promise<unknown>, message: string]>([
  ['a text', (path) => writeFile(path, 'this is not a database'), 'not a sandbox data file'],
  ['a file as short as a byte', (path) => writeFile(path, 'S'), 'not a sandbox data file'],
  ['noise behind a right beginning', (path) => writeFile(path, `SQLite format 3\0${'noise'.repeat(500)}`), 'not a sandbox data file'],
  ['a database that was cut', cutInHalf, 'damaged'],
  ['a database with an overwritten page', overwritePage, 'damaged'],
  ['a database of another program', (path) => foreign(path, 'CREATE TABLE moz_places (id); PRAGMA user_version = 99'), 'another program'],
  ['a newer version', (path) => changed(path, 'PRAGMA user_version = 2'), 'newer version'],
  ['a folder', (path) => mkdir(path), 'cannot be written (EISDIR)'],
])('%s is refused and left as it was', async (_, prepare, message) => {
  const folder = await temporaryFolder();
  const path = join(folder, 'data.db');
  await prepare(path);
  const before = await readFile(path).catch(() => undefined);
  const files = await readdir(folder);
  const [code, said, hint] = await refusal(path);
  expect([code, said]).toEqual(['invalid', expect.stringContaining(message)]);
  expect(hint).toMatch(/--data|update flowkiwi/);
  expect(await readFile(path).catch(() => undefined)).toEqual(before);
  expect(await readdir(folder)).toEqual(files);
  // Nothing is kept locked.
  expect((await refusal(path))[0]).toBe('invalid');
});

test('a folder that cannot be made is refused', async () => {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, '');
  expect(await refusal(join(path, 'data.db'))).toEqual([
    'invalid',
    expect.stringContaining('cannot be written'),
    expect.stringContaining('--memory'),
  ]);
});

async function foreign(path: string, sql: string): Promise<void> {
  const connection = new sqlite.Database(path);
  connection.exec(sql);
  connection.close();
}

async function changed(path: string, sql: string): Promise<void> {
  await (await filled(path)).close();
  await foreign(path, `PRAGMA locking_mode = EXCLUSIVE; ${sql}`);
}

async function filled(path: string): Promise<Database> {
  const database = await withTable(path);
  for (let index = 0; index < 2000; index += 1) add(database, `word ${index} ${'x'.repeat(40)}`);
  return database;
}

async function cutInHalf(path: string): Promise<void> {
  await (await filled(path)).close();
  await truncate(path, Math.floor((await stat(path)).size / 2));
}

async function overwritePage(path: string): Promise<void> {
  await (await filled(path)).close();
  const content = await readFile(path);
  content.fill(0xa5, 4096, 8192);
  await writeFile(path, content);
}
