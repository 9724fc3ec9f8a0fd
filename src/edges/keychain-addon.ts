import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isRecord, parseJson } from '../record.ts';

type Addon = typeof import('@napi-rs/keyring');

const ADDON = '@napi-rs/keyring';

/**
 * Loads the optional addon that speaks to the keychain from the `node_modules` of this package, or from the one that this package lies in.
 * `require` would go on in every folder above, and another user who can write to one of them would get the keys; so would the
 * addon's own loader, in whose place the library for this system is loaded here.
 * Throws when it is not there, or not for this system.
 * @param folder this package's, without links in its path
 */
export function loadKeychainAddon(folder: string): Addon {
  const addon = find(ADDON, folder);
  if (addon === undefined) throw new Error(`${ADDON} is not installed`);
  const system = `${ADDON}-${platform()}-${arch()}`;
  // Linux has one for each C library, of which npm installs the right one.
  const names = optionalDependencies(addon).filter((name) => name === system || name.startsWith(`${system}-`));
  const libraries = names.map((name) => find(name, addon)).filter((library) => library !== undefined);
  const failures: unknown[] = [];
  for (const library of libraries) {
    try {
      const loaded: unknown = createRequire(join(library, 'package.json'))(library);
      if (isAddon(loaded)) return loaded;
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0] ?? new Error(`${ADDON} is installed without its library for ${platform()} ${arch()}`);
}

/** The folder of a package that another one depends on, without links in its path: in the other's own `node_modules`, or beside it. */
function find(name: string, dependent: string): string | undefined {
  const scope = dirname(dependent);
  const beside = basename(scope).startsWith('@') ? dirname(scope) : scope;
  const places = [join(dependent, 'node_modules'), ...(basename(beside) === 'node_modules' ? [beside] : [])];
  const folder = places.map((place) => join(place, name)).find((path) => existsSync(join(path, 'package.json')));
  return folder === undefined ? undefined : realpathSync(folder);
}

function optionalDependencies(folder: string): readonly string[] {
  const manifest = parseJson(readFileSync(join(folder, 'package.json'), 'utf8'));
  const dependencies = isRecord(manifest) ? manifest['optionalDependencies'] : undefined;
  return isRecord(dependencies) ? Object.keys(dependencies) : [];
}

function isAddon(loaded: unknown): loaded is Addon {
  return isRecord(loaded) && typeof loaded['Entry'] === 'function';
}
