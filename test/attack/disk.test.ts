import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Run } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { signIn } from '../support/signed-in.ts';
import { asOrdinaryUser, giveToOrdinaryUser, ordinaryFolder, ordinaryHome } from './users.ts';

const PAGE = 4096;

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--auto-approve']);
});
afterAll(() => sandbox?.stop());

/** A folder with the credential of a real session in it, whose access token has expired: the next command has to refresh it. */
interface ExpiredSession {
  readonly folder: string;
  /** Takes away what may be written, so that this many pages of memory are left. */
  readonly fill: (pages: number) => void;
  readonly empty: () => void;
  /** Runs the command, started by `under` if it is given. */
  readonly run: (args: readonly string[], under?: readonly string[]) => Promise<Run>;
  /** Runs `auth token`. */
  readonly token: (under?: readonly string[]) => Promise<Run>;
  /** Whether the server still takes the refresh token. */
  readonly isAlive: () => Promise<boolean>;
}

/** On a disk of its own where one can be mounted; elsewhere the size of the files that the command may write is limited. */
async function expiredSession(): Promise<ExpiredSession> {
  const home = ordinaryHome();
  const folder = ordinaryFolder(join(home, 'flowkiwi'), 0o700);
  const isDisk = mounted(folder);
  const person = await signIn(sandbox.url);
  person.change({ expires_at: '2020-01-01T00:00:00.000Z' });
  const refreshToken = String(person.stored()?.['refresh_token']);
  copyFileSync(person.path, join(folder, 'credentials.json'));
  giveToOrdinaryUser(join(folder, 'credentials.json'));
  const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_CONFIG_DIR: folder };
  let limit: number | undefined;
  return {
    folder,
    fill: (pages) => {
      if (isDisk) writeFileSync(join(folder, 'filler'), Buffer.alloc((statfsSync(folder).bavail - pages) * PAGE, 1));
      else limit = pages;
    },
    empty: () => {
      limit = undefined;
      rmSync(join(folder, 'filler'), { force: true });
    },
    run,
    token: (under) => run(['auth', 'token'], under),
    isAlive: async () => {
      const grant = { grant_type: 'refresh_token', client_id: 'flowkiwi-cli', refresh_token: refreshToken };
      return (await fetch(`${sandbox.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(grant) })).ok;
    },
  };

  function run(
    args: readonly string[],
    under: readonly string[] = limit === undefined ? [] : ['prlimit', `--fsize=${limit * PAGE}`],
  ): Promise<Run> {
    return asOrdinaryUser(args, { home, env, under });
  }
}

function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder], { stdio: 'ignore' });
    onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
    ordinaryFolder(folder, 0o700);
    return true;
  } catch {
    return false;
  }
}

// The lock takes one page, and the new file the next ones, so each of them fails another write.
test.each([0, 1, 2, 3])('a full disk, %d pages left: the session is not refreshed, and lasts', { tags: ['prlimit'] }, async (pages) => {
  const { folder, fill, empty, token } = await expiredSession();
  const before = readFileSync(join(folder, 'credentials.json'), 'utf8');
  fill(pages);
  const { status, stdout, stderr } = await token();
  expect({ status, stdout }).toEqual({ status: 75, stdout: '' });
  expect(stderr).toMatch(/^error: cannot write .*: (the disk is full|files may not be that large here .*)\nhint: make room on the disk/);
  expect(readFileSync(join(folder, 'credentials.json'), 'utf8')).toBe(before);
  empty();
  expect(await token()).toMatchObject({ status: 0, stderr: '' });
  expect(readdirSync(folder)).toEqual(['credentials.json']);
});

test('a folder that cannot be written: the session is not refreshed, and lasts', async () => {
  const { folder, token } = await expiredSession();
  chmodSync(folder, 0o500);
  const { status, stdout, stderr } = await token();
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^error: cannot write .*: permission denied\nhint: check its owner and mode/);
  chmodSync(folder, 0o700);
  expect(await token()).toMatchObject({ status: 0, stderr: '' });
});

test('a full disk: signing out deletes the file, and ends the session', { tags: ['prlimit'] }, async () => {
  const { folder, fill, run, isAlive } = await expiredSession();
  fill(0);
  const { status, stderr } = await run(['logout']);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringContaining('deleted here, the session is revoked at the server too'),
  });
  expect(readdirSync(folder)).not.toContain('credentials.json');
  expect(await isAlive()).toBe(false);
});

test('a folder that cannot be written: signing out ends the session all the same, and says that it is still stored', async () => {
  const { folder, run, isAlive } = await expiredSession();
  chmodSync(folder, 0o500);
  const { status, stderr } = await run(['logout']);
  const said =
    /^error: cannot write .*: permission denied; profile default is still stored here, the session is revoked at the server all the same\n/;
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(said) });
  expect(await isAlive()).toBe(false);
});

test('a folder that cannot be written is noticed before anybody signs in', async () => {
  const home = ordinaryHome();
  const env = { FLOWKIWI_URL: 'http://127.0.0.1:1', FLOWKIWI_CONFIG_DIR: ordinaryFolder(join(home, 'flowkiwi'), 0o500) };
  const { status, stdout, stderr } = await asOrdinaryUser(['login', '--device'], { home, env });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^error: cannot write .*: permission denied\nhint: check its owner and mode/);
});

test('a file that is mounted by itself, and so cannot be replaced: the session is not refreshed, and lasts', {
  tags: ['mount', 'mounting'],
}, async () => {
  const { folder, token } = await expiredSession();
  const path = join(folder, 'credentials.json');
  const before = readFileSync(path, 'utf8');
  execFileSync('mount', ['--bind', path, path]);
  const { status, stdout, stderr } = await token().finally(() => execFileSync('umount', ['--lazy', path]));
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^error: cannot write .*: it is in use, or mounted by itself\nhint: /);
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect(await token()).toMatchObject({ status: 0, stderr: '' });
});

/** Starts a program with umask 000, and notes each file and folder that is made or whose mode is changed. */
const traceFiles = (log: string) => {
  const calls = '?open,openat,?creat,?mkdir,mkdirat,?chmod,fchmod,fchmodat';
  return ['sh', '-c', 'umask 000; exec "$@"', 'sh', 'strace', '-f', '-qq', '-A', '-e', `trace=${calls}`, '-o', log];
};

interface Made {
  readonly path: string;
  readonly mode: number;
}

/** What a log of `traceFiles` says was made, or given a mode. Devices are nobody's files, and what failed has made nothing. */
function readTrace(log: string): readonly Made[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => !/ = -1 E\w+ /.test(line))
    .flatMap((line) => {
      const [, path, mode] = /^\d+ +\w+\(.*?(?:"([^"]*)"|\d+),.*?\b(0[0-7]{3,4})(?:\)| <unfinished)/.exec(line) ?? [];
      return mode === undefined || path?.startsWith('/dev/') ? [] : [{ path: path ?? '(open file)', mode: Number.parseInt(mode, 8) }];
    });
}

test('never a secret in a place that others can open, not even for an instant: umask 000', { tags: ['strace'] }, async () => {
  const { folder, ...session } = await expiredSession();
  const log = join(ordinaryHome(), 'strace.log');
  const under = traceFiles(log);
  expect(await session.token(under)).toMatchObject({ status: 0 });
  const token = await sandbox.token();
  const home = ordinaryHome();
  const env = { FLOWKIWI_URL: sandbox.url };
  expect(await asOrdinaryUser(['login', '--with-token'], { home, env, stdin: token, under })).toMatchObject({ status: 0 });
  expect(await asOrdinaryUser(['profile', 'add', 'work', '--url', sandbox.url], { home, env, under })).toMatchObject({ status: 0 });
  expect(await asOrdinaryUser(['logout'], { home, env, under })).toMatchObject({ status: 0 });
  const made = readTrace(log);
  expect(made.filter(({ mode }) => (mode & 0o077) !== 0)).toEqual([]);
  const seen = made.map(({ path }) => path.replace(/\.tmp-\w+$/, '.tmp'));
  const own = join(home, '.config', 'flowkiwi');
  for (const path of [`${folder}/credentials.json.tmp`, own, `${own}/credentials.json.tmp`, `${own}/config.json.tmp`])
    expect(seen).toContain(path);
});
