// @module-tag dbus-daemon
// @module-tag dbus-send
// @module-tag gnome-keyring-daemon
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRecord } from '../../src/record.ts';
import { textError } from '../support/failure.ts';
import { FLOWKIWI, flowkiwi, newHome, type Run, secret, start } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { type SecretService, startSecretService } from '../support/servers/secret-service.ts';
import { curlBrowser } from '../support/signed-in.ts';

let sandbox: RunningSandbox;
let service: SecretService;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  [sandbox, service] = await Promise.all([startSandbox(['--memory', '--auto-approve']), startSecretService()]);
  env = { FLOWKIWI_URL: sandbox.url, ...service.env };
});

afterAll(() => Promise.all([sandbox.stop(), service.stop()]));

/** Somebody who has a home folder, and their commands. */
function somebody() {
  const home = newHome();
  const folder = join(home, '.config', 'flowkiwi');
  const path = join(folder, 'credentials.json');
  const run = (args: readonly string[], { stdin = '', ...more }: Readonly<Record<string, string>> = {}): Promise<Run> =>
    flowkiwi(args, { home, env: { ...env, ...more }, stdin });
  const json = async (args: readonly string[]): Promise<unknown> => JSON.parse((await run([...args, '--json'])).stdout);
  const entry = (): Readonly<Record<string, unknown>> => {
    const { credentials } = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(credentials['default']) ? credentials['default'] : {};
  };
  return {
    home,
    folder,
    path,
    run,
    json,
    entry,
    /** Account of the keychain that the key is under. */
    account: () => {
      const { sealed } = entry();
      return isRecord(sealed) ? String(sealed['account']) : '';
    },
    change: (properties: Readonly<Record<string, unknown>>) =>
      writeFileSync(path, JSON.stringify({ version: 1, credentials: { default: { ...entry(), ...properties } } })),
    signIn: async (...args: readonly string[]) => {
      const { status, stderr } = await run(['login', '--browser', '--timeout', '20s', ...args], { BROWSER: curlBrowser(home) });
      expect({ status, stderr }).toMatchObject({ status: 0 });
    },
    /** All that is in the files of the folder. */
    texts: () =>
      readdirSync(folder, { withFileTypes: true }).flatMap((file) => (file.isFile() ? readFileSync(join(folder, file.name), 'utf8') : [])),
  };
}

/** Runs a command, and kills it after that many milliseconds if it still runs. */
async function killed(args: readonly string[], home: string, milliseconds: number): Promise<void> {
  const child = start(args, { home, env });
  const ended = once(child, 'close');
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  await ended;
  clearTimeout(timer);
}

const PAST = '2020-01-01T00:00:00.000Z';

/** Status of a refresh with this token. */
async function refreshStatus(refreshToken: unknown): Promise<number> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'flowkiwi-cli', refresh_token: String(refreshToken) });
  return (await fetch(`${sandbox.url}/oauth/token`, { method: 'POST', body })).status;
}

