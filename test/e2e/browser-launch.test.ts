// @module-tag curl
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { SECRET_VARIABLES } from '../../src/environment.ts';
import { newHome, secret } from '../support/flowkiwi.ts';
import { patience } from '../support/patience.ts';
import { startSignIn } from '../support/pending-sign-in.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { curlBrowser } from '../support/signed-in.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--auto-approve']);
});

afterAll(() => sandbox.stop());

const OPENED = 'Your browser opens to sign in.';
const NOT_OPENED = 'To sign in, open this URL in a browser on this machine:';
const URL_LINE = /^ {2}(http\S+)$/m;
/** What a browser is opened on: it says nothing of the sign-in to who reads the command lines of other users. */
const START = /^http:\/\/127\.0\.0\.1:\d+\/start\/[\w-]{22}$/;

/** A machine of which only the programs of a browser are our own. */
function newMachine() {
  const home = newHome();
  const programs = join(home, 'programs');
  mkdirSync(programs);
  const visit = curlBrowser(home);
  const path = (name: string) => join(programs, name);
  const note = (name: string) => join(home, `${name}.seen`);

  return {
    home,
    path,
    /** Signs in to the URL of a program's first argument. */
    visit,
    PATH: `${programs}:${process.env['PATH']}`,
    /** Adds a program that notes its words and its environment, and then runs the script. */
    add: (name: string, script: string) => {
      writeFileSync(path(name), `#!/bin/sh\nprintf '%s\\n' "$@" > '${note(name)}'\nenv > '${note(`${name}-environment`)}'\n${script}\n`);
      chmodSync(path(name), 0o755);
      return path(name);
    },
    /** What a program has noted: lines; undefined when it never ran. */
    seen: (name: string) => (existsSync(note(name)) ? readFileSync(note(name), 'utf8').trimEnd().split('\n') : undefined),
  };
}

type Machine = ReturnType<typeof newMachine>;

/** Signs in with `login --browser` on a machine; a person visits the URL that no browser was opened on. */
async function signIn({ home, PATH, visit }: Machine, env: Readonly<Record<string, string>>) {
  const login = startSignIn(['login', '--browser', '--timeout', '40s'], { home, env: { FLOWKIWI_URL: sandbox.url, PATH, ...env } });
  const opened = (await login.says(/^(Your browser opens|To sign in)/m)) === 'Your browser opens';
  const url = await login.says(URL_LINE);
  if (!opened) execFileSync(visit, [url]);
  const { status, stdout, stderr } = await login.ended;
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toContain(opened ? OPENED : `No browser could be opened on this machine\n${NOT_OPENED}`);
  return { url, opened, stderr };
}

/** For programs that fail, or go on to another one, in the second that they are given. */
const PATIENCE = patience(1_000, 3_000);
const SECRETS = Object.fromEntries(SECRET_VARIABLES.map((name) => [name, secret(`${name}-of-the-caller`)]));
const DESKTOP = { DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0', XDG_RUNTIME_DIR: '/run/user/1', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x' };

test.each<[what: string, program: string, env: (machine: Machine) => Record<string, string>]>([
  ['the browser of the system', 'xdg-open', () => ({})],
  ['the browser of BROWSER', 'mine', ({ path }) => ({ BROWSER: `/nothing:${path('mine')} %s` })],
])('%s gets the address to start at and the environment, without the secrets in it', async (_what, program, env) => {
  const machine = newMachine();
  machine.add(program, `exec '${machine.visit}' "$1"`);
  const { opened, stderr } = await signIn(machine, { ...SECRETS, ...DESKTOP, ...env(machine), NODE_OPTIONS: PATIENCE });
  expect([opened, machine.seen(program)]).toEqual([true, [expect.stringMatching(START)]]);
  const environment = machine.seen(`${program}-environment`) ?? [];
  expect(environment).toEqual(expect.arrayContaining(Object.entries(DESKTOP).map(([name, value]) => `${name}=${value}`)));
  expect(environment.join('\n')).not.toContain('of-the-caller');
  // The command itself still has them.
  expect(stderr).toContain('FLOWKIWI_TOKEN is set');
});

