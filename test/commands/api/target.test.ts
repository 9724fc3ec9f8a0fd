import { expect, test } from 'vitest';
import { addressOf } from '../../../src/commands/api/target.ts';
import { helpWith } from '../../../src/hint.ts';

const address = (path: string, base = 'https://identity.flowkiwi.net') => addressOf(path, new URL(base));

test.each([
  ['/api/organizations/1', 'https://identity.flowkiwi.net', 'https://identity.flowkiwi.net/api/organizations/1'],
  ['api/organizations/1?page=2#top', 'https://identity.flowkiwi.net', 'https://identity.flowkiwi.net/api/organizations/1?page=2'],
  ['/api/x', 'http://127.0.0.1:1/prefix/', 'http://127.0.0.1:1/prefix/api/x'],
  ['https://identity.flowkiwi.net:443/api/x', 'https://identity.flowkiwi.net', 'https://identity.flowkiwi.net/api/x'],
  ['http://127.0.0.1:1/prefix/api/x', 'http://127.0.0.1:1/prefix', 'http://127.0.0.1:1/prefix/api/x'],
  // Whatever looks like the way to another host stays at this one.
  ['//evil.example/x', 'https://identity.flowkiwi.net', 'https://identity.flowkiwi.net//evil.example/x'],
  ['/\\evil.example/x', 'https://identity.flowkiwi.net', 'https://identity.flowkiwi.net//evil.example/x'],
  [
    'https://identity.flowkiwi.net/api/users/jane@acme.example',
    'https://identity.flowkiwi.net',
    'https://identity.flowkiwi.net/api/users/jane@acme.example',
  ],
  ['@evil.example/x', 'https://identity.flowkiwi.net', 'https://identity.flowkiwi.net/@evil.example/x'],
  ['.evil.example/x', 'https://identity.flowkiwi.net', 'https://identity.flowkiwi.net/.evil.example/x'],
  ['/../../x', 'https://identity.flowkiwi.net', 'https://identity.flowkiwi.net/x'],
])('%s at %s is %s', (path, base, url) => {
  expect(address(path, base).href).toBe(url);
});

test.each([
  'https://evil.example/api',
  'http://identity.flowkiwi.net/api',
  'https://identity.flowkiwi.net:8443/api',
  'https://identity.flowkiwi.net.evil.example/api',
  'https://identity.flowkiwi.net@evil.example/api',
  'https://jane:hunter2@identity.flowkiwi.net/api',
  '/api/x?access_token=hunter2',
  'https://jane:1/hunter2@evil.example',
  'https://hunter2/x@evil.example',
  'https://jane:x#hunter2@evil.example',
  'jane:hunter2@evil.example',
  'file:///etc/passwd',
  'data:text/plain,x',
  'localhost:8787/api',
  'https://',
  '',
  ' ',
])('%j is a usage error', (path) => {
  expect(() => address(path)).toThrow(expect.objectContaining({ code: 'usage', message: expect.not.stringContaining('hunter2') }));
});

test('but not at another server, whose credential is not for it', () => {
  expect(() => address('https://acme-eu.product-management.flowkiwi.net/rest/api/products', 'https://staging.flowkiwi.net')).toThrow(
    expect.objectContaining({ hint: expect.not.stringContaining('--instance') }),
  );
});

test("an instance's address leads to --instance", () => {
  expect(() => address('https://acme-eu.product-management.flowkiwi.net/rest/api/products')).toThrow(
    expect.objectContaining({ hint: helpWith('ask an instance', 'api', '--instance', { id: 'acme-eu' }, '/rest/api/products') }),
  );
});
