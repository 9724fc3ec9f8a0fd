import { expect, test } from 'vitest';
import { checkedName } from '../../src/identity/organization.ts';

test.each(['Acme Corp', ' Acme ', '名', '👩‍🚀', 'a'.repeat(10_000), '\u001b[2J', '0'])('%j is a name, and stays unchanged', (name) => {
  expect(checkedName('organization', name)).toBe(name);
  expect(checkedName('instance', name)).toBe(name);
});

test.each(['', ' ', '\t\n', '\u00a0', '\u3000'])('%j is none', (name) => {
  expect(() => checkedName('organization', name)).toThrow('the name of an organization cannot be empty');
  expect(() => checkedName('instance', name)).toThrow('the name of an instance cannot be empty');
});
