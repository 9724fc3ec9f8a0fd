import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FLOWKIWI, flowkiwi, secret } from '../support/flowkiwi.ts';

const ROOT = dirname(dirname(FLOWKIWI));
const ADDON = '@napi-rs/keyring';
const LIBRARIES = ['-linux-x64-gnu', '-linux-x64-musl', '-linux-arm64-gnu', '-linux-arm64-musl', '-darwin-x64', '-darwin-arm64'];
const TOKEN = secret('a-token-that-nobody-gets-4567');

/** A folder that somebody else can write to. */
let above: string;
/** The command, two folders below it. */
let program: string;
/** Is there once code of somebody else has run. */
let mark: string;

beforeAll(() => {
  above = mkdtempSync(join(tmpdir(), 'flowkiwi-planted-'));
  mark = join(above, 'it-ran');
  const copy = join(above, 'opt', 'flowkiwi');
  for (const folder of ['bin', 'dist']) cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  program = join(copy, 'bin', 'flowkiwi.js');
  plant(ADDON, 'exports.Entry = class { setPassword(key) { this.key = key } getPassword() { return this.key } deletePassword() {} }');
  for (const library of LIBRARIES) plant(ADDON + library, 'exports.Entry = class {}');
  plant('supports-color', 'exports.stderr = { level: 0 }');
});

beforeEach(() => rmSync(mark, { force: true }));

afterAll(() => rmSync(above, { recursive: true, force: true }));

/** Puts a package where `require` looks for it after it has looked in the folders below. */
function plant(name: string, code: string): void {
  const folder = join(above, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), `require('node:fs').writeFileSync(${JSON.stringify(mark)}, ''); ${code}`);
}

test('the addon of the keychain, where it is not installed, is not taken from a folder above, nor given a key', async () => {
  const run = await flowkiwi(['login', '--with-token', '--storage', 'keyring'], {
    program,
    env: { FLOWKIWI_URL: 'http://127.0.0.1:1' },
    stdin: TOKEN,
  });
  expect(existsSync(mark)).toBe(false);
  expect(run.status).toBe(75);
  expect(run.stderr).toContain('the keychain needs the package @napi-rs/keyring, which is not installed here');
});

test('nor is its library, where the addon is installed without', async () => {
  const modules = join(dirname(dirname(program)), 'node_modules', ADDON);
  cpSync(join(ROOT, 'node_modules', ADDON), modules, { recursive: true });
  const run = await flowkiwi(['login', '--with-token', '--storage', 'keyring'], {
    program,
    env: { FLOWKIWI_URL: 'http://127.0.0.1:1' },
    stdin: TOKEN,
  });
  rmSync(modules, { recursive: true });
  expect(existsSync(mark)).toBe(false);
  expect(run.status).toBe(75);
});

test('the sign-in server of a sandbox loads no package from a folder above', async () => {
  const asked = `fetch(process.env.FLOWKIWI_URL + '/.well-known/openid-configuration').then(({ ok }) => process.exit(ok ? 0 : 1))`;
  const run = await flowkiwi(['sandbox', 'exec', '--', process.execPath, '--eval', asked], { program });
  expect(existsSync(mark)).toBe(false);
  expect(run.status).toBe(0);
});
