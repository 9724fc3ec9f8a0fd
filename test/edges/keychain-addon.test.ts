import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadKeychainAddon } from '../../src/edges/keychain-addon.ts';

const SYSTEM = `${process.platform}-${process.arch}`;
const ADDON = '@napi-rs/keyring';
const LIBRARY = `@napi-rs/keyring-${SYSTEM}-libc`;
/** What the library of another system, and one that this system cannot load, is called. */
const [OTHER, BROKEN] = ['@napi-rs/keyring-other-system', `@napi-rs/keyring-${SYSTEM}-broken`];

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'flowkiwi-addon-')));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Puts a package into a folder below the root, and says where it came from when it is loaded. */
function put(place: string, name: string): void {
  const folder = join(root, place, name);
  mkdirSync(folder, { recursive: true });
  const optionalDependencies = Object.fromEntries([BROKEN, LIBRARY, OTHER].map((library) => [library, '1.0.0']));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, main: 'index.js', optionalDependencies }));
  const code = `exports.Entry = class {}; exports.place = ${JSON.stringify(`${place}/${name}`)};`;
  writeFileSync(join(folder, 'index.js'), name === BROKEN ? 'throw new Error("no such C library")' : code);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(join(root, target), join(root, path));
}

function load(folder: string): unknown {
  return loadKeychainAddon(join(root, folder));
}

describe('the library is loaded', () => {
  test.each<[what: string, folder: string, addon: string, library: string]>([
    ['from its own packages', 'flowkiwi', 'flowkiwi/node_modules', 'flowkiwi/node_modules'],
    ['from those of the addon', 'flowkiwi', 'flowkiwi/node_modules', 'flowkiwi/node_modules/@napi-rs/keyring/node_modules'],
    ['from beside it', 'lib/node_modules/flowkiwi', 'lib/node_modules', 'lib/node_modules'],
    ['from beside it, of a package with a scope', 'lib/node_modules/@flow/kiwi', 'lib/node_modules', 'lib/node_modules'],
  ])('%s', (_what, folder, addon, library) => {
    put(addon, ADDON);
    put(library, LIBRARY);
    put(library, OTHER);
    expect(load(folder)).toMatchObject({ place: `${library}/${LIBRARY}` });
  });

  test('through the links of pnpm', () => {
    put('.pnpm/keyring/node_modules', ADDON);
    put('.pnpm/library/node_modules', LIBRARY);
    link('.pnpm/flowkiwi/node_modules/@napi-rs/keyring', '.pnpm/keyring/node_modules/@napi-rs/keyring');
    link(`.pnpm/keyring/node_modules/${LIBRARY}`, `.pnpm/library/node_modules/${LIBRARY}`);
    expect(load('.pnpm/flowkiwi/node_modules/flowkiwi')).toMatchObject({ place: `.pnpm/library/node_modules/${LIBRARY}` });
  });

  test('though another one cannot be', () => {
    put('flowkiwi/node_modules', ADDON);
    put('flowkiwi/node_modules', BROKEN);
    put('flowkiwi/node_modules', LIBRARY);
    expect(load('flowkiwi')).toMatchObject({ place: `flowkiwi/node_modules/${LIBRARY}` });
  });
});

describe('nothing is loaded', () => {
  test.each<[what: string, folder: string, addon: string | undefined, library: string | undefined, message: string]>([
    ['where there is nothing', 'flowkiwi', undefined, undefined, '@napi-rs/keyring is not installed'],
    ['from a folder above', 'a/flowkiwi', 'node_modules', 'node_modules', '@napi-rs/keyring is not installed'],
    ['from the folder above', 'flowkiwi', 'node_modules', 'node_modules', '@napi-rs/keyring is not installed'],
    ['from above the packages that it is among', 'lib/node_modules/flowkiwi', 'node_modules', 'node_modules', 'is not installed'],
    ['above the addon', 'flowkiwi', 'flowkiwi/node_modules', 'node_modules', `without its library for ${process.platform}`],
  ])('%s', (_what, folder, addon, library, message) => {
    if (addon !== undefined) put(addon, ADDON);
    if (library !== undefined) put(library, LIBRARY);
    expect(() => load(folder)).toThrow(message);
  });
});
