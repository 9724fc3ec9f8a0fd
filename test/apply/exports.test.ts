import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkManifest } from '../../src/apply/manifest/manifest.ts';
import type { RowSource } from '../../src/apply/manifest/row-source.ts';
import { suggestManifest } from '../../src/apply/suggest-manifest.ts';
import { allOf, customersIn, inLine, problemsIn, withFile } from './manifests.ts';

// Files that Excel, pandas, SQLite, iconv and what is in the place of a CRM have written: their shapes, with content of our own.

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

const customersOf = async (source: RowSource): Promise<readonly string[]> =>
  (await allOf((await checkManifest(source, { groupByName: false })).customers())).map(inLine);

const NAMES = ['Müller & Söhne GmbH', '"Zum Löwen" Gastro', 'Bäckerei, Groß und Klein', 'mc2 Physik UG', 'Café Élysée'];
const HANDLES = ['mueller-soehne', 'zum-loewen', 'baeckerei-gross', 'mc-physik', 'cafe-elysee'];
const NUMBERS = ['10001', '10002', '10003', '10004', '10005'];

const customers = (keys: readonly string[], handles: readonly string[] = HANDLES): readonly string[] =>
  NAMES.map((name, at) => `${keys[at] === name ? name : `${keys[at]}|${name}`}; ${name}=${handles[at]}`);

const BY_HANDLE = 'organization=Kunde,handle=Kürzel';

test.each<[file: string, map: string | undefined, keys: readonly string[]]>([
  ['excel-german-utf8.csv', BY_HANDLE, NAMES],
  ['excel-german-utf8.csv', `${BY_HANDLE},key=Nummer`, NUMBERS],
  ['excel-german-sep-line.csv', `${BY_HANDLE},key=Nummer`, NUMBERS],
  ['excel-unicode-text.txt', `${BY_HANDLE},key=Nummer`, NUMBERS],
  ['pandas.csv', undefined, NUMBERS],
  ['pandas-with-index.csv', undefined, NUMBERS],
  ['pandas.jsonl', undefined, NUMBERS],
  ['pandas-utf8.jsonl', undefined, NUMBERS],
  ['sqlite3.csv', undefined, NUMBERS],
])('%s with --map %s', async (file, map, keys) => {
  expect(await withFile(fixture(file), customersOf, map)).toEqual(customers(keys));
});

const PROPOSED = ['mueller-soehne-gmbh', 'zum-loewen-gastro', 'baeckerei-gross-und-klein', 'mc-physik-ug', 'cafe-elysee'];

test.each<[file: string, map: string, keys: readonly string[]]>([
  ['crm-german.csv', 'organization=Name,key=Nummer', NUMBERS],
  ['crm-record-id.csv', 'organization=Company name', NAMES],
  ['crm-account-export.csv', 'organization=NAME,key=ACCOUNTNUMBER', NUMBERS],
  ['help-desk.csv', 'organization=name', NAMES],
  ['datev-debtors.csv', 'organization=Name (Adressattyp Unternehmen),key=Konto', NUMBERS],
  ['shop-customers.csv', 'organization=Default Address Company', NAMES],
  ['payments-customers.csv', 'organization=company (metadata)', NAMES],
])('%s has no handles: those that are proposed are read back, with all that the file had', async (file, map, keys) => {
  const suggested = await withFile(
    fixture(file),
    async (source) => {
      const { text, counts } = await suggestManifest(source);
      const content = (await allOf(text)).join('');
      expect(counts()).toEqual({ proposed: 5, without: 0 });
      return content;
    },
    map,
  );
  const read = await customersIn('suggested.csv', suggested, { map });
  expect(read.map(inLine)).toEqual(customers(keys, PROPOSED));
  const original = await withFile(
    fixture(file),
    async (source) => allOf((await checkManifest(source, { groupByName: false })).customers()),
    map,
  );
  expect(read.map(({ row }) => row.fields)).toEqual(original.map(({ row }, at) => ({ ...row.fields, handle: PROPOSED[at] })));
});

test.each<[file: string, map: string | undefined, problems: readonly string[]]>([
  [
    'excel-german-cp1252.csv',
    BY_HANDLE,
    [
      '1:7 the column "K\uFFFDrzel" has bytes that are not UTF-8 (U+FFFD)',
      '1:21 the column "Stra\uFFFDe" has bytes that are not UTF-8 (U+FFFD)',
    ],
  ],
  ['datev-debtors.csv', 'organization=Name', ['1:83 two columns are called "4"']],
  ['help-desk.csv', undefined, ['1:1 no column is called organization; there are "id", "name", "domains", "custom_industry"']],
  [
    'formulas.csv',
    undefined,
    [
      '2:1 organization "=HYPERLINK(\\"https://example.org\\",\\"Acme\\")" is a formula, not its result',
      '3:1 organization "#REF!" is a formula, not its result',
    ],
  ],
])('%s is refused before anything is sent', async (file, map, problems) => {
  expect(await problemsIn(withFile(fixture(file), customersOf, map))).toEqual(problems);
});
