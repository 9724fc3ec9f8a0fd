import { expect, test } from 'vitest';
import {
  handleAt,
  hasProductManagement,
  productManagementUrl,
  productManagementUrlOf,
} from '../../../src/identity/flowkiwi/product-management.ts';

const PRODUCTION = new URL('https://identity.flowkiwi.net');

test('an instance is found at its address', () => {
  const url = productManagementUrl('acme-eu', PRODUCTION);
  expect([url, handleAt(new URL(url))]).toEqual(['https://acme-eu.product-management.flowkiwi.net', 'acme-eu']);
});

test.each([
  ['http://127.0.0.1:8787', 'http://acme-eu.product-management.localhost:8787'],
  ['http://localhost:9000/', 'http://acme-eu.product-management.localhost:9000'],
  ['http://[::1]', 'http://acme-eu.product-management.localhost'],
])('of the sandbox at %s it is at %s', (identity, url) => {
  expect(productManagementUrl('acme-eu', new URL(identity))).toBe(url);
  expect(handleAt(new URL(url))).toBe('acme-eu');
});

test.each([
  'https://product-management.flowkiwi.net',
  'https://a.b.product-management.flowkiwi.net',
  'https://acme1.product-management.flowkiwi.net',
  'https://acme-eu.product-management.flowkiwi.net.evil.example',
  'https://acme-eu.product-managementxflowkiwi.net',
])('%s is the address of no instance', (url) => {
  expect(handleAt(new URL(url))).toBeUndefined();
});

test.each([
  ['https://identity.flowkiwi.net', true],
  ['https://identity.flowkiwi.net:443/prefix', true],
  ['https://identity.flowkiwi.net:8443', false],
  ['http://identity.flowkiwi.net', false],
  ['https://staging.flowkiwi.net', false],
  ['https://identity.staging.flowkiwi.net', false],
  ['https://flowkiwi.net', false],
  ['http://127.0.0.1:8787', true],
  ['http://localhost.evil.example:8787', false],
])('the credentials of %s are for product management: %s', (url, expected) => {
  expect(hasProductManagement(new URL(url))).toBe(expected);
});

test.each<[handle: string | null, url: string | null]>([
  ['acme-eu', 'https://acme-eu.product-management.flowkiwi.net'],
  ['zürich', 'https://z%C3%BCrich.product-management.flowkiwi.net'],
  [null, null],
  ['a b', null],
  ['a/../b', null],
  ['a@b', null],
  ['\ud800', null],
])('the product management of what a server calls the handle %j', (handle, url) => {
  expect(productManagementUrlOf(handle, PRODUCTION)).toBe(url);
});
