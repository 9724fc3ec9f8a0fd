import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/sandbox/database.ts';
import { realClock } from '../support/clocks.ts';
import { textError } from '../support/failure.ts';
import { collect, flowkiwi, newHome, type Run, secret, start } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { asOrdinaryUser, giveToOrdinaryUser, giveToSomebody, ordinaryFolder, ordinaryHome, SOMEBODY, startAsSomebody } from './users.ts';

const TEXT = 'What root wrote down.\n';
const WARNING = ', who can read and replace what is stored there';
const ADD = ['profile', 'add', 'work', '--url', 'https://identity.example'];

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--auto-approve']);
});
afterAll(() => sandbox?.stop());

/** A folder of root's, with a file in it that is nobody else's business. */
function rootsFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-root-'));
  chmodSync(folder, 0o755);
  const file = join(folder, 'notes');
  writeFileSync(file, TEXT, { mode: 0o644 });
  const look = () => ({
    names: readdirSync(folder),
    text: readFileSync(file, 'utf8'),
    modes: [folder, file].map((path) => (statSync(path).mode & 0o777).toString(8)),
    owners: [folder, file].map((path) => statSync(path).uid),
  });
  const before = look();
  return { folder, file, assertUntouched: () => expect(look()).toEqual(before) };
}

/** Somebody's home, in which root works: `sudo` may leave it HOME, and a container may have mounted it. */
function somebodysHome() {
  const home = newHome();
  const [config, folder] = [join(home, '.config'), join(home, '.config', 'flowkiwi')];
  giveToSomebody(home);
  return {
    home,
    config,
    folder,
    makeFolder: () => {
      for (const path of [config, folder]) {
        mkdirSync(path, { mode: 0o755 });
        giveToSomebody(path);
      }
    },
    put: (path: string, content: string) => {
      // It may be a link by now.
      rmSync(path, { force: true });
      writeFileSync(path, content, { mode: 0o600 });
      giveToSomebody(path);
    },
    link: (target: string, path: string) => {
      symlinkSync(target, path);
      lchownSync(path, SOMEBODY, SOMEBODY);
    },
    rootRuns: (args: readonly string[], stdin = '', env = {}) =>
      flowkiwi(args, { home, env: { FLOWKIWI_URL: sandbox.url, ...env }, stdin }),
  };
}

function assertRefused(run: Run, words: RegExp): void {
  expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 2, stdout: '' });
  expect(textError({ ...run, stderr: run.stderr.replace(/^warning: .*\n/, '') }).message).toMatch(words);
}

const storeWith = (token: string) =>
  `${JSON.stringify({ version: 1, credentials: { default: { method: 'token', url: sandbox.url, access_token: token } } })}\n`;

