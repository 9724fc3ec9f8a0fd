import { spawnSync } from 'node:child_process';
import { chownSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AppendFile, openAppendFile } from '../../src/files/append-file.ts';
import { SOMEBODY } from '../attack/users.ts';
import { bundle, type Program } from '../support/bundle.ts';

let worker: Program;

beforeAll(async () => {
  worker = await bundle(join(import.meta.dirname, 'append-process.ts'));
});

afterAll(() => worker.remove());

/** Path of a file that is not there, in a folder that is not there. */
function newPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'flowkiwi-append-')), 'folder', 'file.jsonl');
}

async function using(path: string, work: (file: AppendFile) => Promise<unknown>): Promise<void> {
  const file = await openAppendFile(path);
  await work(file).finally(file.close);
}

test('what is appended is there, in its order, for its owner alone', async () => {
  const path = newPath();
  await using(path, async (file) => {
    expect(file.isNew).toBe(true);
    await file.append(['one', 'two']);
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    await file.append(['three']);
  });
  await using(path, async (file) => {
    expect(file.isNew).toBe(false);
    await file.append(['four']);
  });
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\nfour\n');
  expect([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
});

test('appends of one moment are in the order in which they were asked for', async () => {
  const path = newPath();
  const lines = Array.from({ length: 1_000 }, (_, number) => `${number} ${'x'.repeat(200)}`);
  await using(path, (file) => Promise.all(lines.map((line) => file.append([line]))));
  expect(readFileSync(path, 'utf8')).toBe(`${lines.join('\n')}\n`);
});

test.each([
  ['half a line', 'one\n{"half', 'one\n{"half\nnew\n'],
  ['half a line alone', '{"half', '{"half\nnew\n'],
  ['whole lines', 'one\n', 'one\nnew\n'],
  ['nothing', '', 'new\n'],
])('behind %s a line begins of its own', async (_, before, after) => {
  const path = join(mkdtempSync(join(tmpdir(), 'flowkiwi-append-')), 'file.jsonl');
  writeFileSync(path, before);
  await using(path, (file) => file.append(['new']));
  expect(readFileSync(path, 'utf8')).toBe(after);
});

test('eight processes lose nothing of each other', async () => {
  const path = newPath();
  const names = Array.from({ length: 8 }, (_, index) => `process-${index}`);
  await Promise.all(names.map((name) => worker.run(path, name, '50')));
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  for (const name of names) {
    expect(lines.filter((line) => line.startsWith(name))).toEqual(Array.from({ length: 50 }, (_, number) => `${name} ${number}`));
  }
  expect(lines).toHaveLength(400);
});

test('when a write fails in the middle of a line, the next one stands in a line of its own', async () => {
  const path = newPath();
  // Blocks of 512 bytes, or of 1,024.
  const full = spawnSync('sh', ['-c', 'ulimit -f 4; exec "$@"', 'sh', process.execPath, worker.path, path, 'before', '1000']);
  expect(full.status).not.toBe(0);
  expect(readFileSync(path, 'utf8')).toMatch(/^(before \d+\n)+before?/);
  await using(path, (file) => file.append(['after']));
  expect(readFileSync(path, 'utf8')).toMatch(/^(before \d+\n)+[^\n]*\nafter\n$/);
});

describe('root in the folder of another user', { tags: ['root'] }, () => {
  test('makes a file that its owner can read', async () => {
    const path = newPath();
    mkdirSync(dirname(path));
    chownSync(dirname(path), SOMEBODY, SOMEBODY);
    await using(path, (file) => file.append(['one']));
    const { uid, mode } = statSync(path);
    expect([uid, mode & 0o777]).toEqual([SOMEBODY, 0o600]);
  });

  test.each(['', 'root:x:0:0\n'])('writes into no file of root’s that has %j in it, by another name', async (content) => {
    const [path, own] = [newPath(), newPath()];
    for (const file of [path, own]) mkdirSync(dirname(file));
    writeFileSync(own, content, { mode: 0o600 });
    chownSync(dirname(path), SOMEBODY, SOMEBODY);
    linkSync(own, path);
    await expect(openAppendFile(path)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('another file, too') });
    expect([readFileSync(own, 'utf8'), statSync(own).uid]).toEqual([content, 0]);
  });
});

test('a link is followed to a file of ours; what is not a file is refused', async () => {
  const [path, link] = [newPath(), newPath()];
  await using(path, (file) => file.append(['one']));
  await using(link, (file) => file.append(['gone']));
  rmSync(link);
  symlinkSync(path, link);
  await using(link, (file) => file.append(['two']));
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  await expect(openAppendFile('/dev/null')).rejects.toMatchObject({ code: 'invalid' });
});
