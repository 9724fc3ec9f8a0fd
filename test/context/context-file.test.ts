import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readContextFile } from '../../src/context/context-file.ts';
import { CONTEXT_FILE } from '../../src/context/context-files-above.ts';
import { textOf } from '../support/failure.ts';

let path: string;
let warnings: string[];
const read = (...paths: readonly string[]) => readContextFile(paths, (text) => void warnings.push(textOf(text)));

beforeEach(({ onTestFinished }) => {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-context-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, CONTEXT_FILE);
  warnings = [];
});

test.each<[what: string, content: string | Buffer, profile: string | undefined, organization: string | undefined]>([
  ['both', '{"profile": "work", "organization": "Acme Corp"}', 'work', 'Acme Corp'],
  ['the profile alone', '{"profile": "work"}', 'work', undefined],
  ['nothing', '{}', undefined, undefined],
  ['notes', '{"$schema": "x", "comment": ["y"], "organization": "1"}', undefined, '1'],
  ['white space', '{"profile": " work\\n"}', 'work', undefined],
  ['a byte order mark', '\uFEFF{"profile": "work"}\r\n', 'work', undefined],
  ['UTF-16', Buffer.from('\uFEFF{"profile": "work"}', 'utf16le'), 'work', undefined],
])('it may hold %s', (_, content, profile, organization) => {
  writeFileSync(path, content);
  expect(read(path)).toEqual({ path, profile, organization });
  expect(warnings).toEqual([]);
});

test.each<[what: string, content: string | Buffer, problem: string]>([
  ['nothing', '', 'is not a JSON object'],
  ['broken JSON', '{"profile":', 'is not a JSON object'],
  ['a list', '["work"]', 'is not a JSON object'],
  ['a URL', '{"url": "https://api.example"}', 'has "url": it may name a profile and an organization, and nothing else'],
  ['a credential', '{"profile": "work", "token": "x"}', 'has "token": it may name a profile and an organization, and nothing else'],
  ['a member of every object', '{"constructor": "x"}', 'has "constructor": it may name a profile and an organization, and nothing else'],
  ['a number for a name', '{"organization": 1}', '"organization" in'],
  ['an empty name', '{"profile": ""}', '"profile" in'],
  ['a control character', '{"profile": "w\\u001bork"}', '"profile" in'],
  ['bytes that are not text', Buffer.from([0xc3, 0x28]), 'is not UTF-8 text'],
  ['more than anybody writes', ' '.repeat(65 * 1024), 'is larger than 64 kB'],
])('it is an error that names the file when it holds %s', (_, content, problem) => {
  writeFileSync(path, content);
  const failed = () => read(path);
  expect(failed).toThrow(problem);
  expect(failed).toThrow(path);
});

describe('what has its name and is no file', () => {
  test('a folder', () => {
    mkdirSync(path);
    expect(() => read(path)).toThrow(`${path} is not a file`);
  });

  test('a link to itself', () => {
    symlinkSync(CONTEXT_FILE, path);
    expect(() => read(path)).toThrow(`${path} cannot be read (ELOOP)`);
  });

  test('a link that leads nowhere', () => {
    symlinkSync('nothing', path);
    expect(() => read(path)).toThrow(`${path} cannot be read (ENOENT)`);
  });

  test('a pipe, which is not waited for', () => {
    execFileSync('mkfifo', [path]);
    expect(() => read(path)).toThrow(`${path} is not a file`);
  });
});

test.runIf(process.geteuid)('one that others can change is ignored, which is said, and the next one above counts', () => {
  const above = join(path, '..', 'above.json');
  for (const file of [path, above]) writeFileSync(file, '{"profile": "work"}');
  chmodSync(path, 0o666);
  expect(read(path, above)).toMatchObject({ path: above });
  expect(warnings).toEqual([expect.stringContaining(`${path} can be changed by other users, and is ignored`)]);
});