describe.concurrent('a credential whose key is in the keychain', () => {
  test('is stored sealed, used, refreshed once for many, and ended with its key', { tags: ['curl', 'secret-tool'] }, async () => {
    const { signIn, run, json, entry, account, change, texts } = somebody();
    await signIn('--storage', 'keyring');
    expect(entry()).toMatchObject({ method: 'browser', issuer: sandbox.url, renewable: true, user: { email: 'jane@acme.example' } });
    expect(Object.keys(entry())).not.toEqual(expect.arrayContaining([expect.stringContaining('token')]));
    expect(service.has(account())).toBe(true);
    secret(service.secretOf(account()));
    const first = await run(['auth', 'token']);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    const token = secret(first.stdout.trim());
    expect(texts().join('')).not.toContain(token);

    change({ expires_at: PAST });
    const [before, key] = [entry(), account()];
    const runs = await Promise.all(Array.from({ length: 5 }, () => run(['auth', 'token'])));
    expect(new Set(runs.map(({ status, stdout }) => `${status} ${stdout !== `${token}\n`}`))).toEqual(new Set(['0 true']));
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(account()).toBe(key);
    expect(entry()['sealed']).not.toEqual(before['sealed']);
    expect(await json(['auth', 'status', '--check'])).toMatchObject({
      signed_in: true,
      source: 'keyring',
      keychain_account: key,
      refreshable: true,
    });

    expect(await run(['logout'])).toEqual({
      status: 0,
      stdout: '',
      stderr: 'Signed out of profile default: deleted here, the session is revoked at the server too\n',
    });
    expect(service.has(key)).toBe(false);
  });

  test('a new sign-in goes to the keychain without a flag, with a key of its own, and ends the session that it replaces', {
    tags: ['curl'],
  }, async () => {
    const { home, signIn, run, entry, account } = somebody();
    await signIn();
    const refreshToken = secret(String(entry()['refresh_token']));
    expect((await run(['auth', 'storage', 'keyring'])).status).toBe(0);
    const first = account();
    // In a browser without the session of the first sign-in.
    rmSync(join(home, 'cookies'));
    await signIn();
    expect(account()).not.toBe(first);
    expect(service.has(account())).toBe(true);
    expect(service.has(first)).toBe(false);
    expect(await refreshStatus(refreshToken)).toBe(400);
    expect((await run(['auth', 'status', '--check'])).status).toBe(0);
    const removed = account();
    expect((await run(['profile', 'remove', 'default', '--yes'])).status).toBe(0);
    expect(service.has(removed)).toBe(false);
  });

  test('opens for no other server, client or method', { tags: ['curl'] }, async () => {
    const { signIn, run, entry, change } = somebody();
    await signIn('--storage', 'keyring');
    const good = entry();
    for (const bad of [{ url: 'http://127.0.0.1:1/' }, { issuer: 'http://127.0.0.1:1' }, { client_id: 'another' }, { method: 'token' }]) {
      change({ ...good, ...bad });
      const failed = await run(['auth', 'token'], 'url' in bad ? { FLOWKIWI_URL: bad.url } : {});
      expect({ status: failed.status, ...textError(failed) }).toEqual({
        status: 4,
        message: expect.stringMatching(
          /^the stored credential of profile default \(.+\) cannot be opened: it was changed, or sealed with another key$/,
        ),
        hint: 'sign in again: flowkiwi login',
      });
    }
    change(good);
    expect((await run(['auth', 'token'])).status).toBe(0);
  });

  test('is worth nothing without its key, and is kept until somebody signs in again', { tags: ['curl', 'secret-tool'] }, async () => {
    const { signIn, run, path, account } = somebody();
    await signIn('--storage', 'keyring');
    service.forget(account());
    const before = readFileSync(path, 'utf8');
    const failed = await run(['auth', 'token']);
    expect({ status: failed.status, ...textError(failed) }).toEqual({
      status: 4,
      message:
        'the stored credential of profile default (user token of jane@acme.example) cannot be opened: its key is no longer in the keychain',
      hint: 'sign in again: flowkiwi login',
    });
    const { status, stdout } = await run(['auth', 'status', '--json']);
    expect({ status, report: JSON.parse(stdout) }).toMatchObject({ status: 4, report: { signed_in: false, source: 'keyring' } });
    expect(readFileSync(path, 'utf8')).toBe(before);
    await signIn();
    expect((await run(['auth', 'token'])).status).toBe(0);
  });
});

