import { describe, expect, test } from 'vitest';
import { readAuthorizationResponse } from '../../src/oauth/authorization-response.ts';

const ISSUER = 'https://id.example';
const ISS = encodeURIComponent(ISSUER);
const read = (query: string, issExpected: boolean) =>
  readAuthorizationResponse(new URLSearchParams(query), { state: 'S', issuer: ISSUER, issExpected });

describe('iss (RFC 9207 section 2.4)', () => {
  test.each([
    ['right and announced', `code=C&state=S&iss=${ISS}`, true, 'code'],
    ['of another server', 'code=C&state=S&iss=https%3A%2F%2Fevil.example', true, 'foreign'],
    ['missing though announced', 'code=C&state=S', true, 'foreign'],
    ['missing and not announced', 'code=C&state=S', false, 'code'],
    ['right though not announced', `code=C&state=S&iss=${ISS}`, false, 'code'],
    ['of another server, not announced', 'code=C&state=S&iss=https%3A%2F%2Fevil.example', false, 'foreign'],
    ['the same but for a slash', `code=C&state=S&iss=${ISS}%2F`, true, 'foreign'],
    ['the same but for the case', 'code=C&state=S&iss=https%3A%2F%2FID.example', true, 'foreign'],
    ['empty though announced', 'code=C&state=S&iss=', true, 'foreign'],
    ['of another server, with an error', 'error=access_denied&state=S&iss=https%3A%2F%2Fevil.example', true, 'foreign'],
  ])('%s', (_name, query, issExpected, kind) => {
    expect(read(query, issExpected).kind).toBe(kind);
  });
});

describe('everything else', () => {
  test.each([
    ['a code', 'code=C&state=S', { kind: 'code', code: 'C' }],
    ['an error', 'error=access_denied&error_description=no&state=S', { kind: 'error', error: 'access_denied', description: 'no' }],
    ['an error wins over a code', 'code=C&error=server_error&state=S', { kind: 'error', error: 'server_error', description: undefined }],
    ['unknown parameters', 'code=C&state=S&session_state=x', { kind: 'code', code: 'C' }],
    ['a code with reserved characters', 'code=a%2Bb%26c&state=S', { kind: 'code', code: 'a+b&c' }],
  ])('%s', (_name, query, expected) => {
    expect(read(query, false)).toEqual(expected);
  });

  test.each([
    ['a wrong state', 'code=C&state=T'],
    ['no state', 'code=C'],
    ['an empty state', 'code=C&state='],
    ['an error with a wrong state', 'error=access_denied&state=T'],
    ['an error without state', 'error=access_denied'],
    ['neither code nor error', 'state=S'],
    ['an empty code', 'code=&state=S'],
    ['nothing', ''],
    ['two codes', 'code=C&code=D&state=S'],
    ['two equal states', 'code=C&state=S&state=S'],
    ['two errors', 'error=a&error=b&state=S'],
    ['two of an unknown parameter', 'code=C&state=S&x=1&x=2'],
  ])('%s is foreign', (_name, query) => {
    expect(read(query, false).kind).toBe('foreign');
  });
});