test('the command ends though its browser lives on', async () => {
  const machine = newMachine();
  const BROWSER = machine.add('stays', `'${machine.visit}' "$1"; echo $$ > "$HOME/pid"; exec sleep 60`);
  expect((await signIn(machine, { BROWSER })).opened).toBe(true);
  const pidFile = join(machine.home, 'pid');
  await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toMatch(/^\d+\n$/);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  onTestFinished(() => void process.kill(pid));
  expect(process.kill(pid, 0)).toBe(true);
});

test.each<[what: string, opener: string, env: Readonly<Record<string, string>>]>([
  ['a browser that does not exist', 'exit 0', { ...DESKTOP, BROWSER: '/nothing' }],
  ['a browser that crashes at once', 'kill -KILL $$', { BROWSER: 'xdg-open' }],
  ['a desktop whose opener finds no browser', 'exit 3', DESKTOP],
  ['a desktop without an opener', 'exit 0', { ...DESKTOP, PATH: '/nothing' }],
  ['no desktop', 'exit 0', {}],
])('%s: the URL is printed, and sign-in goes on', async (_what, opener, env) => {
  const machine = newMachine();
  machine.add('xdg-open', opener);
  expect((await signIn(machine, { NODE_OPTIONS: PATIENCE, ...env })).opened).toBe(false);
});

const WSL = { WSL_DISTRO_NAME: 'Debian' };

test('in WSL wslview comes first, and explorer.exe never', async () => {
  const machine = newMachine();
  machine.add('wslview', `exec '${machine.visit}' "$1"`);
  for (const name of ['xdg-open', 'explorer.exe']) machine.add(name, 'exit 0');
  const { opened } = await signIn(machine, { ...WSL, NODE_OPTIONS: PATIENCE });
  expect([opened, machine.seen('wslview'), machine.seen('xdg-open'), machine.seen('explorer.exe')]).toEqual([
    true,
    [expect.stringMatching(START)],
    undefined,
    undefined,
  ]);
});

/** Makes Node.js see WSL: its kernel, no container, and PowerShell on the Windows drive, which is a program of ours. */
const WSL_MACHINE = `
  const os = require('node:os'), fs = require('node:fs'), childProcess = require('node:child_process');
  os.release = () => '5.15.0-microsoft-standard-WSL2';
  const { statSync, readFileSync, promises: { access } } = fs, { spawn } = childProcess;
  const windows = /^\\/mnt\\/c\\/Windows\\/System32\\/WindowsPowerShell\\/v1\\.0\\//;
  fs.statSync = (path, ...rest) => statSync(path === '/.dockerenv' ? '/nothing' : path, ...rest);
  fs.readFileSync = (path, ...rest) => (path === '/proc/self/cgroup' ? '0::/' : readFileSync(path, ...rest));
  fs.promises.access = (path, ...rest) => (windows.test(path) ? Promise.resolve() : access(path, ...rest));
  childProcess.spawn = (program, words, options) =>
    windows.test(program) ? spawn(program.replace(windows, ''), words, { ...options, cwd: undefined }) : spawn(program, words, options);
`;

test.each(['is not there', 'finds no browser'])('in WSL PowerShell opens the URL when wslview %s', async (what) => {
  const machine = newMachine();
  if (what === 'finds no browser') machine.add('wslview', 'exit 1');
  machine.add('xdg-open', 'exit 0');
  machine.add(
    'powershell.exe',
    `printf %s "$6" | base64 -d | tr -d '\\0' > "$HOME/command"; exec '${machine.visit}' "$(cut -d "'" -f 4 "$HOME/command")"`,
  );
  const preload = join(machine.home, 'wsl.cjs');
  writeFileSync(preload, WSL_MACHINE);
  const { opened } = await signIn(machine, { ...SECRETS, ...WSL, NODE_OPTIONS: `--require=${preload} ${PATIENCE}` });
  expect([opened, machine.seen('xdg-open')]).toEqual([true, undefined]);
  expect(machine.seen('powershell.exe')?.slice(0, 5)).toEqual([
    ...['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-EncodedCommand'],
  ]);
  // One string in single quotes, in which PowerShell looks for nothing.
  expect(readFileSync(join(machine.home, 'command'), 'utf8')).toMatch(
    /^\$ProgressPreference = 'SilentlyContinue'; Start 'http:\/\/127\.0\.0\.1:\d+\/start\/[\w-]{22}'$/,
  );
  expect(machine.seen('powershell.exe-environment')?.join('\n')).not.toContain('of-the-caller');
});
