import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect, environmentOf, FLOWKIWI, flowkiwi, newHome, type Run, start } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

// What the machine, its limits and the options of Node.js do to a command: never "a bug of flowkiwi".

let sandbox: RunningSandbox;
let signedIn: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  signedIn = await sandbox.environment();
});
afterAll(() => sandbox?.stop());

interface Limits {
  /** Words of a shell, before the command begins. */
  readonly shell?: string;
  /** Arguments of Node.js. */
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built command under a limit to its end; the status is null when a signal has ended Node.js. */
async function limited(args: readonly string[], { shell = ':', node = [], env }: Limits): Promise<Run> {
  const child = spawn('sh', ['-c', `${shell}; exec "$@"`, 'sh', process.execPath, ...node, FLOWKIWI, ...args], {
    env: { ...environmentOf(newHome()), ...signedIn, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const [status] = await once(child, 'close');
  return { status: typeof status === 'number' ? status : null, stdout: await stdout, stderr: await stderr };
}

/** Below some limits Node.js itself does not start, or aborts: it has not come to any line of ours. */
const isOfNode = ({ status, stderr }: Run) => status === null || status > 128 || /^node:internal|^node:fs|Native stack trace/m.test(stderr);

const COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ['org create', ['org', 'create', 'Acme Corp']],
  ['sandbox exec', ['sandbox', 'exec', '--', 'true']],
];

test.each(COMMANDS)('a small address space ends %s with 75 and what helps, or is enough', async (_, args) => {
  const shell = 'ulimit -v 4000000';
  const run = await limited(args, { shell });
  if (run.status !== 0) {
    expect(run).toMatchObject({ status: 75, stderr: expect.stringMatching(/^error: there is not enough memory\nhint: .*ulimit -v/m) });
  }
  const cured = await limited(args, { shell, env: { NODE_OPTIONS: '--disable-wasm-trap-handler' } });
  expect(cured.status, cured.stderr).toBe(0);
});

test.each(COMMANDS)('without WebAssembly %s ends with 2', async (_, args) => {
  const run = await limited(args, { node: ['--jitless'] });
  expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/without WebAssembly.*\nhint: leave --jitless out/) });
});

test.each(COMMANDS)('few open files end %s with 75 and what helps, or are enough', async (_, args) => {
  const ends: (number | null)[] = [];
  for (const files of [17, 18, 19, 20, 21, 22, 23, 24, 32]) {
    const run = await limited(args, { shell: `ulimit -n ${files}` });
    if (isOfNode(run)) continue;
    ends.push(run.status);
    expect([0, 75], run.stderr).toContain(run.status);
    if (run.status === 75) expect(run.stderr).toMatch(/(no more files|EMFILE)[^\n]*\nhint: .*ulimit -n/);
  }
  expect(ends).toContain(0);
});

test.each([
  ['is missing', () => '/nonexistent'],
  ['takes no file', () => '/proc'],
])('a folder for temporary files that %s', async (_, folder) => {
  const run = await limited(['sandbox', 'exec', '--', 'true'], { env: { TMPDIR: folder() } });
  expect(run).toEqual({
    status: 2,
    stdout: '',
    stderr: `error: there can be no temporary folder in ${folder()} (ENOENT)\nhint: set TMPDIR (on Windows TEMP) to a folder that you can write to\n`,
  });
  expect((await limited(['org', 'list'], { env: { TMPDIR: folder() } })).status).toBe(0);
});

describe('NODE_OPTIONS', () => {
  test('that keep links do not matter to a program that is started by one', async () => {
    const link = join(mkdtempSync(join(tmpdir(), 'flowkiwi-bin-')), 'flowkiwi');
    symlinkSync(FLOWKIWI, link);
    const env = { ...signedIn, NODE_OPTIONS: '--preserve-symlinks --preserve-symlinks-main' };
    expect(await flowkiwi(['org', 'list', '--json'], { program: link, env })).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
  });

  test.each(['code-cache', 'dist.main', 'start-', 'undici|server-|child-process'])('that break the loading of %s', async (broken) => {
    const hook = join(mkdtempSync(join(tmpdir(), 'flowkiwi-hook-')), 'hook.cjs');
    writeFileSync(
      hook,
      `const Module = require('node:module');
      const resolve = Module._resolveFilename;
      Module._resolveFilename = function (name, ...rest) {
        if (!/${broken}/.test(name)) return resolve.call(this, name, ...rest);
        throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: 'MODULE_NOT_FOUND' });
      };`,
    );
    const env = { NODE_OPTIONS: `--require ${hook}`, NODE_DISABLE_COMPILE_CACHE: '1' };
    const run = await limited(['sandbox', 'exec', '--', 'true'], { env });
    expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^error: .*\nhint: leave NODE_OPTIONS out.*\n$/) });
  });
});

