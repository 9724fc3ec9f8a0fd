import { CliError } from '../errors.ts';
import type { KnownBefore } from './known.ts';
import type { Manifest } from './manifest/manifest.ts';
import { shownValue } from './manifest/problems.ts';

/** New keys of customers, with those under which they are known. */
export type Rekeyed = ReadonlyMap<string, string>;

/** Reads `OLD=NEW`, of which either may have an equals sign in it where only one reading fits. Throws `usage`. */
export function parseRekey(given: readonly string[]): Rekeyed {
  const pairs = new Map<string, string>();
  for (const text of given) {
    const [, old = '', key = ''] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
    if (old.trim() === '' || key.trim() === '') {
      throw new CliError('usage', `--rekey takes OLD=NEW, not ${shownValue(text)}`, { hint: 'for example --rekey "Acme Corp=acme"' });
    }
    pairs.set(key.trim().normalize('NFC'), old.trim().normalize('NFC'));
  }
  return pairs;
}

/** What is known, under the new keys. Throws `usage` for a key that is not what `--rekey` says it is. */
export function rekeyed(known: KnownBefore, pairs: Rekeyed, manifest: Pick<Manifest, 'hasKey'>): KnownBefore {
  if (pairs.size === 0) return known;
  for (const [key, old] of pairs) {
    if (known.of(old) === undefined) throw new CliError('usage', `--rekey: the journal knows no customer ${shownValue(old)}`);
    if (known.of(key) !== undefined) throw new CliError('usage', `--rekey: the journal knows a customer ${shownValue(key)} already`);
    if (!manifest.hasKey(key)) throw new CliError('usage', `--rekey: the manifest has no customer ${shownValue(key)}`);
    if (manifest.hasKey(old)) throw new CliError('usage', `--rekey: the manifest still has the customer ${shownValue(old)}`);
  }
  const former = new Set(pairs.values());
  return {
    of: (key) => {
      if (former.has(key)) return undefined;
      return known.of(pairs.get(key) ?? key);
    },
    keys: function* () {
      for (const key of known.keys()) if (!former.has(key)) yield key;
      yield* pairs.keys();
    },
  };
}
