import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FLOWKIWI, flowkiwi } from '../support/flowkiwi.ts';
import {
  asOrdinaryUser,
  giveToOrdinaryUser,
  giveToSomebody,
  ORDINARY_UID,
  ordinaryFolder,
  ordinaryHome,
  startAsSomebody,
} from './users.ts';

const ROOT = join(dirname(FLOWKIWI), '..');
const MAIN = join(ROOT, 'dist', 'main.js');
const COMMAND = ['profile', 'list'];
/** What others would have run. */
const EVIL = 'process.env.MARKER && require("node:fs").writeFileSync(process.env.MARKER, "");';

/** Somebody who has compiled code from an earlier run, in whose place others have put code that makes the marker. */
interface Victim {
  readonly home: string;
  /** The cache folder of the program. */
  readonly cache: string;
  /** The folder of the compiled code in it. */
  readonly code: string;
  readonly marker: string;
  readonly env: Readonly<Record<string, string>>;
}

let poisoned: string;

beforeAll(async () => {
  const home = ordinaryHome();
  await asOrdinaryUser(COMMAND, { home, isCached: true });
  poisoned = join(home, '.cache', 'flowkiwi');
  forEachFile(join(poisoned, onlyOne(readdirSync(poisoned))), poison);
});

/**
 * V8 takes code that was compiled from any other text of the same length, as long as a process has done so which had started as the command
 * does.
 */
function poison(file: string): void {
  const script = `
    const [source, target] = process.argv.slice(1);
    const { readFileSync, writeFileSync } = require('node:fs');
    const { wrap } = require('node:module');
    const { length } = wrap(readFileSync(source, 'utf8'));
    const evil = wrap(${JSON.stringify(EVIL)});
    const text = evil.replace(/\\}\\);$/, ' '.repeat(length - evil.length) + '});');
    writeFileSync(target, new (require('node:vm').Script)(text).createCachedData());`;
  const [chunk = ''] = /[^/]*\.js/.exec(file) ?? [];
  execFileSync(process.execPath, ['-e', script, join(ROOT, 'dist', 'chunks', chunk), file]);
}

function newVictim(): Victim {
  const home = ordinaryHome();
  const cache = join(home, '.cache', 'flowkiwi');
  copyAs(poisoned, cache);
  const marker = join(openFolder(), 'ran');
  return { home, cache, code: join(cache, onlyOne(readdirSync(cache))), marker, env: { MARKER: marker } };
}

/** Copies a folder of the ordinary user for him. */
function copyAs(folder: string, target: string): void {
  ordinaryFolder(dirname(target), 0o700);
  cpSync(folder, target, { recursive: true });
  for (const path of ['', ...readdirSync(target, { recursive: true, encoding: 'utf8' })]) giveToOrdinaryUser(join(target, path));
}

function onlyOne<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined || values.length > 1) throw new Error(`there are ${values.length} of them`);
  return value;
}

function openFolder(mode = 0o777): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-open-'));
  chmodSync(folder, mode);
  return folder;
}

function somebodysFolder(mode: number): string {
  const folder = openFolder(mode);
  giveToSomebody(folder);
  return folder;
}

function forEachFile(folder: string, change: (path: string) => void): void {
  for (const name of readdirSync(folder)) change(join(folder, name));
}

/** Moves something elsewhere, and puts a link to it in its place. */
function linked(path: string, folder: string): void {
  const target = join(folder, 'moved');
  renameSync(path, target);
  symlinkSync(target, path);
}

async function assertHonest({ home, marker, env }: Victim, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const run = await asOrdinaryUser(COMMAND, { home, env: { ...env, ...more }, isCached: true });
  expect(existsSync(marker)).toBe(false);
  expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('identity.flowkiwi.net'), stderr: '' });
}

type Trap = readonly [what: string, set: (victim: Victim) => void];

describe.concurrent('compiled code in the cache folder', () => {
  test.each<Trap>([
    ['as it was kept', () => undefined],
    [
      'behind a link of the user to a folder that only he can write',
      ({ home }) => linked(join(home, '.cache'), ordinaryFolder(openFolder(), 0o755)),
    ],
  ])('is run where it is the user’s alone, so that what others put there would be: %s', async (_what, set) => {
    const victim = newVictim();
    set(victim);
    await asOrdinaryUser(COMMAND, { ...victim, isCached: true });
    expect(existsSync(victim.marker)).toBe(true);
  });

  test.each<Trap>([
    ['a file that others can write', ({ code }) => forEachFile(code, (path) => chmodSync(path, 0o602))],
    ['a file that the group can write', ({ code }) => forEachFile(code, (path) => chmodSync(path, 0o660))],
    ['a link in place of a file', ({ code }) => forEachFile(code, (path) => linked(path, openFolder(0o755)))],
    ['a folder that others can write', ({ code }) => chmodSync(code, 0o707)],
    ['a sticky folder that is not root’s', ({ code }) => chmodSync(code, 0o1777)],
    ['in a folder that the group can write', ({ cache }) => chmodSync(cache, 0o770)],
    ['in a ~/.cache that others can write', ({ home }) => chmodSync(join(home, '.cache'), 0o777)],
    ['in a home that others can write', ({ home }) => chmodSync(home, 0o777)],
    ['behind a link into a folder that others can write', ({ code }) => linked(code, openFolder())],
    ['in a ~/.cache behind a link into a folder that others can write', ({ home }) => linked(join(home, '.cache'), openFolder())],
  ])('is not run where others can write: %s', async (_what, set) => {
    const victim = newVictim();
    set(victim);
    await assertHonest(victim);
  });

  test.each<Trap>([
    ['a file', ({ code }) => forEachFile(code, giveToSomebody)],
    ['a folder', ({ code }) => giveToSomebody(code)],
    ['a folder above', ({ cache }) => giveToSomebody(cache)],
    ['~/.cache', ({ home }) => giveToSomebody(join(home, '.cache'))],
    ['what a link leads into', ({ code }) => linked(code, somebodysFolder(0o755))],
    ['a sticky folder that a link leads into', ({ home }) => linked(join(home, '.cache'), somebodysFolder(0o1777))],
  ])('is not run where this is somebody else’s: %s', { tags: ['root'] }, async (_what, set) => {
    const victim = newVictim();
    set(victim);
    await assertHonest(victim);
  });

  test.each<[what: string, folder: () => string]>([
    ['a folder that others can write', openFolder],
    ['one in such a folder', () => ordinaryFolder(join(openFolder(), 'cache'), 0o700)],
  ])('is not run where XDG_CACHE_HOME is %s', async (_what, folder) => {
    const victim = newVictim();
    const XDG_CACHE_HOME = folder();
    copyAs(victim.cache, join(XDG_CACHE_HOME, 'flowkiwi'));
    chmodSync(XDG_CACHE_HOME, 0o777);
    await assertHonest(victim, { XDG_CACHE_HOME });
  });

  test('is neither run nor kept by root in the home of another user', { tags: ['root'] }, async () => {
    const { home, cache, marker, ...victim } = newVictim();
    // The tests' own place for compiled code is another.
    const env = { ...victim.env, XDG_CACHE_HOME: '' };
    const before = readdirSync(cache, { recursive: true });
    for (const args of [COMMAND, ['profile', 'show']]) expect(await flowkiwi(args, { home, env })).toMatchObject({ status: 0, stderr: '' });
    expect([existsSync(marker), readdirSync(cache, { recursive: true })]).toEqual([false, before]);
  });
});