describe('root in the folder of another user', { tags: ['root'] }, () => {
  test('overwrites nothing through a link in place of a temporary file', async () => {
    const { assertUntouched, file } = rootsFolder();
    const { home, folder, makeFolder, link, put, rootRuns } = somebodysHome();
    makeFolder();
    const store = join(home, 'credentials.json');
    put(store, storeWith('an-older-token'));
    link(store, join(folder, 'credentials.json'));
    const planter = await startAsSomebody(PLANT, file, `${store}.tmp-room`, join(folder, 'credentials.json.tmp-room'));
    const run = await rootRuns(['login', '--with-token'], await sandbox.token()).finally(() => planter.stop());
    assertUntouched();
    expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining(WARNING) });
    expect([statSync(store).uid, readFileSync(store, 'utf8').includes('an-older-token')]).toEqual([SOMEBODY, false]);
  });

  test.each([
    ['the folder', 'folder'],
    ['the one above', 'config'],
  ] as const)('changes nothing where a link in place of %s leads', async (_what, place) => {
    const { folder: target, assertUntouched } = rootsFolder();
    const { link, rootRuns, ...paths } = somebodysHome();
    if (place === 'folder') mkdirSync(paths.config);
    link(target, paths[place]);
    const runs = [await rootRuns(ADD), await rootRuns(['login', '--with-token'], await sandbox.token())];
    assertUntouched();
    for (const run of runs) assertRefused(run, /is a link that another user has made/);
  });

  test.each([
    ['folder', (folder: string) => folder],
    ['file', (folder: string) => join(folder, 'credentials.json')],
  ])('does not take root’s own store for that user’s, by a link in place of the %s', async (what, pathIn) => {
    const own = rootsFolder();
    const token = secret('token-of-root-0123456789abcdef');
    writeFileSync(join(own.folder, 'credentials.json'), storeWith(token), { mode: 0o600 });
    const { makeFolder, config, folder, link, rootRuns } = somebodysHome();
    if (what === 'file') makeFolder();
    else mkdirSync(config);
    link(pathIn(own.folder), pathIn(folder));
    const runs = [await rootRuns(['logout']), await rootRuns(['auth', 'token'])];
    expect(readFileSync(join(own.folder, 'credentials.json'), 'utf8')).toBe(storeWith(token));
    for (const run of runs) assertRefused(run, /is a link that another user has made/);
  });

  test('appends nothing through a link in place of the known organizations', async () => {
    const { assertUntouched, file } = rootsFolder();
    const { makeFolder, folder, link, rootRuns } = somebodysHome();
    makeFolder();
    link(file, join(folder, 'organizations.jsonl'));
    const run = await rootRuns(['org', 'create', 'Acme'], '', { FLOWKIWI_TOKEN: await sandbox.token() });
    assertUntouched();
    expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining('is a link that another user has made') });
  });

  test('gives no file away that is swapped for the one that it writes', { timeout: 120_000 }, async () => {
    const { assertUntouched, file } = rootsFolder();
    const { makeFolder, folder, put, rootRuns } = somebodysHome();
    makeFolder();
    const config = join(folder, 'config.json');
    const swapper = await startAsSomebody(SWAP_TEMPORARY, folder, file);
    try {
      for (let run = 0; run < 10; run += 1) {
        put(config, '{"version":1}\n');
        expect((await rootRuns(ADD)).status).not.toBe(1);
        assertUntouched();
        if (lstatSync(config).isSymbolicLink()) assertRefused(await rootRuns(ADD), /is a link that another user has made/);
      }
    } finally {
      await swapper.stop();
    }
  });

  test('removes nothing through a link in place of a lock, and nothing that it has not left', async () => {
    const { assertUntouched, folder: target } = rootsFolder();
    const { makeFolder, folder, link, rootRuns } = somebodysHome();
    makeFolder();
    link(target, join(folder, 'config.json.lock'));
    const aside = join(folder, 'config.json.lock.aside-1');
    mkdirSync(join(aside, 'deep'), { recursive: true });
    link(target, join(aside, 'link'));
    utimesSync(aside, 1, 1);
    const run = await rootRuns(ADD);
    assertUntouched();
    expect(readdirSync(aside)).toEqual(['deep', 'link']);
    expect(run).toMatchObject({ status: 0 });
  });

  test('follows a link of that user to a folder, and to a file, of his own', async () => {
    const { home, config, folder, link, put, rootRuns } = somebodysHome();
    const [dots, files] = [join(home, 'dots'), join(home, 'dots', 'flowkiwi')];
    for (const path of [config, dots, files]) {
      mkdirSync(path, { mode: 0o755 });
      giveToSomebody(path);
    }
    link(files, folder);
    put(join(dots, 'config.json'), '{"version":1}\n');
    link(join(dots, 'config.json'), join(files, 'config.json'));
    expect(await rootRuns(ADD)).toMatchObject({ status: 0 });
    const written = lstatSync(join(dots, 'config.json'));
    expect([written.uid, written.isFile(), lstatSync(join(files, 'config.json')).isSymbolicLink()]).toEqual([SOMEBODY, true, true]);
    expect(readFileSync(join(dots, 'config.json'), 'utf8')).toContain('identity.example');
  });
});

