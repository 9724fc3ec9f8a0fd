import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLookup } from '../../../src/commands/completion/known-values.ts';
import type { KnownValues } from '../../../src/commands/completion/question.ts';
import type { Clock } from '../../../src/edges.ts';
import type { Environment } from '../../../src/environment.ts';
import { realClock } from '../../support/clocks.ts';
import { quietEdges } from '../../support/edges.ts';
import { httpServer } from '../../support/servers/loopback.ts';

/** What a shell could take for more than a word, or an option for a value. */
const NO_WORDS = ['x;touch$IFS/tmp/x', '$(id)', '`id`', 'a b', 'a\nforged\tvalue', 'a\u001b[2J', '-rf', '~', '*', '', 'zürich'];

async function values(kind: KnownValues, env: Environment): Promise<readonly string[]> {
  // The look-up waits for nobody longer than a person would: here it waits as long as it takes.
  const clock: Clock = { now: Date.now, sleep: (_, signal) => realClock.sleep(20_000, signal) };
  const edges = quietEdges({ env, platform: 'linux', clock });
  const found = await createLookup(edges, '0')({ kind: 'known', values: kind, profile: undefined, org: undefined }, '');
  return found.map(({ value }) => value);
}

function directoryWith(config: unknown): string {
  const directory = mkdtempSync(join(tmpdir(), 'flowkiwi-config-'));
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  return directory;
}

test('profiles that have no name for a command line are left out', async () => {
  const profiles = Object.fromEntries([...NO_WORDS, 'work_2.eu-1'].map((name) => [name, { url: 'https://identity.flowkiwi.net' }]));
  const FLOWKIWI_CONFIG_DIR = directoryWith({ version: 1, profiles });
  expect(await values('profiles', { FLOWKIWI_CONFIG_DIR })).toEqual(['default', 'sandbox', 'sandbox-zitadel', 'work_2.eu-1']);
});

test('so are organizations whose id is none', async () => {
  const id = '0196f3a0-1111-7000-8000-000000000001';
  const known = [...NO_WORDS, id].map((given) => ({ id: given, name: 'Acme' }));
  const organizations = { 'https://identity.flowkiwi.net/': { known } };
  const FLOWKIWI_CONFIG_DIR = directoryWith({ version: 1, profiles: { default: { organizations } } });
  expect(await values('organizations', { FLOWKIWI_CONFIG_DIR })).toEqual([id]);
});

test('so are instances whose handle is none, whatever the server says', async () => {
  const member = [...NO_WORDS, 'acme-eu'].map((handle, number) => ({ id: String(number), name: 'Acme', handle }));
  const { url } = await httpServer((_, response) => response.end(JSON.stringify({ member, totalItems: member.length })));
  const env = { FLOWKIWI_CONFIG_DIR: directoryWith({ version: 1 }), FLOWKIWI_TOKEN: 't', FLOWKIWI_ORG: '1', FLOWKIWI_URL: url.origin };
  expect(await values('instances', env)).toEqual(['acme-eu']);
  // A variable comes in through the door here, too.
  const untidy = { ...env, FLOWKIWI_TOKEN: '"t"\r', FLOWKIWI_ORG: '1\r', FLOWKIWI_URL: ` ${url.origin}\r\n` };
  expect(await values('instances', untidy)).toEqual(['acme-eu']);
});