describe('a temporary folder that is shared', () => {
  /** The name under which an earlier version kept its code there. */
  const [build = ''] = readFileSync(join(ROOT, 'dist', 'build-id'), 'utf8').split(' ');
  const name = `flowkiwi-code-${ORDINARY_UID}-${process.version}-${process.arch}-${build}`;

  test('Node’s compiled code there, which another user has made, is not run', { tags: ['compile-cache'] }, async () => {
    const TMPDIR = openFolder(0o1777);
    plantNodeCache(TMPDIR);
    mkdirSync(join(TMPDIR, name), { mode: 0o755 });
    for (const path of readdirSync(TMPDIR, { recursive: true, encoding: 'utf8' })) giveToSomebody(join(TMPDIR, path));
    const before = readdirSync(TMPDIR, { recursive: true });
    await assertHonest({ ...newVictim(), home: ordinaryHome() }, { TMPDIR });
    expect(readdirSync(TMPDIR, { recursive: true })).toEqual(before);
  });

  test('code is not run while another user swaps the folder for one of his', { tags: ['root'] }, async () => {
    const victim = { ...newVictim(), home: ordinaryHome() };
    const shared = openFolder();
    const kept = [
      { folder: join(shared, name), code: '' },
      { folder: join(shared, 'flowkiwi'), code: basename(victim.code) },
    ];
    for (const { folder, code } of kept) {
      ordinaryFolder(folder, 0o700);
      ordinaryFolder(join(folder, code), 0o700);
      cpSync(victim.code, join(`${folder}-evil`, code), { recursive: true });
      execFileSync('chmod', ['-R', 'a+rX', `${folder}-evil`]);
    }
    const swapper = await startAsSomebody(SWAP, ...kept.map(({ folder }) => folder));
    try {
      for (let run = 0; run < 20; run += 1) await assertHonest(victim, { TMPDIR: shared, XDG_CACHE_HOME: shared });
    } finally {
      await swapper.stop();
    }
  });
});

/** Puts the evil folder in the place of the honest one, and that back, for as long as it runs. */
const SWAP = `
  const { renameSync } = require('node:fs');
  for (;;) for (const folder of process.argv.slice(1)) {
    renameSync(folder, folder + '-honest');
    renameSync(folder + '-evil', folder);
    renameSync(folder, folder + '-evil');
    renameSync(folder + '-honest', folder);
  }`;

/** Places in the head of a file of Node's. */
const LENGTH_AT = 4;
const CHECKSUM_AT = 12;

/**
 * Node's compile cache with code in it that is not what the program's main file says: anybody who can run the program can make it. Node compares a
 * checksum of the text, which stands before the code, and V8 the length.
 */
function plantNodeCache(folder: string): void {
  const copy = mkdtempSync(join(tmpdir(), 'flowkiwi-evil-'));
  const text = readFileSync(MAIN, 'utf8');
  writeFileSync(join(copy, 'main.js'), EVIL.padEnd(text.length));
  const cacheOf = (main: string, cache: string) => {
    execFileSync(process.execPath, [main, '--version'], { env: { NODE_COMPILE_CACHE: cache } });
    const files = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(cache, file)).isFile());
    return onlyOne(files.filter((file) => readFileSync(join(cache, file)).readUInt32LE(LENGTH_AT) === text.length));
  };
  const [honest, evil] = [cacheOf(MAIN, join(copy, 'honest')), cacheOf(join(copy, 'main.js'), join(copy, 'evil'))];
  const code = readFileSync(join(copy, 'evil', evil));
  readFileSync(join(copy, 'honest', honest)).copy(code, CHECKSUM_AT, CHECKSUM_AT, CHECKSUM_AT + 4);
  // Each user has a folder there, by his number.
  const target = join(folder, 'node-compile-cache', honest.replace(/\d+(?=\/)/, String(ORDINARY_UID)));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
}
