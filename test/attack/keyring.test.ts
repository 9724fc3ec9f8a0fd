// @module-tag dbus-daemon
// @module-tag dbus-send
// @module-tag gnome-keyring-daemon
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { FLOWKIWI, flowkiwi, newHome, type RunOptions, secret, start } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import {
  type Bus,
  type SecretService,
  type SilentBus,
  startBus,
  startSecretService,
  startSilentBus,
} from '../support/servers/secret-service.ts';

/** Nobody listens there: a command that asks the server before the keychain fails otherwise. */
const NOWHERE = 'http://127.0.0.1:1';
/** The keychain's 3 seconds, and what a busy machine adds to them: less than the 25 seconds after which the bus itself gives up. */
const ENDS_WITHIN_MS = 20_000;
const TOKEN = secret('a-token-that-nobody-gets-0123');

let sandbox: RunningSandbox;
let service: SecretService;
let empty: Bus;
let silent: SilentBus;
/** The command where none of its optional packages is installed. */
let bare: string;
/** A credentials.json with a sealed credential, whose key is in `service`. */
let sealed: string;

beforeAll(async () => {
  [sandbox, service, empty, silent] = await Promise.all([startSandbox(['--memory']), startSecretService(), startBus(), startSilentBus()]);
  const home = newHome();
  const env = { FLOWKIWI_URL: sandbox.url, ...service.env };
  await flowkiwi(['login', '--with-token', '--storage', 'keyring'], { home, env, stdin: await sandbox.token() });
  sealed = readFileSync(join(home, '.config', 'flowkiwi', 'credentials.json'), 'utf8');
  service.lock();
  const copy = mkdtempSync(join(tmpdir(), 'flowkiwi-copy-'));
  const root = dirname(dirname(FLOWKIWI));
  for (const folder of ['bin', 'dist']) cpSync(join(root, folder), join(copy, folder), { recursive: true });
  bare = join(copy, 'bin', 'flowkiwi.js');
});

afterAll(async () => {
  await Promise.all([sandbox.stop(), service.stop(), empty.stop(), silent.stop()]);
  rmSync(dirname(dirname(bare)), { recursive: true, force: true });
});

type Absence = readonly [what: string, options: () => Pick<RunOptions, 'env' | 'program'>, message: string, hint: string];

const ABSENT: readonly Absence[] = [
  ['no message bus', () => ({}), 'the keychain cannot be used (', 'start one, such as GNOME Keyring or KWallet'],
  ['nobody on the bus', () => ({ env: empty.env }), 'the keychain cannot be used (', 'start one, such as GNOME Keyring or KWallet'],
  ['a bus that never answers', () => ({ env: silent.env }), 'the keychain gave no answer within 3 s', 'unlock it, or answer its question'],
  ['a locked keychain', () => ({ env: service.env }), 'the keychain is locked (', 'unlock it and run the command again'],
  [
    'the package is not installed',
    () => ({ env: service.env, program: bare }),
    'the keychain needs the package @napi-rs/keyring, which is not installed here',
    'install it: npm install --global "@napi-rs/keyring@2"',
  ],
];

/** A home folder with the sealed credential in it. */
function sealedHome(): { readonly home: string; readonly stored: () => string } {
  const home = newHome();
  const folder = join(home, '.config', 'flowkiwi');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'credentials.json'), sealed, { mode: 0o600 });
  return { home, stored: () => readFileSync(join(folder, 'credentials.json'), 'utf8') };
}

