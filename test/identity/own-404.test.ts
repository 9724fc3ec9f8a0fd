import { expect, test } from 'vitest';
import { FLOWKIWI_DIALECT } from '../../src/identity/flowkiwi/dialect.ts';
import { zitadelDialect } from '../../src/identity/zitadel/dialect.ts';

const url = new URL('https://api.example/x');
const notFound = (body: unknown) => ({ status: 404, headers: {}, url, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** What routers, pages and other products answer 404 with, whatever they are asked for. */
const FOREIGN: readonly (readonly [what: string, body: unknown])[] = [
  ['nginx', '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n'],
  ['Caddy and Envoy', ''],
  ['Traefik', '404 page not found\n'],
  ['Kubernetes', 'default backend - 404'],
  ['Kong', { message: 'no Route matched with those values' }],
  ['GitHub', { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' }],
  ['Express', '<!DOCTYPE html>\n<html lang="en"><body><pre>Cannot GET /api/organizations/x</pre></body></html>'],
  ['NestJS', { statusCode: 404, message: 'Cannot GET /api/organizations/x', error: 'Not Found' }],
  ['FastAPI', { detail: 'Not Found' }],
  ['Spring', { timestamp: '2026-01-02T03:04:05Z', status: 404, error: 'Not Found', path: '/api/organizations/x' }],
  ['ASP.NET', { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.5', title: 'Not Found', status: 404, traceId: '00-1-2-00' }],
  ['an OAuth server', { error: 'not_found', error_description: 'There is nothing here.' }],
  ['JSON that is no object', '[]'],
];

const detail = 'No route found for "GET https://api.example/x/api/organizations/x"';

test.each<readonly [what: string, body: unknown]>([
  ...FOREIGN,
  ['Symfony’s router', { '@type': 'Error', title: 'An error occurred', detail, status: 404 }],
])('a 404 of %s is not Flowkiwi’s', (_, body) => {
  expect(FLOWKIWI_DIALECT.isOwn404(notFound(body))).toBe(false);
});

test.each<[what: string, body: unknown]>([
  ['a problem document', { title: 'An error occurred', detail: 'Not Found', status: 404, type: '/errors/404' }],
  ['JSON-LD', { '@context': '/api/contexts/Error', '@type': 'Error', title: 'An error occurred', description: 'Not Found' }],
  ['older JSON-LD', { '@type': 'hydra:Error', 'hydra:title': 'An error occurred', 'hydra:description': 'Not Found' }],
])('%s is', (_, body) => {
  expect(FLOWKIWI_DIALECT.isOwn404(notFound(body))).toBe(true);
});

const { isOwn404, unwrapError = (response) => response } = zitadelDialect(undefined);

test.each(FOREIGN)('a 404 of %s is not ZITADEL’s', (_, body) => {
  expect(isOwn404(unwrapError(notFound(body)))).toBe(false);
});

test.each([
  ['an organization', { code: 5, message: 'Organisation not found (QUERY-leq5Q)', details: [{ id: 'QUERY-leq5Q' }] }],
  ['an instance', { code: 5, message: 'unable to set instance using origin x (ExternalDomain is y): x' }],
  ['its gateway', { code: 5, message: 'Not Found' }],
  ['Connect', { code: 'not_found', message: 'Organisation not found (QUERY-leq5Q)' }],
])('that of %s is', (_, body) => {
  expect(isOwn404(unwrapError(notFound(body)))).toBe(true);
});
