import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createPrivateFile, replacePrivateFile } from '../../src/files/private-file.ts';

test('the first to create it wins; it can be replaced; nothing is left beside it, and nobody else can read it', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'flowkiwi-private-')), 'new', 'key');
  expect([createPrivateFile(path, 'first'), createPrivateFile(path, 'second'), readFileSync(path, 'utf8')]).toEqual([true, false, 'first']);
  replacePrivateFile(path, 'third');
  expect([readFileSync(path, 'utf8'), readdirSync(dirname(path))]).toEqual(['third', ['key']]);
  expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
});

test('where no file can be, none is made', () => {
  expect(() => createPrivateFile('/dev/null/key', 'x')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
});
