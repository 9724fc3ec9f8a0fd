import { chmodSync, closeSync, mkdtempSync, openSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closeToOthers } from '../../src/files/trusted-place.ts';

/** A new file, or folder, of this mode, opened. */
function opened(mode: number, path = mkdtempSync(join(tmpdir(), 'flowkiwi-place-'))) {
  chmodSync(path, mode);
  const descriptor = openSync(path, 'r');
  onTestFinished(() => closeSync(descriptor));
  return { descriptor, mode: () => statSync(path).mode & 0o777 };
}

function openedFile(mode: number) {
  const path = join(mkdtempSync(join(tmpdir(), 'flowkiwi-place-')), 'file');
  writeFileSync(path, '');
  return opened(mode, path);
}

test.each([
  [0o644, 'closed'],
  [0o640, 'closed'],
  [0o604, 'closed'],
  [0o602, 'closed'],
  [0o600, 'was closed'],
  [0o400, 'was closed'],
])('a file of mode %o %s', (mode, outcome) => {
  const file = openedFile(mode);
  expect(closeToOthers(file.descriptor, 'linux')).toBe(outcome);
  expect(file.mode()).toBe(outcome === 'closed' ? 0o600 : mode);
});

test('Windows has no such modes, and a folder is left alone', () => {
  const [file, folder] = [openedFile(0o644), opened(0o755)];
  expect([closeToOthers(file.descriptor, 'win32'), closeToOthers(folder.descriptor, 'linux')]).toEqual(['was closed', 'was closed']);
  expect([file.mode(), folder.mode()]).toEqual([0o644, 0o755]);
});
