import { expect, test } from 'vitest';
import { complaints } from './lint-rule.ts';

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
  const code = CASES.map(([text]) => text);
  const found = complaints('provider-tables.grit', code);
  expect(code.map((text, index) => [text, found[index]])).toEqual(CASES);
});
