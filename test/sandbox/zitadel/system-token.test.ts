import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../../support/servers/sandbox-in-memory.ts';
import { errorOf, rsaKeys, startZitadel, systemToken, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;
let key: string;

beforeAll(async () => {
  zitadel = await startZitadel();
  key = await zitadel.sandbox.systemUserKey();
});

afterAll(() => zitadel.sandbox.close());

function search(token: string) {
  return zitadel.send('POST', '/system/v1/instances/_search', { token, body: {} });
}

// The rules of contract section 4.5.
test.each<[what: string, claims: (now: number, url: string) => Json, status: number]>([
  ['a good token', () => ({}), 200],
  ['several audiences', (_, url) => ({ aud: ['other', url] }), 200],
  ['almost an hour old', (now) => ({ iat: now - 3590 }), 200],
  ['older than an hour', (now) => ({ iat: now - 3610 }), 401],
  ['issued a minute ahead', (now) => ({ iat: now + 60 }), 401],
  ['expired', (now) => ({ exp: now - 1 }), 401],
  ['without expiry', () => ({ exp: undefined }), 401],
  ['for the custom domain', () => ({ aud: 'http://acme.localhost:8080' }), 401],
  ['for the origin with a slash', (_, url) => ({ aud: `${url}/` }), 401],
  ['of an unknown user', () => ({ iss: 'nobody', sub: 'nobody' }), 401],
  ['for another subject', () => ({ sub: 'nobody' }), 401],
])('%s', async (_, claims, status) => {
  const now = Math.floor(zitadel.clock.now() / 1000);
  const reply = await search(systemToken(key, zitadel.sandbox.url, zitadel.clock, claims(now, zitadel.sandbox.url)));
  expect(reply.status).toBe(status);
  if (status === 401) expect(errorOf(reply)).toMatchObject({ code: 16, id: 'AUTH-7fs1e' });
});

test.each([['RS512'], ['none'], ['HS256'], ['PS256']])('a header that says %s', async (alg) => {
  expect((await search(systemToken(key, zitadel.sandbox.url, zitadel.clock, {}, { alg }))).status).toBe(401);
});

test('a signature by another key', async () => {
  expect((await search(systemToken(rsaKeys().privateKey, zitadel.sandbox.url, zitadel.clock))).status).toBe(401);
});

test('the key stays the same, and stays the sandbox’s', async () => {
  expect(await zitadel.sandbox.systemUserKey()).toBe(key);
});