test('a key that others have put in place of that of the sandbox’s system user is not used', { tags: ['root'] }, async () => {
  const home = newHome();
  const folder = join(home, '.config', 'flowkiwi');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'sandbox-system-user.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs1', format: 'pem' });
  writeFileSync(path, key);
  giveToSomebody(path);
  const { status, stderr } = await serve(join(home, 'sandbox.db'), home);
  expect([status, stderr]).toEqual([143, expect.stringContaining(`has no key for instances: ${path} belongs to another user`)]);
  expect(readFileSync(path, 'utf8')).toBe(key);
});

/** A database of another program. */
function writeDatabase(path: string): void {
  const database = new sqlite.Database(path);
  database.exec('CREATE TABLE history (url TEXT)');
  database.close();
}

/** Makes links to a file as often as they are removed. */
const PLANT = `
  const { symlinkSync } = require('node:fs');
  const [target, ...paths] = process.argv.slice(1);
  for (;;) for (const path of paths) try { symlinkSync(target, path); } catch {}`;

/** Puts a link in place of each temporary file as soon as it is seen. */
const SWAP_TEMPORARY = `
  const { readdirSync, renameSync, symlinkSync } = require('node:fs');
  const [folder, target] = process.argv.slice(1);
  symlinkSync(target, folder + '/link');
  for (;;) for (const name of readdirSync(folder)) if (name.includes('.tmp-')) {
    try {
      renameSync(folder + '/link', folder + '/' + name);
      symlinkSync(target, folder + '/link');
    } catch {}
  }`;

describe('a link in place of the user’s folder', () => {
  test('to one in a folder that others can write: refused', async () => {
    const home = ordinaryHome();
    const shared = ordinaryFolder(mkdtempSync(join(tmpdir(), 'flowkiwi-shared-')), 0o777);
    ordinaryFolder(join(shared, 'flowkiwi'), 0o700);
    mkdirSync(join(home, '.config'), { mode: 0o755 });
    symlinkSync(join(shared, 'flowkiwi'), join(home, '.config', 'flowkiwi'));
    assertRefused(await asOrdinaryUser(ADD, { home }), /leads to .*, which other users can replace/);
    expect(readdirSync(join(shared, 'flowkiwi'))).toEqual([]);
  });

  test('that somebody else has made: refused, though it leads to one of the user’s', { tags: ['root'] }, async () => {
    const home = ordinaryHome();
    ordinaryFolder(join(home, 'flowkiwi'), 0o700);
    const FLOWKIWI_CONFIG_DIR = join(newHome(), 'link');
    chmodSync(join(FLOWKIWI_CONFIG_DIR, '..'), 0o755);
    symlinkSync(join(home, 'flowkiwi'), FLOWKIWI_CONFIG_DIR);
    lchownSync(FLOWKIWI_CONFIG_DIR, SOMEBODY, SOMEBODY);
    assertRefused(await asOrdinaryUser(ADD, { home, env: { FLOWKIWI_CONFIG_DIR } }), /is a link that another user has made/);
    expect(readdirSync(join(home, 'flowkiwi'))).toEqual([]);
  });

  test('to one that is as safe: used', async () => {
    const home = ordinaryHome();
    ordinaryFolder(join(home, 'dots'), 0o755);
    const target = ordinaryFolder(join(home, 'dots', 'flowkiwi'), 0o700);
    ordinaryFolder(join(home, '.config'), 0o755);
    symlinkSync(target, join(home, '.config', 'flowkiwi'));
    expect(await asOrdinaryUser(ADD, { home })).toMatchObject({ status: 0 });
    expect(readdirSync(target)).toEqual(['config.json']);
  });
});

/** Starts a sandbox, and ends it when it runs. */
async function serve(data: string, home = newHome()): Promise<Run> {
  const child = start(['sandbox', 'start', '--port', '0', '--data', data], { home });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  await once(child, 'close');
  return { status: child.exitCode, stdout: await stdout, stderr: await stderr };
}

