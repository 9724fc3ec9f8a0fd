import { existsSync, lstatSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reserveFile } from '../../src/files/reserved-file.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'flowkiwi-reserved-'));

test('a file takes its content later, for its owner alone', async () => {
  const path = join(newFolder(), 'key');
  const file = await reserveFile(path);
  expect([statSync(path).size > 10_000, statSync(path).mode & 0o777]).toEqual([true, 0o600]);
  await file.write('secret');
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['secret', 0o600]);
});

test('one that is not needed goes', async () => {
  const path = join(newFolder(), 'key');
  await (await reserveFile(path)).discard();
  expect(existsSync(path)).toBe(false);
});

test.each<[what: string, put: (path: string, target: string) => void]>([
  ['a file', (path) => writeFileSync(path, 'notes')],
  ['a link to a file', (path, target) => symlinkSync(target, path)],
  ['a link that leads nowhere', (path, target) => symlinkSync(`${target}-missing`, path)],
])('%s in its place is left alone, and so is what it leads to', async (_what, put) => {
  const folder = newFolder();
  const [path, target] = [join(folder, 'key'), join(folder, 'target')];
  writeFileSync(target, 'notes');
  put(path, target);
  const before = lstatSync(path);
  await expect(reserveFile(path)).rejects.toMatchObject({ code: 'EEXIST' });
  expect([lstatSync(path).ino, readFileSync(target, 'utf8'), existsSync(`${target}-missing`)]).toEqual([before.ino, 'notes', false]);
});
