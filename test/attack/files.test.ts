import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, type Run, secret } from '../support/flowkiwi.ts';
import { asOrdinaryUser, asStranger, giveToOrdinaryUser, giveToSomebody, ordinaryFolder, ordinaryHome } from './users.ts';

const TOKEN = secret('stored-token-0123456789abcdef');
const STORE = `${JSON.stringify({ version: 1, credentials: { default: { method: 'token', url: 'http://127.0.0.1:9/', access_token: TOKEN } } })}\n`;
const TEXT = 'What Jane wrote down.\n';

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

/** A user with an empty folder for the files of the command. */
function user(mode = 0o700) {
  const home = ordinaryHome();
  const folder = ordinaryFolder(join(home, 'flowkiwi'), mode);
  const path = join(folder, 'credentials.json');
  const options = { home, env: { FLOWKIWI_URL: 'http://127.0.0.1:9', FLOWKIWI_CONFIG_DIR: folder } };
  return {
    home,
    folder,
    path,
    put: (content: string, mode = 0o600, where = path) => {
      writeFileSync(where, content);
      giveToOrdinaryUser(where);
      chmodSync(where, mode);
      return where;
    },
    runs: (...args: readonly string[]) => asOrdinaryUser(args, options),
    /** As the user of the tests. */
    rootRuns: (...args: readonly string[]) => flowkiwi(args, options),
    strangerRuns: (...args: readonly string[]) => asStranger(args, options),
  };
}

function assertRefused(run: Run, words: RegExp): void {
  expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 2, stdout: '' });
  expect(textError(run)).toEqual({ message: expect.stringMatching(words), hint: expect.stringMatching(/FLOWKIWI_CONFIG_DIR|mv /) });
}

