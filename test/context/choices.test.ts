import { expect, test } from 'vitest';
import { matching } from '../../src/context/choices.ts';

const CHOICES = [
  { name: 'Acme Corp', detail: 'c1' },
  { name: 'Beta', detail: 'a7' },
  { name: 'Acme   Labs', detail: 'b2' },
];

test.each<[typed: string, names: readonly string[]]>([
  ['', ['Acme Corp', 'Beta', 'Acme   Labs']],
  ['acme', ['Acme Corp', 'Acme   Labs']],
  ['ACME LA', ['Acme   Labs']],
  ['corp acme', ['Acme Corp']],
  ['b', ['Beta', 'Acme   Labs']],
  ['a7', ['Beta']],
  ['acme labs b2', ['Acme   Labs']],
  ['nothing', []],
])('%j finds %j', (typed, names) => {
  expect(matching(CHOICES, typed).map(({ name }) => name)).toEqual(names);
});
