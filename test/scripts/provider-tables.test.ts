import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const BIOME = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

const BY_NAME = 'Decide by a table of all providers, not by the name of one.';
const INCOMPLETE = 'A table of providers has a row for every one of them.';
const SPREAD = 'A table of providers is written out: a spread would decide for one that is added.';

const CASES: readonly (readonly [code: string, message: string | undefined])[] = [
  ["const x = profile.provider === 'flowkiwi';", BY_NAME],
  ['const x = "zitadel" !== name ? 1 : 2;', BY_NAME],
  ['const x = provider === wanted;', BY_NAME],
  ['const x = one.provider !== another.provider;', BY_NAME],
  ["switch (name) { case 'zitadel': break; }", BY_NAME],
  ["const x = ['flowkiwi'].includes(name);", BY_NAME],
  ['type X = Partial<Record<ProviderName, string>>;', INCOMPLETE],
  ['type X = Readonly<Partial<ForProvider>>;', INCOMPLETE],
  ['type X = { readonly [Name in ProviderName]?: string };', INCOMPLETE],
  ['const x = { ...USUAL, zitadel: 2 };', SPREAD],
  ['const x = { flowkiwi: 1, ...USUAL };', SPREAD],
  ['const x = TABLE[profile.provider];', undefined],
  ["const x = { provider: 'flowkiwi' };", undefined],
  ["const x = ['flowkiwi', ...words];", undefined],
  ['type X = Record<ProviderName, string>;', undefined],
  ['const x = { flowkiwi: { ...one }, zitadel: { ...two } };', undefined],
  ["const x = both('ignored');", undefined],
];

test('the lint finds what decides by the name of one provider', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-lint-'));
  const rule = join(ROOT, 'scripts', 'provider-tables.grit');
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ root: true, plugins: [rule], linter: { rules: { preset: 'none' } } }));
  for (const [index, [code]] of CASES.entries()) writeFileSync(join(folder, `${index}.ts`), `${code}\n`);
  const { stdout } = spawnSync(process.execPath, [BIOME, 'lint', '--reporter=json', '.'], { cwd: folder, encoding: 'utf8' });
  const diagnostics: readonly { readonly message: string; readonly location: { readonly path: string } }[] = JSON.parse(stdout).diagnostics;
  const found = CASES.map(([code], index) => {
    const { message } = diagnostics.find(({ location }) => location.path.endsWith(`${index}.ts`)) ?? {};
    return [code, message];
  });
  expect(found).toEqual(CASES.map(([code, message]) => [code, message]));
});