describe.concurrent('a link in place of the file of credentials', () => {
  test('to something else of the user: refused, and nothing is changed there, not even its mode', async ({ expect }) => {
    const { home, path, put, runs } = user();
    const notes = put(TEXT, 0o644, join(home, 'notes.txt'));
    symlinkSync(notes, path);
    assertRefused(await runs('auth', 'token'), /is damaged/);
    assertRefused(await runs('logout', '--all'), /is damaged/);
    expect([readFileSync(notes, 'utf8'), modeOf(notes), lstatSync(path).isSymbolicLink()]).toEqual([TEXT, '644', true]);
  });

  test('to a store elsewhere that others can read: used, and closed to them', async ({ expect }) => {
    const { home, path, put, runs } = user();
    const kept = put(STORE, 0o644, join(ordinaryFolder(join(home, 'dotfiles'), 0o755), 'flowkiwi.json'));
    symlinkSync(kept, path);
    const { status, stdout, stderr } = await runs('auth', 'token');
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${TOKEN}\n` });
    expect(stderr).toMatch(/^warning: .* was readable by other users; it is now closed to them \(mode 0600\)\n$/);
    expect([modeOf(kept), lstatSync(path).isSymbolicLink()]).toEqual(['600', true]);
  });

  test('into a folder that others can write: refused', async ({ expect }) => {
    const { home, path, put, runs } = user();
    const shared = put(STORE, 0o600, join(ordinaryFolder(join(home, 'shared'), 0o777), 'credentials.json'));
    symlinkSync(shared, path);
    assertRefused(await runs('auth', 'token'), /leads to .*shared.*, which other users can replace/);
    assertRefused(await runs('logout'), /which other users can replace/);
    expect([readFileSync(shared, 'utf8'), modeOf(join(home, 'shared'))]).toEqual([STORE, '777']);
  });

  test('that leads nowhere: said with where it leads, kept, and nothing is made there', async ({ expect }) => {
    const { home, path, runs } = user();
    const target = join(home, 'elsewhere.json');
    symlinkSync(target, path);
    for (const args of [['auth', 'token'], ['logout'], ['profile', 'remove', 'default', '--yes']]) {
      assertRefused(await runs(...args), new RegExp(`${path} is a link to ${target}, which is not there`));
    }
    expect([existsSync(target), lstatSync(path).isSymbolicLink()]).toEqual([false, true]);
  });
});

describe.concurrent('files and folders that are not as they should be', () => {
  test('a store that others can read is closed, with a warning', async ({ expect }) => {
    const { path, put, runs } = user();
    put(STORE, 0o644);
    const { status, stdout, stderr } = await runs('auth', 'token');
    expect({ status, stdout, mode: modeOf(path) }).toEqual({ status: 0, stdout: `${TOKEN}\n`, mode: '600' });
    expect(stderr).toMatch(/^warning: .* was readable by other users/);
    expect((await runs('auth', 'token')).stderr).toBe('');
  });

  test('a store that others can read and that is damaged is closed all the same: tokens may be in it', async ({ expect }) => {
    const { path, put, runs } = user();
    put(STORE.slice(0, -5), 0o644);
    expect((await runs('auth', 'token')).status).toBe(2);
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual([STORE.slice(0, -5), '600']);
  });

  test('a store of the system that others can read: only its owner can close it, so it is used with a warning', async ({ expect }) => {
    const { path, runs } = user(0o755);
    writeFileSync(path, STORE);
    chmodSync(path, 0o644);
    const { status, stdout, stderr } = await runs('auth', 'token');
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${TOKEN}\n` });
    // Where the tests do not run as root, the file is the user's own after all.
    expect(stderr).toMatch(/^warning: .* (is readable by other users; .*: chmod 600 .*|was readable by other)/);
  });

  test.for([
    ['the group', 0o770, '700'],
    ['everybody', 0o777, '700'],
    ['the group, whose it makes new files', 0o2770, '2700'],
  ] as const)('a folder that %s can write is closed to them, with a warning', async ([_who, mode, closed], { expect }) => {
    const { folder, put, runs } = user(mode);
    put(STORE);
    const { status, stdout, stderr } = await runs('auth', 'token');
    expect({ status, stdout, mode: modeOf(folder) }).toEqual({ status: 0, stdout: `${TOKEN}\n`, mode: closed });
    expect(stderr).toMatch(/^warning: other users could replace the files in .*; it is now closed to them\n$/);
  });

  test('a folder that others can look into is closed to them', async ({ expect }) => {
    const { folder, put, runs } = user(0o755);
    put(STORE);
    expect(await runs('auth', 'token')).toEqual({ status: 0, stdout: `${TOKEN}\n`, stderr: '' });
    expect(modeOf(folder)).toBe('700');
  });

  test('root uses a folder of somebody else, and is told', { tags: ['root'] }, async () => {
    const { folder, put, rootRuns } = user(0o700);
    giveToSomebody(put(STORE));
    giveToSomebody(folder);
    const { status, stdout, stderr } = await rootRuns('auth', 'token');
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${TOKEN}\n` });
    expect(stderr).toMatch(/^warning: .* belongs to another user, .*, who can read and replace what is stored there\n$/);
  });

  test('a folder like the temporary one, where nobody can replace the files of others, is left alone', async ({ expect }) => {
    const { folder, put, runs } = user(0o1777);
    put(STORE);
    expect(await runs('auth', 'token')).toEqual({ status: 0, stdout: `${TOKEN}\n`, stderr: '' });
    expect(modeOf(folder)).toBe('1777');
  });

  test('a folder of somebody else: not read, not written', async ({ expect }) => {
    const { folder, put, strangerRuns } = user(0o777);
    put(STORE, 0o644);
    giveToSomebody(folder);
    assertRefused(await strangerRuns('auth', 'token'), /flowkiwi belongs to another user/);
    assertRefused(await strangerRuns('profile', 'add', 'work', '--url', 'https://identity.example'), /belongs to another user/);
    expect(readdirSync(folder)).toEqual(['credentials.json']);
  });

  test('a folder of somebody else that is closed to us: said, and not that nobody is signed in', async ({ expect }) => {
    const { folder, put, strangerRuns } = user(0o700);
    put(STORE);
    giveToSomebody(folder);
    // Where the tests do not run as root, it is not closed after all.
    expect(await strangerRuns('auth', 'token')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error: (cannot read .*credentials\.json: permission denied|.* belongs to another user)/),
    });
  });

  test('a file of somebody else in a folder of ours, or where a link leads: not used', async ({ expect }) => {
    const { path, put, strangerRuns } = user(0o755);
    giveToSomebody(put(STORE, 0o644));
    assertRefused(await strangerRuns('auth', 'token'), /belongs to another user/);
    expect(readFileSync(path, 'utf8')).toBe(STORE);
  });

  test('something that is not a file: refused at once, where reading it would wait for ever', async () => {
    const { path, runs } = user();
    execFileSync('mkfifo', ['-m', '666', path]);
    assertRefused(await runs('auth', 'token'), /is not a file/);
  });

  test('a folder in its place', async ({ expect }) => {
    const { path, runs } = user();
    mkdirSync(path);
    expect(await runs('auth', 'token')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('it is a directory') });
  });
});