describe('the data file of a sandbox', () => {
  test.each<[what: string, write: (path: string) => void]>([
    ['that is not a database', (path) => writeFileSync(path, TEXT)],
    ['of another program', (path) => writeDatabase(path)],
  ])('a file %s keeps its mode', async (_what, write) => {
    const path = join(newHome(), 'file');
    write(path);
    chmodSync(path, 0o644);
    const before = readFileSync(path);
    assertRefused(await serve(path), /is not a sandbox data file|is a database of another program/);
    expect([statSync(path).mode & 0o777, readFileSync(path).equals(before)]).toEqual([0o644, true]);
  });

  describe('of root, in the folder of another user', { tags: ['root'] }, () => {
    test.each(['sandbox.db', 'sandbox.db-wal', 'sandbox.db-journal'])('is not written through a link in place of %s', async (name) => {
      const { file, assertUntouched } = rootsFolder();
      const { home, link } = somebodysHome();
      link(file, join(home, name));
      const run = await serve(join(home, 'sandbox.db'));
      assertUntouched();
      assertRefused(run, /is a link that another user has made|is not a file/);
    });

    test('is not made where a link leads', async () => {
      const { folder, assertUntouched } = rootsFolder();
      const { home, link } = somebodysHome();
      link(join(folder, 'new'), join(home, 'sandbox.db'));
      const run = await serve(join(home, 'sandbox.db'));
      assertUntouched();
      assertRefused(run, /is a link that another user has made/);
    });
  });

  test('takes no part of the database from another user, in a folder that is everybody’s', { tags: ['root'] }, async () => {
    const folder = newHome();
    chmodSync(folder, 0o1777);
    writeFileSync(join(folder, 'sandbox.db-wal'), TEXT);
    giveToSomebody(join(folder, 'sandbox.db-wal'));
    assertRefused(await serve(join(folder, 'sandbox.db')), /sandbox\.db-wal belongs to another user/);
  });
});

/** Notes each file that is opened by its name, or whose mode or owner is changed by it. */
const traceNames = (log: string) => {
  const calls = '?open,openat,?creat,?chmod,fchmodat,?chown,?lchown,fchownat,?truncate';
  return ['strace', '-f', '-qq', '-A', '-e', `trace=${calls}`, '-o', log];
};

test('nothing is written, closed or given away by a name that may be a link by then', { tags: ['strace'] }, async () => {
  const home = ordinaryHome();
  const [log, data] = [join(home, 'strace.log'), join(home, 'sandbox.db')];
  await (await openDatabase({ path: data, clock: realClock })).close();
  for (const path of [data, ordinaryFolder(join(home, '.config'), 0o755)]) giveToOrdinaryUser(path);
  // One that is open to others, to be closed.
  ordinaryFolder(join(home, '.config', 'flowkiwi'), 0o755);
  for (const args of [
    ['login', '--with-token'],
    ADD,
    ['org', 'create', 'Acme'],
    ['logout'],
    ['sandbox', 'reset', '--data', data, '--yes'],
  ]) {
    const options = { home, env: { FLOWKIWI_URL: sandbox.url }, stdin: await sandbox.token(), under: traceNames(log) };
    expect(await asOrdinaryUser(args, options)).toMatchObject({ status: 0 });
  }
  const changes = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => !line.includes(' = -1 ') && !line.includes('"/dev/') && !/open(at)?\(.*O_RDONLY/.test(line))
    .filter((line) => /\d+ +\w+\(/.test(line));
  expect(changes.filter((line) => !/O_EXCL|O_NOFOLLOW/.test(line))).toEqual([]);
  for (const name of ['credentials.json.tmp-', 'config.json.tmp-', 'organizations.jsonl', 'owner-', 'sandbox.db"', 'sandbox.db-wal'])
    expect([name, changes.some((line) => line.includes(name))]).toEqual([name, true]);
});
