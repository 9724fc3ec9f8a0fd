import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, type Json } from '../../support/servers/sandbox-in-memory.ts';
import { rsaKeys, startZitadel, systemToken, textAt, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

const AUDIENCE = 'urn:zitadel:iam:org:project:id:zitadel:aud';

describe.each(['4.0', '2.70'])('the sign-in at the host of an instance of ZITADEL %s', (version) => {
  let zitadel: Zitadel;
  let base: string;
  let key: { readonly keyId: string; readonly key: string; readonly userId: string };

  beforeAll(async () => {
    zitadel = await startZitadel(`zitadel=${version}`);
    base = `http://localhost:${new URL(zitadel.sandbox.url).port}`;
    const { json } = await zitadel.send('POST', '/management/v1/users/machine', { body: { userName: 'robot', name: 'Robot' } });
    const userId = textAt(json, 'userId');
    await zitadel.send('POST', '/admin/v1/members', { body: { userId, roles: ['IAM_OWNER'] } });
    const made = await zitadel.send('POST', `/management/v1/users/${userId}/keys`, { body: { type: 'KEY_TYPE_JSON' } });
    key = JSON.parse(Buffer.from(textAt(made.json, 'keyDetails'), 'base64').toString());
  });

  afterAll(() => zitadel.sandbox.close());

  function assertion(changes: Json = {}, { kid = key.keyId, privateKey = key.key } = {}): string {
    return systemToken(privateKey, base, zitadel.clock, { iss: key.userId, sub: key.userId, ...changes }, { alg: 'RS256', kid });
  }

  const ask = (fields: Record<string, string>) =>
    call(base, 'POST', '/oauth/v2/token', {
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', ...fields }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  const now = () => Math.floor(zitadel.clock.now() / 1000);

  test('gives a machine a token for 12 hours, which opens the APIs', async () => {
    const { status, json } = await ask({ assertion: assertion(), scope: `openid ${AUDIENCE}`, client_id: 'anything' });
    expect([status, json]).toEqual([200, { access_token: expect.any(String), token_type: 'Bearer', expires_in: 43_199 }]);
    const token = textAt(json, 'access_token');
    expect((await zitadel.send('GET', '/auth/v1/users/me', { token })).json).toMatchObject({ user: { id: key.userId, userName: 'robot' } });
    expect((await call(base, 'GET', '/oidc/v1/userinfo', { token })).json).toEqual({ sub: key.userId });
  });

  test.each<[what: string, fields: () => Record<string, string>, status: number, error: string]>([
    ['another audience', () => ({ assertion: assertion({ aud: 'http://other.example' }), scope: '' }), 500, 'server_error'],
    ['one that has expired', () => ({ assertion: assertion({ iat: now() - 600, exp: now() - 60 }), scope: '' }), 500, 'server_error'],
    ['one from the future', () => ({ assertion: assertion({ iat: now() + 60 }), scope: '' }), 500, 'server_error'],
    ['an unknown key', () => ({ assertion: assertion({}, { kid: '999' }), scope: '' }), 500, 'server_error'],
    ['another key', () => ({ assertion: assertion({}, { privateKey: rsaKeys().privateKey }), scope: '' }), 500, 'server_error'],
    ['garbage', () => ({ assertion: 'garbage', scope: '' }), 500, 'server_error'],
    ['no assertion', () => ({ scope: '' }), 400, 'invalid_request'],
    ['no scope', () => ({ assertion: assertion() }), 400, 'invalid_request'],
  ])('refuses %s', async (_, fields, status, error) => {
    const reply = await ask(fields());
    expect([reply.status, reply.json['error']]).toEqual([status, error]);
  });

  test('is named by OpenID discovery alone, and not where there is no instance', async () => {
    expect((await call(base, 'GET', '/.well-known/openid-configuration')).json).toMatchObject({
      issuer: base,
      token_endpoint: `${base}/oauth/v2/token`,
    });
    expect((await call(base, 'GET', '/.well-known/oauth-authorization-server')).status).toBe(404);
    const elsewhere = { headers: { 'x-zitadel-instance-host': 'nosuch.example' } };
    const reply = await call(base, 'GET', '/.well-known/openid-configuration', elsewhere);
    expect([reply.status, reply.text]).toEqual([404, expect.stringContaining('ID=QUERY-1kIjX')]);
    expect((await call(zitadel.sandbox.url, 'GET', '/.well-known/openid-configuration')).json['issuer']).toBe(zitadel.sandbox.url);
  });
});
