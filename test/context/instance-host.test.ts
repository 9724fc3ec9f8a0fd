import { describe, expect, test } from 'vitest';
import { throughInstanceHost } from '../../src/context/instance-host.ts';
import { issuersOf, resolveProfile } from '../../src/context/profile.ts';
import type { HttpClient, HttpRequest } from '../../src/http/client.ts';

const HOST = 'acme.localhost:8080';
const URL_OF_API = 'http://127.0.0.1:9090';

/** What a request becomes on its way, and which URL has answered. */
async function sent(url: string, redirectedTo?: string) {
  const requests: HttpRequest[] = [];
  const http: HttpClient = {
    send: async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: '', url: redirectedTo === undefined ? request.url : new URL(redirectedTo) };
    },
    close: () => Promise.resolve(),
  };
  const through = throughInstanceHost(http, { url: new URL(`${URL_OF_API}/base`), instanceHost: HOST });
  const response = await through.send({ method: 'GET', url: new URL(url), headers: { accept: '*/*' } });
  const [request] = requests;
  return {
    to: request?.url.href,
    host: request?.headers['x-zitadel-instance-host'],
    accept: request?.headers['accept'],
    answered: response.url.href,
  };
}

describe('the header that names the instance', () => {
  test.each<[what: string, url: string, to: string, host: string | undefined]>([
    ['goes to the origin of the URL', `${URL_OF_API}/oauth/v2/token?a=b`, `${URL_OF_API}/oauth/v2/token?a=b`, HOST],
    ['goes there in place of the instance', `http://${HOST}/oauth/v2/token?a=b`, `${URL_OF_API}/oauth/v2/token?a=b`, HOST],
    ['leaves a path that begins as a host does', `http://${HOST}//evil.example/x`, `${URL_OF_API}//evil.example/x`, HOST],
    ['goes to no other port', 'http://acme.localhost:8081/x', 'http://acme.localhost:8081/x', undefined],
    ['goes to no other scheme', `https://${HOST}/x`, `https://${HOST}/x`, undefined],
    ['goes to nobody else', 'https://evil.example/x', 'https://evil.example/x', undefined],
  ])('%s', async (_, url, to, host) => {
    expect(await sent(url)).toEqual({ to, host, accept: '*/*', answered: url });
  });

  test('another URL that has answered is said as it is', async () => {
    expect(await sent(`http://${HOST}/x`, 'https://elsewhere.example/x')).toMatchObject({ answered: 'https://elsewhere.example/x' });
  });
});

test.each<[what: string, stored: Readonly<Record<string, string>>, issuers: readonly string[]]>([
  ['the instance, else the URL', { instanceHost: HOST }, [`http://${HOST}`, URL_OF_API]],
  [
    'a host elsewhere, behind a tunnel or at the port itself',
    { instanceHost: 'acme.example' },
    ['https://acme.example', 'http://acme.example', URL_OF_API],
  ],
  [
    'such a host, by the name that was given',
    { instanceHost: 'acme.example', issuer: 'http://acme.example' },
    ['http://acme.example', 'https://acme.example', URL_OF_API],
  ],
  ['the URL', {}, [URL_OF_API]],
  ['the one that was given', { instanceHost: HOST, issuer: 'https://id.example' }, ['https://id.example']],
])('who signs in to ZITADEL: %s', (_, stored, issuers) => {
  const profiles = new Map([['acme', { provider: 'zitadel', url: URL_OF_API, ...stored }]]);
  expect(issuersOf(resolveProfile({ profile: 'acme' }, {}, { currentProfile: 'acme', profiles }))).toEqual(issuers);
});