describe.concurrent('moving a credential', () => {
  test('to the keychain leaves no token in any file, and back no key in the keychain', { tags: ['curl'] }, async () => {
    const { signIn, run, json, entry, account, folder, texts } = somebody();
    await signIn();
    const tokens = ['access_token', 'refresh_token'].map((name) => secret(String(entry()[name])));
    // What a command left that was killed while it wrote.
    writeFileSync(join(folder, 'credentials.json.tmp-0123'), tokens.join(), { mode: 0o600 });
    expect(await run(['auth', 'storage', 'keyring', '-q'])).toEqual({
      status: 0,
      stdout: 'default\n',
      stderr: '',
    });
    for (const token of tokens) expect(texts().join('')).not.toContain(token);
    const key = account();
    expect(service.has(key)).toBe(true);
    expect(await json(['auth', 'storage'])).toMatchObject({ storage: 'keyring', credential: 'keyring', keychain_account: key });
    expect(await json(['profile', 'show'])).toMatchObject({ storage: 'keyring', signed_in: true, user: 'jane@acme.example' });
    expect((await run(['auth', 'token'])).stdout).toBe(`${tokens[0]}\n`);

    const back = await run(['auth', 'storage', 'file']);
    expect({ status: back.status, stderr: back.stderr }).toEqual({
      status: 0,
      stderr: 'Moved the credential of profile default to the file credentials.json\nnext: flowkiwi auth status\n',
    });
    expect(entry()).toMatchObject({ access_token: tokens[0], refresh_token: tokens[1] });
    expect(service.has(key)).toBe(false);
    expect(await json(['auth', 'storage'])).toMatchObject({ storage: 'file', credential: 'file', keychain_account: null });
  });

  test('where there is none, and where it already is, chooses the place of the next', { tags: ['curl'] }, async () => {
    const { run, json, signIn, account } = somebody();
    expect((await run(['auth', 'storage', 'keyring'])).stderr).toBe(
      'Credentials of profile default are kept in credentials.json, sealed with a key from the keychain\nnext: flowkiwi login\n',
    );
    expect(await json(['auth', 'storage'])).toMatchObject({ storage: 'keyring', credential: null });
    await signIn();
    const key = account();
    expect((await run(['auth', 'storage', 'keyring'])).status).toBe(0);
    expect(account()).toBe(key);
  });

  test('chosen while somebody signs in, holds for what they get', { tags: ['curl'] }, async () => {
    const { home, run, account } = somebody();
    const script = join(home, 'moving-browser');
    const move = `'${process.execPath}' '${FLOWKIWI}' auth storage keyring`;
    writeFileSync(script, `#!/bin/sh\n${move} >/dev/null 2>&1 && exec '${curlBrowser(home)}' "$1"\n`, { mode: 0o755 });
    const { status } = await run(['login', '--browser', '--timeout', '20s'], { BROWSER: script });
    expect({ status, isSealed: service.has(account()) }).toEqual({ status: 0, isSealed: true });
  });

  test('to nowhere is a mistake', async () => {
    const { run } = somebody();
    const failed = await run(['auth', 'storage', 'cloud']);
    expect({ status: failed.status, ...textError(failed) }).toEqual({
      status: 2,
      message: 'a credential cannot be kept in "cloud"',
      hint: 'the places are file and keyring: flowkiwi auth storage keyring',
    });
  });

  test('killed at any moment it is in one of the two places', { tags: ['curl'], timeout: 180_000 }, async () => {
    const { signIn, run, entry, home } = somebody();
    await signIn();
    const first = await run(['auth', 'token']);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    for (const [index, to] of ['keyring', 'file', 'keyring', 'file', 'keyring', 'file'].entries()) {
      await killed(['auth', 'storage', to], home, 60 + index * 25);
      expect((await run(['auth', 'token'])).stdout).toBe(first.stdout);
      expect((await run(['auth', 'storage', to])).status).toBe(0);
      expect('sealed' in entry()).toBe(to === 'keyring');
    }
  });
});

test.each([
  [['login', '--with-token', '--storage', 'cloud'], '--storage takes file or keyring, not "cloud"'],
  [['profile', 'add', 'work', '--url', 'https://api.example', '--storage', 'cloud'], '--storage takes file or keyring, not "cloud"'],
])('%j is a mistake', async (args, message) => {
  const run = await flowkiwi(args, { env });
  expect(run.status).toBe(2);
  expect(textError(run).message).toBe(message);
});

test('a profile is added with its place, which stays when it is given other values', async () => {
  const { run, json } = somebody();
  await run(['profile', 'add', 'work', '--url', 'https://api.example', '--storage', 'keyring']);
  expect(await json(['profile', 'show', 'work'])).toMatchObject({ storage: 'keyring' });
  await run(['auth', 'storage', 'keyring', '--profile', 'sandbox']);
  await run(['profile', 'add', 'sandbox', '--url', 'http://127.0.0.1:9999', '--issuer', 'http://127.0.0.1:9999']);
  expect(await json(['profile', 'show', 'sandbox'])).toMatchObject({ storage: 'keyring', issuer: 'http://127.0.0.1:9999' });
});
