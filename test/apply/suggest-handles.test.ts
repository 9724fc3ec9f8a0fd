import { expect, test } from 'vitest';
import { handleChooser, handleFor } from '../../src/apply/suggest-handles.ts';
import { isHandle } from '../../src/identity/flowkiwi/handle.ts';

test.each<[name: string, handle: string | undefined]>([
  ['Acme Corp', 'acme-corp'],
  ['Müller & Söhne', 'mueller-soehne'],
  ['ÄÖÜ ẞ', 'aeoeue-ss'],
  ['Café Élysée', 'cafe-elysee'],
  ['Cafe\u0301', 'cafe'],
  ['Łódź', 'lodz'],
  ['Smørrebrød A/S', 'smoerrebroed-a-s'],
  ['3M', 'm'],
  ['4711', undefined],
  ['Москва', undefined],
  ['-- Acme --', 'acme'],
  ['Eine sehr lange Firma mit vielen Wörtern', 'eine-sehr-lange-firma-mit'],
  ['Donaudampfschifffahrtsgesellschaftskapitän', 'donaudampfschifffahrtsgesellsc'],
  ['ﬁne', 'fine'],
])('the handle of %s is %s', (name, handle) => {
  expect(handleFor(name)).toBe(handle);
});

test('the same names are told apart by letters, also thousands of them', () => {
  const taken = new Set(['acme-b']);
  const choose = handleChooser(
    (handle) => taken.has(handle),
    (handle) => void taken.add(handle),
  );
  expect([choose('Acme'), choose('Acme'), choose('ACME 2'), choose('Acme-B')]).toEqual(['acme', 'acme-c', 'acme-d', 'acme-b-b']);
  const many = Array.from({ length: 2_000 }, () => choose('Donaudampfschifffahrtsgesellschaft'));
  expect(new Set(many).size).toBe(2_000);
  expect(many.every((handle) => handle !== undefined && isHandle(handle))).toBe(true);
});
