import { expect, test } from 'vitest';
import type { HttpRequest } from '../../src/http/client.ts';
import { nextRequest } from '../../src/http/redirects.ts';
import { TransportError } from '../../src/http/transport-error.ts';

const url = new URL('https://identity.flowkiwi.net/api/organizations?page=1');

function next(method: HttpRequest['method'], status: number, location: string | undefined, followed = 0): string | undefined {
  const headers = location === undefined ? {} : { location };
  const request: HttpRequest = { method, url, headers: { authorization: 'Bearer t' }, body: 'the body' };
  const following = nextRequest(request, { status, headers, body: '', url }, followed);
  if (following !== undefined) {
    expect(following).toEqual({ ...request, url: following.url });
  }
  return following?.url.href;
}

test.each<[HttpRequest['method'], number, string | undefined, string | undefined]>([
  ['GET', 301, '/api/other', 'https://identity.flowkiwi.net/api/other'],
  ['GET', 302, 'other', 'https://identity.flowkiwi.net/api/other'],
  ['GET', 303, '?page=2', 'https://identity.flowkiwi.net/api/organizations?page=2'],
  ['GET', 307, 'https://identity.flowkiwi.net:443/x', 'https://identity.flowkiwi.net/x'],
  ['HEAD', 308, '//identity.flowkiwi.net/x', 'https://identity.flowkiwi.net/x'],
  ['POST', 307, '/x', 'https://identity.flowkiwi.net/x'],
  ['DELETE', 308, '/x', 'https://identity.flowkiwi.net/x'],
  ['POST', 301, '/x', undefined],
  ['POST', 302, '/x', undefined],
  ['PATCH', 303, '/x', undefined],
  ['GET', 300, '/x', undefined],
  ['GET', 304, '/x', undefined],
  ['GET', 200, '/x', undefined],
  ['POST', 201, 'https://elsewhere.example/x', undefined],
  ['GET', 302, undefined, undefined],
])('%s %i to %s', (method, status, location, expected) => {
  expect(next(method, status, location)).toBe(expected);
});

test.each<[HttpRequest['method'], number, string, string, boolean]>([
  ['GET', 302, 'https://login.example/a?secret=1', 'https://login.example', false],
  ['GET', 301, 'http://identity.flowkiwi.net/api', 'http://identity.flowkiwi.net', false],
  ['GET', 301, 'https://identity.flowkiwi.net:8443/', 'https://identity.flowkiwi.net:8443', false],
  ['GET', 301, 'https://identity.flowkiwi.net.evil.example/', 'https://identity.flowkiwi.net.evil.example', false],
  ['GET', 301, '\\\\evil.example/', 'https://evil.example', false],
  ['GET', 301, 'https://user:pw@evil.example/', 'https://evil.example', false],
  ['GET', 301, 'file:///etc/passwd', 'a file: address', false],
  ['GET', 301, 'http://[', 'not a URL', false],
  ['POST', 307, 'https://login.example/', 'https://login.example', false],
  ['POST', 301, 'https://login.example/', 'https://login.example', false],
  ['POST', 302, 'https://login.example/', 'https://login.example', true],
  ['POST', 303, 'https://login.example/', 'https://login.example', true],
])('%s %i to %s is refused', (method, status, location, named, mayHaveBeenReceived) => {
  const error = thrownBy(() => next(method, status, location));
  expect(error).toMatchObject({ kind: 'redirect', mayHaveBeenReceived });
  expect(error.message).toContain(named);
  expect(error.message).not.toMatch(/secret|pw|passwd/);
});

test('five redirects in a row are followed, a sixth is not', () => {
  expect(next('GET', 302, '/x', 4)).toBeDefined();
  expect(thrownBy(() => next('GET', 302, '/x', 5)).message).toContain('more than 5 times');
});

function thrownBy(call: () => unknown): TransportError {
  try {
    call();
  } catch (error) {
    if (error instanceof TransportError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}
