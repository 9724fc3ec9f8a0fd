import { describe, expect, test } from 'vitest';
import { TransportError } from '../../src/http/transport-error.ts';
import { machineError, type Usage, unlisted } from '../../src/oauth/machine-failure.ts';
import type { ProtocolFailure } from '../../src/oauth/protocol-failure.ts';
import type { DiscoveredServer } from '../../src/oauth/server-metadata.ts';
import { hintOf } from '../support/failure.ts';
import { metadata } from '../support/servers/serve.ts';

const what = 'the secret of the client 7 from FLOWKIWI_CLIENT_SECRET';
const hint = 'check the secret';
const url = new URL('https://id.example/token');

const oauth = (error: string, status = 400): ProtocolFailure => ({
  kind: 'oauth_error',
  status,
  error,
  description: 'because',
  body: undefined,
});
const status = (code: number): ProtocolFailure => ({ kind: 'http_status', status: code });
/** The answer of a server that says when to come back. */
const later = (code: number): ProtocolFailure => ({
  kind: 'http_status',
  status: code,
  headers: { 'retry-after': '7200', date: 'Sat, 31 Jan 2026 10:00:00 GMT' },
});
const noAnswer = (kind: 'redirect' | 'reset'): ProtocolFailure => ({
  kind: 'no_answer',
  cause: new TransportError(kind, `it is a ${kind}`, { url, mayHaveBeenReceived: true }),
});

describe('what is refused names what was presented', () => {
  test.each<[failure: ProtocolFailure, message: string, hint: string]>([
    [oauth('invalid_client', 401), `the sign-in server refused ${what}: because (invalid_client)`, hint],
    [
      oauth('invalid_scope'),
      `the sign-in server does not give the scopes that were asked for with ${what}: because (invalid_scope)`,
      '--scope',
    ],
    [
      oauth('unsupported_grant_type'),
      `the sign-in server does not know this way to sign in, with ${what}: because (unsupported_grant_type)`,
      'another way',
    ],
    [
      oauth('unauthorized_client'),
      `the sign-in server refused ${what}: because (unauthorized_client)`,
      'check the secret; if that is right, allow the grant in the settings of the client',
    ],
    [status(403), `the sign-in server answered with status 403 to ${what}`, hint],
    [
      { kind: 'invalid_answer', reason: 'no token' },
      `the sign-in server answered with something else than a token to ${what}: no token`,
      '',
    ],
    [noAnswer('redirect'), `it is a redirect: ${what} could not be presented`, 'the URL'],
  ])('%j', (failure, message, helps) => {
    const error = machineError(failure, { what, hint });
    expect(error).toMatchObject({ code: 'auth', message });
    expect(hintOf(error)).toContain(helps);
  });
});

describe('what passes says nothing of what was presented', () => {
  test.each<[failure: ProtocolFailure, code: string, message: string, hint: string]>([
    [oauth('slow', 429), 'rate_limited', 'the sign-in server takes no more requests at the moment: because (slow)', 'wait a little'],
    [status(429), 'rate_limited', 'the sign-in server takes no more requests at the moment: ', 'wait a little'],
    [status(503), 'unavailable', 'the sign-in server answered with status 503', 'later'],
    [oauth('server_error'), 'unavailable', 'the sign-in server cannot answer: because (server_error)', 'later'],
    [noAnswer('reset'), 'unavailable', 'it is a reset', 'run it again'],
    [later(503), 'unavailable', 'the sign-in server answered with status 503', 'run it again in 120 min, after 2026-01-31 12:00 UTC'],
    [later(429), 'rate_limited', 'takes no more requests', 'run it again in 120 min, after 2026-01-31 12:00 UTC'],
  ])('%j', (failure, code, message, helps) => {
    const error = machineError(failure, { what, hint });
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(hintOf(error)).toContain(helps);
    expect(`${error.message}${hintOf(error)}`).not.toContain('secret');
  });
});

test.each<[grants: readonly string[] | undefined, methods: readonly string[] | undefined, usage: Usage, words: string | undefined]>([
  [undefined, undefined, { grants: ['c'], methods: ['m'] }, undefined],
  [[], [], { grants: ['c'], methods: ['m'] }, undefined],
  [['a', 'c'], ['m'], { grants: ['c', 'x'], methods: ['n', 'm'] }, undefined],
  [['a'], ['m'], { grants: ['c'] }, 'its metadata lists no grant of type c, only a'],
  [['a', 'b'], ['m'], { grants: ['c', 'x'], methods: ['m'] }, 'its metadata lists no grant of type c or x, only a, b'],
  [['c'], ['m'], { grants: ['c'], methods: ['n'] }, 'its metadata lists no client authentication by n, only m'],
  [
    ['a'],
    ['m'],
    { grants: ['c'], methods: ['n'] },
    'its metadata lists no grant of type c, only a; and no client authentication by n, only m',
  ],
])('grants %j and methods %j, of which %j is used', (grants, methods, usage, words) => {
  const listed: Partial<DiscoveredServer> = {
    ...(grants && { grant_types_supported: grants }),
    ...(methods && { token_endpoint_auth_methods_supported: methods }),
  };
  expect(unlisted(metadata('https://id.example', listed), usage)).toBe(words);
});

test('what else is known words a refusal', () => {
  expect(machineError(oauth('invalid_client'), { what, hint, remarks: ['its metadata lists nothing', 'and so on'] }).message).toBe(
    `the sign-in server refused ${what}: because (invalid_client); its metadata lists nothing; and so on`,
  );
});
