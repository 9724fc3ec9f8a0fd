import { expect, test } from 'vitest';
import { generatedInstanceDomain, instanceDomain, organizationDomain } from '../../../../src/sandbox/zitadel/rules/domains.ts';

test.each([
  ['Customer A', 'customer-a'],
  ['  Two  Blanks ', '-two--blanks'],
  ['Acme & Söhne GmbH', 'acme--söhne-gmbh'],
  ['株式会社', '株式会社'],
  ['-a-', 'a'],
  ['--a--', '-a-'],
  ['a_b.c', 'abc'],
  ['x'.repeat(70), 'x'.repeat(63)],
  ['ä'.repeat(40), `${'ä'.repeat(31)}\uFFFD`],
])('%j becomes the label %j', (name, label) => {
  expect(organizationDomain(name, 'host.example')).toBe(`${label}.host.example`);
});

test.each([[''], [' '], ['  '], ['!?'], ['🎉']])('nothing is left of %j', (name) => {
  expect(() => organizationDomain(name, 'localhost')).toThrow('ORG-RrfXY');
});

test('domains of instances are another one each time', () => {
  const [one, two] = [generatedInstanceDomain(' My Tenant '), generatedInstanceDomain(' My Tenant ')];
  expect(one).toMatch(/^my-tenant-[a-z0-9]{6}\.localhost$/);
  expect(two).not.toBe(one);
});

test.each([
  ['Acme.Example', 'Acme.Example'],
  [' acme.example ', 'acme.example'],
])('%j is kept as %j', (text, domain) => {
  expect(instanceDomain(text)).toBe(domain);
});

test.each([
  ['', 'INST-28nlD'],
  [' ', 'INST-28nlD'],
  ['a_b', 'INST-S3v3w'],
  ['a b', 'INST-S3v3w'],
  ['bücher.example', 'INST-S3v3w'],
])('%j is refused: %s', (text, id) => {
  expect(() => instanceDomain(text)).toThrow(id);
});
