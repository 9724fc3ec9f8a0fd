import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openableUrl, openUrl } from '../../src/edges/open-url.ts';

const URL = 'https://id.example/device?code=AB-CD';

test.each([
  [URL, URL],
  ['http://127.0.0.1:8787/x', 'http://127.0.0.1:8787/x'],
  ['HTTPS://ID.example/ä b', 'https://id.example/%C3%A4%20b'],
  ['https://id.example/\u001b]0;x\u0007/\n\u0000', 'https://id.example/%1B]0;x%07/'],
  ['https://id.example/a"b?c="d"', 'https://id.example/a%22b?c=%22d%22'],
  ['https://id.example/$(calc.exe)', 'https://id.example/%24(calc.exe)'],
  ['https://id.example/?a=`id`&b=$IFS!x', 'https://id.example/?a=%60id%60&b=%24IFS%21x'],
  ["https://id.example/a'b?c='d#'e\\", 'https://id.example/a%27b?c=%27d#%27e%5c'],
  ['https://$(calc).evil.example/', 'https://%24(calc).evil.example/'],
  ['-https://id.example/', undefined],
  ['--help', undefined],
  ['javascript:alert(1)', undefined],
  ['java\nscript:alert(1)', undefined],
  ['file:///etc/passwd', undefined],
  ['data:text/html,x', undefined],
  ['vscode://x', undefined],
  ['ms-msdt:/id', undefined],
  ['', undefined],
])('%j is opened as %j', (text, expected) => {
  expect(openableUrl(text)).toBe(expected);
});

const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-browsers-'));

/** A browser made of shell. */
function browser(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const [seen, second] = [join(folder, 'seen'), join(folder, 'second')];
const works = browser('works', `printf '%s\\n' "$@" > '${seen}'`);
const worksToo = browser('works too', `printf '%s\\n' "$@" > '${second}'`);
const crashes = browser('crashes', 'exit 3');
// A signal that leaves no core: writing one can take longer than the program itself.
const dies = browser('dies', 'kill -KILL $$');
// Long enough to be taken for a browser that stays, and gone soon after.
const stays = browser('stays', 'exec sleep 3');
const noProgram = join(folder, 'text');
writeFileSync(noProgram, 'text', { mode: 0o644 });

const open = (BROWSER: string, failsWithinMs?: number) => openUrl(URL, { BROWSER }, 'linux', failsWithinMs);
/** On a busy machine a shell may take more than a second to fail. */
const PATIENT_MS = 20_000;
const said = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

test.each<[what: string, variable: string, opened: boolean]>([
  ['a browser that works', works, true],
  ['one that crashes', crashes, false],
  ['one that is killed', dies, false],
  ['one that stays', stays, true],
  ['one that does not exist', join(folder, 'nothing'), false],
  ['a name that is not in the path', 'flowkiwi-no-such-browser', false],
  ['a file that is not a program', noProgram, false],
  ['a folder', folder, false],
  ['nothing but blanks', '  ', false],
  ['the word of other tools for no browser', 'none', false],
  ['a list whose last one works', `${crashes}:/nothing:${works}`, true],
])('%s', async (_what, variable, opened) => {
  expect(await open(variable, variable === stays ? undefined : PATIENT_MS)).toBe(opened);
});

test('the error of one that does not exist is heard whenever it comes', async () => {
  // As the first thing of a turn: nothing runs between the start and the error.
  const opened = await new Promise((resolve) => setImmediate(() => resolve(open('/nothing', PATIENT_MS))));
  expect(opened).toBe(false);
});

test('the first of a list that works is the last that is started', async () => {
  expect(await open(`${crashes}:${works} --window %s end:${worksToo}`, PATIENT_MS)).toBe(true);
  expect(said(seen)).toEqual(['--window', URL, 'end']);
  expect(existsSync(second)).toBe(false);
});

test('one that fails late is a browser that was closed: no other one opens', async () => {
  const [closed, other] = [join(folder, 'closed'), join(folder, 'other')];
  const closes = browser('closes', `sleep 1.3; touch '${closed}'; exit 1`);
  expect(await open(`${closes}:${browser('opens', `touch '${other}'`)}`)).toBe(true);
  await expect.poll(() => existsSync(closed)).toBe(true);
  expect(await open(works)).toBe(true);
  expect(existsSync(other)).toBe(false);
});

test('a path with blanks needs no quotes', async () => {
  expect(await open(worksToo, PATIENT_MS)).toBe(true);
  expect(said(second)).toEqual([URL]);
});

test.each(['javascript:alert(1)', 'file:///etc/passwd', '--version'])('%s starts nothing', async (url) => {
  const path = join(folder, 'started');
  expect(await openUrl(url, { BROWSER: browser('starts', `touch '${path}'`) }, 'linux')).toBe(false);
  expect(existsSync(path)).toBe(false);
});

test('without a display nothing is started', async () => {
  expect(await openUrl(URL, {}, 'linux')).toBe(false);
});
