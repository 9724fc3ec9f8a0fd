import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { thisProcess } from '../../src/files/this-process.ts';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { asOrdinaryUser, giveToOrdinaryUser, giveToSomebody, ordinaryFolder, ordinaryHome } from './users.ts';

const ADD = ['profile', 'add', 'work', '--url', 'https://identity.example'];

/** Of a process that runs for as long as the system: what a lock would say that it held. */
function firstProcess(): string {
  const stat = readFileSync('/proc/1/stat', 'latin1');
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return JSON.stringify({ pid: 1, system: thisProcess().system, started });
}

/** A lock that somebody else claims to hold. */
function claim(path: string): void {
  mkdirSync(path);
  writeFileSync(join(path, 'owner-1-1-1'), firstProcess());
  for (const planted of [join(path, 'owner-1-1-1'), path]) giveToSomebody(planted);
}

/** What keeps others from looking into, or removing, what is in it. */
function closedFolder(path: string): void {
  mkdirSync(join(path, 'deep'), { recursive: true });
  writeFileSync(join(path, 'deep', 'file'), '');
  for (const planted of [join(path, 'deep'), path]) giveToSomebody(planted);
  chmodSync(path, 0o700);
}

/** A user's folder in which others could put things until now. */
function openedFolder() {
  const home = ordinaryHome();
  ordinaryFolder(join(home, '.config'), 0o755);
  return { home, folder: ordinaryFolder(join(home, '.config', 'flowkiwi'), 0o777) };
}

type Plant = readonly [what: string, plant: (folder: string) => void];

describe('what was put into the folder of a user', () => {
  test.each<Plant>([
    ['a folder in a lock', (folder) => mkdirSync(join(folder, 'config.json.lock', 'deep'), { recursive: true })],
    ['a file in place of a lock', (folder) => writeFileSync(join(folder, 'config.json.lock'), '')],
    ['a link in place of a lock', (folder) => symlinkSync(newHome(), join(folder, 'config.json.lock'))],
    ['a folder in place of a temporary file', (folder) => mkdirSync(join(folder, 'config.json.tmp-1', 'deep'), { recursive: true })],
  ])('by the user: %s blocks no command, and is left alone', async (_what, plant) => {
    const { home, folder } = openedFolder();
    plant(folder);
    for (const name of readdirSync(folder)) giveToOrdinaryUser(join(folder, name));
    await assertWorks(home, folder);
  });

  test.each<Plant>([
    ['a lock that a process holds which never ends', (folder) => claim(join(folder, 'config.json.lock'))],
    [
      'ten of them',
      (folder) => ['', ...'23456789'].forEach((number) => void claim(join(folder, `config.json.lock${number && `-${number}`}`))),
    ],
    ['a closed folder in place of a lock', (folder) => closedFolder(join(folder, 'config.json.lock'))],
    ['a closed folder in place of a temporary file', (folder) => closedFolder(join(folder, 'config.json.tmp-1'))],
    ['a closed folder like one that was left aside', (folder) => closedFolder(join(folder, 'config.json.lock.aside-1'))],
  ])('by others: %s blocks no command, and is left alone', { tags: ['root', 'linux'] }, async (_what, plant) => {
    const { home, folder } = openedFolder();
    plant(folder);
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1, 1);
    await assertWorks(home, folder);
  });
});

async function assertWorks(home: string, folder: string): Promise<void> {
  const planted = readdirSync(folder);
  const run = await asOrdinaryUser(ADD, { home });
  expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining('is now closed to them') });
  expect(await asOrdinaryUser(['profile', 'use', 'work'], { home })).toMatchObject({ status: 0 });
  expect(readdirSync(folder)).toEqual(['config.json', ...planted].sort());
}

test('a lock that others can put back at any moment is an error at once, which names it', { tags: ['root', 'linux'] }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-shared-'));
  chmodSync(folder, 0o1777);
  claim(join(folder, 'config.json.lock'));
  const began = Date.now();
  const run = await asOrdinaryUser(ADD, { home: ordinaryHome(), env: { FLOWKIWI_CONFIG_DIR: folder } });
  expect(run.status).toBe(2);
  expect(textError(run)).toEqual({
    message: `${folder}/config.json.lock belongs to another user, and is where a lock has to be`,
    hint: 'have it removed, or choose a folder that no other user can write to',
  });
  expect(Date.now() - began).toBeLessThan(10_000);
});

describe('beside the data file of a sandbox', () => {
  test.each<Plant>([
    ['that of the database', (folder) => closedFolder(join(folder, 'sandbox.db.lock'))],
    ['that of the sandbox', (folder) => claim(join(folder, 'sandbox.db.owner'))],
  ])('%s, put there by others, is an error that names it', { tags: ['root', 'linux'] }, async (_what, plant) => {
    const folder = newHome();
    chmodSync(folder, 0o1777);
    plant(folder);
    const [name = ''] = readdirSync(folder);
    const run = await flowkiwi(['sandbox', 'start', '--port', '0', '--data', join(folder, 'sandbox.db')]);
    expect([run.status, textError(run).message]).toEqual([2, expect.stringContaining(join(folder, name))]);
  });
});
