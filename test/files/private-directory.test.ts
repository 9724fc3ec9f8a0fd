import { chmodSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canBeMade, makePrivateDirectory } from '../../src/files/private-directory.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'flowkiwi-files-'));
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('a folder is made with its parents, for its owner alone', () => {
  const root = newFolder();
  makePrivateDirectory(join(root, 'a', 'b'));
  expect([modeOf(join(root, 'a')), modeOf(join(root, 'a', 'b'))]).toEqual([0o700, 0o700]);
});

test('one that exists is left unchanged', () => {
  const root = newFolder();
  mkdirSync(join(root, 'a'));
  chmodSync(join(root, 'a'), 0o755);
  makePrivateDirectory(join(root, 'a'));
  expect(modeOf(join(root, 'a'))).toBe(0o755);
});

test.each<[what: string, path: (root: string) => string, code: string]>([
  ['a file in its place', (root) => join(root, 'file'), 'EEXIST'],
  ['a file among its parents', (root) => join(root, 'file', 'a', 'b'), 'ENOTDIR'],
])('%s is an error', (_what, path, code) => {
  const root = newFolder();
  writeFileSync(join(root, 'file'), '');
  expect(() => makePrivateDirectory(path(root))).toThrow(expect.objectContaining({ code }));
});

test.each<[what: string, path: (root: string) => string, expected: boolean]>([
  ['beside others', (root) => join(root, 'a'), true],
  ['with its parents', (root) => join(root, 'a', 'b', 'c'), true],
  ['beneath a file', (root) => join(root, 'file', 'a'), false],
])('whether one %s can be made', (_what, path, expected) => {
  const root = newFolder();
  writeFileSync(join(root, 'file'), '');
  expect(canBeMade(path(root))).toBe(expected);
});

test('a place that takes no folders is an error, and no endless loop', { tags: ['linux'] }, () => {
  expect(() => makePrivateDirectory('/proc/nope/a')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
