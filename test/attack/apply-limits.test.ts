import { expect, test } from 'vitest';
import { customersIn, problemsIn } from '../apply/manifests.ts';

test('YAML and JSON are read whole, and so have a limit', async () => {
  const many = `version: 1\norganizations:\n${Array.from({ length: 10_001 }, (_, at) => `  - name: A${at}\n`).join('')}`;
  expect(await problemsIn(customersIn('a.yaml', many))).toEqual(['10003:5 there are more than 10,000 rows, and this format is read whole']);
  const json = `{"version":1,"organizations":[],"x":"${'x'.repeat(17 * 1024 * 1024)}"}`;
  expect(await problemsIn(customersIn('a.json', json))).toEqual(['1:1 the manifest is larger than 16 MiB, and this format is read whole']);
});

test('rows that stand far apart are found only so far', async () => {
  const half = (letter: string) => Array.from({ length: 50_001 }, (_, at) => `k${at},A,${letter}${lettersOf(at)}\n`).join('');
  await expect(customersIn('a.csv', `key,organization,handle\n${half('a')}${half('b')}`)).rejects.toThrow(
    'more than 50,000 rows wait for others of the same customer',
  );
});

function lettersOf(number: number): string {
  return number.toString(26).replace(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '');
}