test('a user whom the system does not know, and who has no HOME', { tags: ['root'] }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-unknown-'));
  const unknown = 54_321;
  chownSync(folder, unknown, unknown);
  chmodSync(folder, 0o700);
  async function run(args: readonly string[], stdin = ''): Promise<Run> {
    const env = { PATH: process.env['PATH'], FLOWKIWI_CONFIG_DIR: folder, FLOWKIWI_URL: sandbox.url };
    const child = spawn(process.execPath, [FLOWKIWI, ...args], { env, cwd: folder, uid: unknown, gid: unknown });
    child.stdin.on('error', () => undefined).end(stdin);
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const [status] = await once(child, 'close');
    return { status, stdout: await stdout, stderr: await stderr };
  }
  const token = signedIn['FLOWKIWI_TOKEN'] ?? '';
  const steps: readonly (readonly [readonly string[], stdin?: string])[] = [
    [['login', '--with-token'], token],
    [['org', 'create', 'Acme Corp', '-q']],
    [['instance', 'create', 'Acme EU', '--handle', 'surroundings', '-q']],
    [['tree']],
    [['profile', 'add', 'other', '--url', 'https://api.example']],
    [['sandbox', 'exec', '--', process.execPath, '-e', '0']],
    [['logout']],
  ];
  for (const [args, stdin] of steps) expect({ args, ...(await run(args, stdin)) }).toMatchObject({ args, status: 0 });
  expect(readdirSync(folder)).toContain('config.json');
});

test('sandbox exec that was killed leaves a folder, which the next one removes', async () => {
  const TMPDIR = newHome();
  const program = ['--', process.execPath, '-e', 'console.log(process.env.FLOWKIWI_CONFIG_DIR); setInterval(() => {}, 1000)'];
  const begin = async () => {
    const child = start(['sandbox', 'exec', ...program], { env: { TMPDIR } });
    const [said] = await once(child.stdout ?? child, 'data');
    return { child, closed: once(child, 'exit'), folder: dirname(String(said).trim()) };
  };
  const [killed, living] = await Promise.all([begin(), begin()]);
  killed.child.kill('SIGKILL');
  await killed.closed;
  expect([existsSync(killed.folder), existsSync(living.folder)]).toEqual([true, true]);
  expect(await flowkiwi(['sandbox', 'exec', '--', 'true'], { env: { TMPDIR } })).toMatchObject({ status: 0 });
  expect([existsSync(killed.folder), existsSync(living.folder)]).toEqual([false, true]);
  living.child.kill('SIGTERM');
  await living.closed;
  expect(readdirSync(TMPDIR)).toEqual([]);
});

describe('a terminal that is closed', { tags: ['python3'] }, () => {
  test.each<[string, args: readonly string[], shows: string]>([
    ['at a question', ['org', 'create'], 'Name of the organization'],
    ['at a question for a secret', ['login', '--with-token'], 'Paste the token'],
    ['during a sign-in', ['login', '--no-browser'], 'redirect_uri'],
    ['during sandbox exec', ['sandbox', 'exec', '--', 'sh', '-c', 'echo ready; exec sleep 60'], 'ready'],
    ['during sandbox start', ['sandbox', 'start', '--memory', '--port', '0'], '127.0.0.1'],
  ])('%s ends the command with 129, without a trace of Node.js', async (_, args, shows) => {
    const home = newHome();
    const program = [join(import.meta.dirname, 'closed_terminal.py'), shows, process.execPath, FLOWKIWI, ...args];
    const child = spawn('python3', program, {
      env: { ...environmentOf(home), ...(args[0] !== 'login' && signedIn), FLOWKIWI_URL: sandbox.url, TERM: 'xterm', TMPDIR: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    await once(child, 'close');
    expect({ stdout: await stdout, stderr: await stderr }).toEqual({ stdout: '129\n', stderr: '' });
    expect(readdirSync(home).filter((name) => name.startsWith('flowkiwi-exec'))).toEqual([]);
  });
});

describe.each([
  ['SIGHUP', 129, 'hangup'],
  ['SIGQUIT', 131, 'quit'],
] as const)('%s', (signal, status, code) => {
  /** Sends the signal when the command has said something, and waits for its end. */
  async function signalled(args: readonly string[], says: 'stdout' | 'stderr'): Promise<Run> {
    const TMPDIR = newHome();
    const child = start(args, { env: { FLOWKIWI_URL: sandbox.url, TMPDIR } });
    child.stdin?.end();
    const [stdout, stderr, closed] = [collect(child.stdout), collect(child.stderr), once(child, 'close')];
    await said(child, says);
    child.kill(signal);
    const [ended] = await closed;
    expect(readdirSync(TMPDIR)).toEqual([]);
    return { status: ended, stdout: await stdout, stderr: await stderr };
  }
  const said = (child: ChildProcess, stream: 'stdout' | 'stderr') => once(child[stream] ?? child, 'data');

  test('ends a sign-in', async () => {
    const run = await signalled(['login', '--no-browser', '--json'], 'stderr');
    expect(run).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(`{"error":{"code":"${code}"`) });
  });

  test('closes a sandbox', async () => {
    const run = await signalled(['sandbox', 'start', '--memory', '--port', '0'], 'stdout');
    expect(run).toMatchObject({ status, stderr: expect.stringMatching(/\nThe sandbox has closed[^\n]*\nerror: .*\n$/) });
  });

  test('reaches the program of sandbox exec, and leaves neither it nor a folder', async () => {
    const run = await signalled(
      ['sandbox', 'exec', '--', process.execPath, '-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
      'stdout',
    );
    expect(run).toMatchObject({ status, stderr: '' });
    expect(() => process.kill(Number(run.stdout), 0)).toThrow('ESRCH');
  });
});
