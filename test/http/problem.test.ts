import { expect, test } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import type { HttpResponse } from '../../src/http/client.ts';
import { problemToCliError, readJson, readProblem } from '../../src/http/problem.ts';

const url = new URL('https://identity.flowkiwi.net/api/organizations');
const action = 'create the organization';
const creation = { creating: 'organization "Acme"', check: 'look for it' };

function answer(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, url, body: text, headers: { 'content-type': 'application/problem+json; charset=utf-8', ...headers } };
}

test.each<[number, ErrorCode]>([
  [300, 'unavailable'],
  [302, 'unavailable'],
  [304, 'unavailable'],
  [400, 'invalid'],
  [401, 'auth'],
  [402, 'invalid'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [405, 'invalid'],
  [406, 'invalid'],
  [408, 'unavailable'],
  [409, 'conflict'],
  [410, 'not_found'],
  [413, 'invalid'],
  [415, 'invalid'],
  [422, 'invalid'],
  [425, 'unavailable'],
  [429, 'rate_limited'],
  [499, 'invalid'],
  [500, 'unavailable'],
  [501, 'unavailable'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
  [599, 'unavailable'],
])('status %i is %s', (status, code) => {
  expect(problemToCliError(answer(status, { detail: 'Because.' }), { action })).toMatchObject({ code, status });
});

test.each<[string, unknown, string]>([
  ['API Platform', { title: 'An error occurred', detail: 'Not Found', status: 404, type: '/errors/404' }, 'Not Found'],
  ['API Platform, JSON-LD', { '@context': '/api/contexts/Error', '@type': 'Error', description: 'Not Found' }, 'Not Found'],
  ['with the hydra prefix', { 'hydra:title': 'An error occurred', 'hydra:description': 'Gone away' }, 'Gone away'],
  [
    'domain error',
    { error_code: 'organization_not_empty', title: 'Not empty', detail: 'Instances remain.', status: 409 },
    'Instances remain.',
  ],
  ['title only', { title: 'Not empty', detail: null }, 'Not empty'],
  ['LexikJWT', { code: 401, message: 'Expired JWT Token' }, 'Expired JWT Token'],
  ['OAuth', { error: 'invalid_grant', error_description: 'It was revoked' }, 'It was revoked'],
  ['OAuth without words', { error: 'invalid_grant' }, 'invalid_grant'],
  ['gRPC-gateway', { code: 6, message: 'Errors.Org.AlreadyExists (V2-1)', details: [{ id: 'V2-1' }] }, 'Errors.Org.AlreadyExists (V2-1)'],
  ['Connect', { code: 'already_exists', message: 'exists (V2-1)', details: [{ type: 'x', value: 'AAA' }] }, 'exists (V2-1)'],
  ['an error object', { error: { code: 404, message: 'No such thing', status: 'NOT_FOUND' } }, 'No such thing'],
  ['an empty object', {}, 'the server gives no reason that can be read (status 404)'],
  ['a JSON array', [], 'the server gives no reason that can be read (status 404)'],
  [
    'fields of wrong types',
    { detail: 5, title: {}, violations: 'x', details: 7, missingPermissions: 1 },
    'the server gives no reason that can be read (status 404)',
  ],
  ['half a document', '{"detail":"Not Fo', 'the server gives no reason that can be read (status 404)'],
  ['an empty body', '', 'the server gives no reason (status 404)'],
  ['a web page', '<!DOCTYPE html><title>Oops</title>', 'the answer is a web page, not the API (status 404)'],
  ['a web page without doctype', '\n <html><body>Oops', 'the answer is a web page, not the API (status 404)'],
])('%s', (_name, body, words) => {
  expect(problemToCliError(answer(404, body), { action }).message).toBe(`cannot create the organization: ${words}`);
});

test('a text/plain answer is the server’s own words, HTML is never shown', () => {
  const plain = problemToCliError(answer(429, 'Too many requests\n', { 'content-type': 'text/plain' }), { action });
  expect(plain.message).toBe('cannot create the organization: Too many requests');
  const page = problemToCliError(answer(502, '<h1>secret internals</h1>', { 'content-type': 'text/html' }), { action });
  expect(page.message).toBe('cannot create the organization: the answer is a web page, not the API (status 502)');
});

test('violations are listed with their fields, and not repeated in the message', () => {
  const body = {
    '@type': 'ConstraintViolation',
    title: 'An error occurred',
    detail: 'handle: This value is already used.\nname: Too short.',
    violations: [
      { propertyPath: 'handle', message: 'This value is already used.', code: '23bd9dbf-6b9b-41cd-a99e-4844bcf3077f' },
      { propertyPath: 'name', message: 'Too short.', code: null },
    ],
  };
  const error = problemToCliError(answer(422, body), { action });
  expect(error.message).toBe('cannot create the organization: the server refused 2 fields');
  expect(error.violations).toEqual([
    { field: 'handle', message: 'This value is already used.' },
    { field: 'name', message: 'Too short.' },
  ]);
  expect(readProblem(answer(422, body)).violations[0]?.code).toBe('23bd9dbf-6b9b-41cd-a99e-4844bcf3077f');
});

test('a detail that says more than its violations is kept', () => {
  const body = { detail: 'The handle is taken by Acme.', violations: [{ propertyPath: 'handle', message: 'taken' }] };
  expect(problemToCliError(answer(422, body), { action }).message).toBe('cannot create the organization: The handle is taken by Acme.');
});

test.each<[unknown, unknown]>([
  [[], []],
  [[{}], [{ field: '', message: 'not accepted' }]],
  [[null, 5, 'x', { propertyPath: 7, message: 'm' }], [{ field: '', message: 'm' }]],
  [{ 0: { message: 'm' } }, []],
])('violations %j are read leniently', (violations, expected) => {
  expect(problemToCliError(answer(422, { violations }), { action }).violations).toEqual(expected);
});

test.each<[unknown, string | undefined]>([
  [{ error_code: 'handle_taken' }, 'handle_taken'],
  [{ error: 'invalid_token' }, 'invalid_token'],
  [{ code: 6, message: 'm', details: [{ '@type': 'x', id: 'V2-1' }] }, 'V2-1'],
  [{ detail: 'd' }, undefined],
])('the code for programs in %j', (body, code) => {
  expect(readProblem(answer(409, body)).errorCode).toBe(code);
});

test('a 401 names the credential and what renews it', () => {
  const error = problemToCliError(answer(401, { code: 401, message: 'Expired JWT Token' }), {
    action,
    credential: 'the token from FLOWKIWI_TOKEN',
    remedy: 'set FLOWKIWI_TOKEN to a fresh token',
  });
  expect(error.message).toBe('cannot create the organization: the token from FLOWKIWI_TOKEN was not accepted: Expired JWT Token');
  expect(error.hint).toBe('set FLOWKIWI_TOKEN to a fresh token');
});

test('an empty 401 is explained by its challenge', () => {
  const challenge = 'Bearer realm="api", error="invalid_token", error_description="The token expired"';
  expect(problemToCliError(answer(401, '', { 'www-authenticate': challenge }), { action }).message).toMatch(/: The token expired$/);
});

test('a 403 names the missing permissions', () => {
  const body = { detail: 'Access Denied.', missingPermissions: ['identity:organizations:create'] };
  expect(problemToCliError(answer(403, body), { action }).hint).toBe('missing permission: identity:organizations:create');
});

test.each<[Record<string, string>, RegExp]>([
  [{ 'retry-after': '90' }, /in 90 s/],
  [{ 'retry-after': 'Sat, 31 Jan 2026 09:30:05 GMT', date: 'Sat, 31 Jan 2026 09:30:00 GMT' }, /in 5 s/],
  [{ 'retry-after': 'Sat, 31 Jan 2026 09:30:05 GMT' }, /wait a little/],
  [{}, /wait a little/],
])('a 429 with %j says when to come back', (headers, hint) => {
  expect(problemToCliError(answer(429, '', headers), { action }).hint).toMatch(hint);
});

test.each([
  ['x-request-id', 'abc'],
  ['x-correlation-id', 'abc'],
  ['request-id', 'abc'],
  ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
])('the request id is found in %s', (name, id) => {
  expect(problemToCliError(answer(500, '', { [name]: id }), { action }).requestId).toBe(id);
});

test('text of a server is one harmless line of bounded length', () => {
  const evil = '\u001b[31mred\u001b[0m\u001b]0;owned\u0007\r\nline\u2028two\u202Eltr\u009b2J\u0000';
  const body = { detail: `Well, ${evil}`, violations: [{ propertyPath: 'a\u001b[2J', message: evil }] };
  const error = problemToCliError(answer(400, body, { 'x-request-id': 'a\u001b[2Jb' }), { action });
  const shown = JSON.stringify([error.message, error.violations, error.requestId]);
  expect(shown).not.toMatch(/\\u|\\n|\\r|[\p{Cc}\u2028\u202e]/u);
  expect(error.message).toBe(`cannot ${action}: Well, red line twoltr`);
  expect(problemToCliError(answer(400, { detail: 'é'.repeat(100_000) }), { action }).message.length).toBeLessThanOrEqual(
    2_000 + `cannot ${action}: `.length,
  );
});

test('a token that the server repeats is not shown', () => {
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
  expect(problemToCliError(answer(401, { detail: `bad token ${jwt}` }), { action }).message).not.toContain('eyJ');
});

test.each<[number, ErrorCode]>([
  [302, 'unknown_outcome'],
  [303, 'unknown_outcome'],
  [500, 'unknown_outcome'],
  [501, 'unavailable'],
  [502, 'unknown_outcome'],
  [503, 'unknown_outcome'],
  [504, 'unknown_outcome'],
  [307, 'unavailable'],
  [422, 'invalid'],
  [429, 'rate_limited'],
])('a create that is answered with %i is %s', (status, code) => {
  expect(problemToCliError(answer(status, ''), { action, creation }).code).toBe(code);
});

test("the server's own words and when to come back are kept, whatever the code", () => {
  const body = { type: '/errors/503', title: 'An error occurred', detail: 'Back at noon.' };
  const headers = { 'content-type': 'application/problem+json', 'retry-after': '7200', date: 'Sat, 31 Jan 2026 10:00:00 GMT' };
  expect(problemToCliError(answer(503, body, headers), { action, creation })).toMatchObject({
    code: 'unavailable',
    detail: 'Back at noon.',
    retryAfter: 7200,
    hint: 'run it again in 120 min, after 2026-01-31 12:00 UTC',
  });
  expect(problemToCliError(answer(500, { title: 'Oops' }), { action, creation })).toMatchObject({
    code: 'unknown_outcome',
    detail: 'Oops',
  });
  expect(problemToCliError(answer(500, ''), { action }).detail).toBeUndefined();
});

test.each<[string, unknown]>([
  ['{"id":"a"}', { id: 'a' }],
  ['[]', []],
  ['null', null],
])('readJson(%s)', (body, value) => {
  expect(readJson(answer(200, body))).toEqual(value);
});

test.each([
  ['', /is empty, not the API's JSON/],
  ['<!doctype html>secret', /is a web page, not the API's JSON/],
  ['{"token":"secret', /is something else, not the API's JSON/],
])('readJson of %j is not a result, and quotes nothing', (body, message) => {
  const read = (given?: typeof creation) => {
    try {
      return readJson(answer(200, body), given);
    } catch (error) {
      return error;
    }
  };
  expect(read()).toMatchObject({ code: 'unavailable', status: 200, message: expect.stringMatching(message) });
  expect(read(creation)).toMatchObject({ code: 'unknown_outcome', hint: 'look for it' });
  expect(String(read())).not.toContain('secret');
});
