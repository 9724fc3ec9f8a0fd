import { expect, test } from 'vitest';
import { isRefusal, leavesOpen } from '../../src/http/refusal.ts';

const PROBLEM = { 'content-type': 'application/problem+json; charset=utf-8' };
const own = JSON.stringify({ type: '/errors/503', title: 'An error occurred', detail: 'Maintenance.', status: 503 });

// Bodies and headers as these programs send them when they lose the server behind them, or find none: nginx 1.22, HAProxy 2.6, Caddy 2.6,
// Varnish 7.1 (all measured), Envoy 1.31 and Cloudflare (documented).
const HTML = { 'content-type': 'text/html' };
const NGINX = '<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>';
const HAPROXY = '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n';
const ENVOY = 'upstream connect error or disconnect/reset before headers. reset reason: connection termination';
const VARNISH = { 'content-type': 'text/html; charset=utf-8', server: 'Varnish', 'retry-after': '5', 'x-varnish': '3' };
const CLOUDFLARE = JSON.stringify({ type: 'https://developers.cloudflare.com/support/error-5xx/', title: 'Error 503', status: 503 });

test.each<[what: string, status: number, headers: Readonly<Record<string, string>>, body: string, isRefused: boolean]>([
  ['the rate limit of anybody', 429, HTML, '', true],
  ["the API's own problem document", 503, PROBLEM, own, true],
  ['the same as JSON-LD', 503, { 'content-type': 'application/ld+json' }, own.replace('"type"', '"@id":"/errors/503","type"'), true],
  ['a problem document without a type', 503, PROBLEM, '{"title":"An error occurred","status":503}', true],
  ["a problem document with Symfony's type", 503, PROBLEM, '{"type":"https://tools.ietf.org/html/rfc2616#section-10"}', true],
  ['a page of maintenance that says when it is over', 503, { ...HTML, 'retry-after': '3600' }, NGINX, true],
  ['nothing but the time to come back', 503, { 'retry-after': 'Sat, 31 Jan 2026 09:30:05 GMT' }, '', true],
  ['a time that is none', 503, { 'retry-after': 'soon' }, '', false],
  ['Envoy', 503, { 'content-type': 'text/plain', server: 'envoy' }, ENVOY, false],
  ['nginx', 503, { ...HTML, server: 'nginx/1.22.1' }, NGINX, false],
  ['HAProxy', 503, HTML, HAPROXY, false],
  ['Varnish, which always says when to come back', 503, VARNISH, '<title>503 Backend fetch failed</title>', false],
  ['the API behind Varnish', 503, { ...VARNISH, ...PROBLEM }, own, true],
  ['a problem document of Cloudflare', 503, PROBLEM, CLOUDFLARE, false],
  ['JSON of a gateway', 503, { 'content-type': 'application/json' }, '{"message":"Service Unavailable"}', false],
  ['a problem document that is not JSON', 503, PROBLEM, '{"type":', false],
  ['nothing', 503, {}, '', false],
  ['a problem document with another status', 500, PROBLEM, own, false],
  ['502 with a time to come back', 502, { 'retry-after': '1' }, '', false],
])('%s: refused or not', (_what, status, headers, body, isRefused) => {
  expect(isRefusal({ status, headers, body })).toBe(isRefused);
  expect(leavesOpen({ status, headers, body })).toBe(status !== 429 && !isRefused);
});

test.each([302, 303, 499, 500, 502, 503, 504, 507, 520, 522, 524, 599])('status %i leaves the outcome open', (status) => {
  expect(leavesOpen({ status, headers: {}, body: '' })).toBe(true);
});

test.each([301, 307, 400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 431, 501, 505, 511])('status %i does not', (status) => {
  expect(leavesOpen({ status, headers: {}, body: '' })).toBe(false);
});
