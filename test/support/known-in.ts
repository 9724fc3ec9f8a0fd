import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asObject } from './servers/sandbox-in-memory.ts';

/**
 * What the files of a folder say that the profile `default` knows at a URL: an older config.json, and organizations.jsonl behind it. That may be
 * empty, when a command ended before it wrote to its new file; each of its lines has to be whole.
 */
export function knownIn(directory: string, url: string): { readonly current: unknown; readonly known: readonly object[] } {
  const { profiles } = asObject(JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')));
  const profile = asObject(asObject(profiles)['default']);
  const old = asObject(asObject(profile['organizations'])[url]);
  const known = new Map<unknown, object>();
  for (const { id, name } of [old['known'] ?? []].flat().map(asObject)) known.set(id, { id, name });
  const path = join(directory, 'organizations.jsonl');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  for (const [whole] of text.matchAll(/.+/g)) {
    const line = asObject(JSON.parse(whole));
    if (line['profile'] !== 'default' || line['url'] !== url) continue;
    if (line['forgotten'] === true) known.delete(line['id']);
    else known.set(line['id'], { id: line['id'], name: line['name'] });
  }
  return { current: asObject(profile['current_organizations'])[url] ?? old['current'], known: [...known.values()] };
}