describe.concurrent('a keychain that cannot be had', () => {
  test.each(ABSENT)('%s: nobody signs in, and nothing is stored', async (_what, options, message, hint) => {
    const home = newHome();
    const { env, ...rest } = options();
    const begun = performance.now();
    const run = await flowkiwi(['login', '--with-token', '--storage', 'keyring'], {
      ...rest,
      home,
      env: { ...env, FLOWKIWI_URL: NOWHERE },
      stdin: TOKEN,
    });
    expect(performance.now() - begun).toBeLessThan(ENDS_WITHIN_MS);
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 75, stdout: '' });
    const error = textError(run);
    expect(error.message.startsWith(message)).toBe(true);
    expect(error.hint).toContain(hint);
    // A hint has one command.
    const isComplete = hint.includes('npm install');
    expect(error.hint?.includes('; or keep the credential in a file: flowkiwi login --storage file')).toBe(!isComplete);
    expect(existsSync(join(home, '.config', 'flowkiwi'))).toBe(false);
  });

  test.each(ABSENT)('%s: a command says so once, and the credential is kept', async (_what, options, message, hint) => {
    const { home, stored } = sealedHome();
    const { env, ...rest } = options();
    const begun = performance.now();
    const run = await flowkiwi(['auth', 'token'], { ...rest, home, env: { ...env, FLOWKIWI_URL: sandbox.url } });
    expect(performance.now() - begun).toBeLessThan(ENDS_WITHIN_MS);
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 75, stdout: '' });
    const error = textError(run);
    expect(error.message).toContain(`the stored credential of profile default (pasted token) cannot be opened: ${message}`);
    expect(error.hint).toContain(hint);
    expect(stored()).toBe(sealed);
  });

  test.each(ABSENT)('%s: a sign-out deletes the credential all the same', async (_what, options, message) => {
    const { home, stored } = sealedHome();
    const { env, ...rest } = options();
    const run = await flowkiwi(['logout'], { ...rest, home, env: { ...env, FLOWKIWI_URL: sandbox.url } });
    expect(run).toMatchObject({ status: 0, stdout: '' });
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain('warning: a key that opens nothing any more is left in the keychain');
    expect(run.stderr).toContain('deleted here, the server could not be told, there the session lasts until it expires');
    expect(JSON.parse(stored()).credentials).toEqual({});
  });

  test('auth status shows what is known, and fails as its users would', async () => {
    const { home } = sealedHome();
    const run = await flowkiwi(['auth', 'status', '--json'], { home, env: { ...empty.env, FLOWKIWI_URL: sandbox.url } });
    expect({ status: run.status, report: JSON.parse(run.stdout) }).toMatchObject({
      status: 75,
      report: { signed_in: true, source: 'keyring' },
    });
    expect(JSON.parse(run.stderr)).toMatchObject({ error: { code: 'unavailable' } });
  });

  test.each([[['auth', 'storage']], [['profile', 'list']], [['profile', 'show']], [['__complete', '--', 'instance', 'get', '']]])(
    '%j does not ask it',
    async (args) => {
      const { home } = sealedHome();
      const unasked = await startSilentBus();
      const run = await flowkiwi(args, { home, env: { ...unasked.env, FLOWKIWI_URL: sandbox.url } });
      await unasked.stop();
      expect([run.status, unasked.connections()]).toEqual([0, 0]);
    },
  );

  test.each(['keyring', 'file'])('nothing is moved to %s', async (to) => {
    const { home, stored } = sealedHome();
    const plain = { method: 'token', url: sandbox.url, access_token: TOKEN };
    const before = to === 'file' ? sealed : JSON.stringify({ version: 1, credentials: { default: plain } });
    writeFileSync(join(home, '.config', 'flowkiwi', 'credentials.json'), before);
    const run = await flowkiwi(['auth', 'storage', to], { home, env: { ...empty.env, FLOWKIWI_URL: sandbox.url } });
    expect(run.status).toBe(75);
    expect(stored()).toBe(before);
    expect(existsSync(join(home, '.config', 'flowkiwi', 'config.json'))).toBe(false);
  });
});

test('the process that asks the keychain has no secret in its arguments or its environment, and ends with its parent', {
  tags: ['linux'],
}, async () => {
  const { home } = sealedHome();
  const env = { ...silent.env, FLOWKIWI_URL: sandbox.url, FLOWKIWI_CLIENT_SECRET: TOKEN, ACTIONS_ID_TOKEN_REQUEST_TOKEN: TOKEN };
  const parent = start(['auth', 'token'], { home, env });
  const ended = once(parent, 'close');
  const asker = await childOf(parent.pid);
  const read = (file: string) => readFileSync(`/proc/${asker}/${file}`, 'utf8');
  expect(read('cmdline').split('\0')).toEqual([process.execPath, FLOWKIWI, '__keychain', '']);
  expect(read('environ')).not.toContain(TOKEN);
  expect(read('environ')).toContain(silent.env.DBUS_SESSION_BUS_ADDRESS);
  expect((await ended)[0]).toBe(75);
  // What is dead but not yet reaped has no command line any more.
  await expect.poll(() => (existsSync(`/proc/${asker}`) ? read('cmdline') : '')).toBe('');
});

/** The id of the first process that this one starts. */
async function childOf(pid: number | undefined): Promise<string> {
  for (;;) {
    const child = readdirSync('/proc').find((name) => /^\d+$/.test(name) && parentOf(name) === pid);
    // Until it has become another program it is a copy of its parent.
    if (child !== undefined && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('__keychain')) return child;
    await wait(10);
  }
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
