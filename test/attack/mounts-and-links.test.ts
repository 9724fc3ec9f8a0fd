import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

// Where the files of a user are not plain files of theirs in a folder of theirs.

let sandbox: RunningSandbox;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  token = await sandbox.token();
});
afterAll(() => sandbox?.stop());

const login = (env: Record<string, string>, home = newHome()) =>
  flowkiwi(['login', '--with-token'], { home, env: { FLOWKIWI_URL: sandbox.url, ...env }, stdin: token });

describe('a link whose target is not there', () => {
  test.each(['credentials.json', 'organizations.jsonl', 'config.json', ''])('in the place of flowkiwi/%s', async (name) => {
    const home = newHome();
    const folder = join(home, '.config', 'flowkiwi');
    const [target, link] = [join(home, 'unmounted'), join(folder, name)];
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, name === '' ? folder : link);
    const env = name === 'organizations.jsonl' ? { FLOWKIWI_URL: sandbox.url, FLOWKIWI_TOKEN: token } : { FLOWKIWI_URL: sandbox.url };
    const args = name === 'organizations.jsonl' ? ['org', 'list'] : ['login', '--with-token'];
    const run = await flowkiwi(args, { home, env, stdin: token });
    expect([run.status, textError(run).message]).toEqual([2, expect.stringContaining(`is a link to ${target}, which is not there`)]);
    expect([existsSync(target), lstatSync(name === '' ? folder : link).isSymbolicLink()]).toEqual([false, true]);
  });
});

test.each(['~/x', 'x'])('FLOWKIWI_CONFIG_DIR=%s is a mistake, and nothing is made', async (FLOWKIWI_CONFIG_DIR) => {
  const home = newHome();
  const run = await login({ FLOWKIWI_CONFIG_DIR }, home);
  expect([run.status, textError(run)]).toEqual([
    2,
    {
      message: `FLOWKIWI_CONFIG_DIR is "${FLOWKIWI_CONFIG_DIR}", which is no absolute path`,
      hint: expect.stringContaining(FLOWKIWI_CONFIG_DIR === 'x' ? join(process.cwd(), 'x') : join(home, 'x')),
    },
  ]);
  expect([readdirSync(home), existsSync('x'), existsSync('~')]).toEqual([[], false, false]);
});

describe('mounted', { tags: ['root', 'mount'] }, () => {
  function mount(...args: readonly string[]): void {
    execFileSync('mount', args);
    onTestFinished(() => void execFileSync('umount', [args.at(-1) ?? '']));
  }

  test('by itself, a file cannot be replaced: the folder has to be mounted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-mounted-'));
    const [path, elsewhere] = [join(folder, 'credentials.json'), join(newHome(), 'credentials.json')];
    for (const file of [path, elsewhere]) writeFileSync(file, '{"version":1,"profiles":{}}', { mode: 0o600 });
    mount('--bind', elsewhere, path);
    const run = await login({ FLOWKIWI_CONFIG_DIR: folder });
    expect([run.status, textError(run)]).toEqual([
      2,
      {
        message: `cannot write ${path}: it is in use, or mounted by itself`,
        hint: 'a file that is mounted by itself cannot be replaced: mount the folder, not the file, or give the token in FLOWKIWI_TOKEN',
      },
    ]);
  });

  test('to be read only, the folder is what the message is about, not its lock', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-mounted-'));
    mount('-t', 'tmpfs', '-o', 'ro', 'none', folder);
    const run = await login({ FLOWKIWI_CONFIG_DIR: folder });
    expect([run.status, textError(run)]).toEqual([
      2,
      {
        message: `cannot write ${join(folder, 'credentials.json')}: the file system is read-only`,
        hint: 'mount the folder so that it can be written, name another one in FLOWKIWI_CONFIG_DIR, or give the token in FLOWKIWI_TOKEN',
      },
    ]);
  });
});

test('root in the home of a user leaves what is new to that user, and names them', { tags: ['root'] }, async () => {
  const home = newHome();
  const [uid, name] = [65_534, 'nobody'];
  chownSync(home, uid, uid);
  const run = await login({}, home);
  expect(run).toMatchObject({
    status: 0,
    stderr: expect.stringContaining(`belongs to another user, ${name} (${uid}), who can read and replace`),
  });
  const made = ['.config', '.config/flowkiwi', '.config/flowkiwi/credentials.json'].map((path) => statSync(join(home, path)));
  expect(made.map((status) => [status.uid, status.mode & 0o077])).toEqual(made.map(() => [uid, 0]));
});
