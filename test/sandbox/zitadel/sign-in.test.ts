import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, type Json } from '../../support/servers/sandbox-in-memory.ts';
import { startZitadel, systemToken, textAt, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

const AUDIENCE = 'urn:zitadel:iam:org:project:id:zitadel:aud';

const TOKEN_ANSWER = { access_token: expect.any(String), token_type: 'Bearer', expires_in: 43_199 };

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

  const post = (path: string, fields: Record<string, string>) =>
    call(base, 'POST', path, {
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  const ask = (fields: Record<string, string>) =>
    post('/oauth/v2/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', ...fields });

  test('gives a machine a token for 12 hours, which opens the APIs', async () => {
    const { status, json } = await ask({ assertion: assertion(), scope: `openid ${AUDIENCE}`, client_id: 'anything' });
    expect([status, json]).toEqual([200, { ...TOKEN_ANSWER, id_token: expect.any(String) }]);
    const token = textAt(json, 'access_token');
    expect((await zitadel.send('GET', '/auth/v1/users/me', { token })).json).toMatchObject({ user: { id: key.userId, userName: 'robot' } });
    expect((await call(base, 'GET', '/oidc/v1/userinfo', { token })).json).toEqual({ sub: key.userId });
  });

  test('is refused in plain text while the instance is blocked', async () => {
    await zitadel.switchTo(`zitadel=${version}`, 'zitadelInstance=blocked');
    const reply = await ask({ assertion: assertion(), scope: '' });
    await zitadel.switchTo(`zitadel=${version}`);
    expect([reply.status, reply.text]).toEqual([429, 'Your ZITADEL instance is blocked.\n']);
  });

  test('approves devices at once where everything is approved, but for its own apps alone', async () => {
    const project = textAt((await zitadel.send('POST', '/management/v1/projects', { body: { name: 'tools' } })).json, 'id');
    const grantTypes = ['OIDC_GRANT_TYPE_DEVICE_CODE'];
    const settings = { name: 'tool', grantTypes, appType: 'OIDC_APP_TYPE_NATIVE', authMethodType: 'OIDC_AUTH_METHOD_TYPE_NONE' };
    const app = await zitadel.send('POST', `/management/v1/projects/${project}/apps/oidc`, { body: settings });
    const client = { client_id: textAt(app.json, 'clientId') };
    const { json } = await post('/oauth/v2/device_authorization', { ...client, scope: `openid ${AUDIENCE}` });
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: textAt(json, 'device_code') };
    const answer = await post('/oauth/v2/token', { ...client, ...grant });
    expect([answer.status, answer.json]).toEqual([200, { ...TOKEN_ANSWER, id_token: expect.any(String) }]);
    const token = textAt(answer.json, 'access_token');
    expect((await zitadel.send('GET', '/auth/v1/users/me', { token })).json).toMatchObject({ user: { userName: 'jane@acme.example' } });
    const unknown = await post('/oauth/v2/device_authorization', { client_id: 'flowkiwi-cli' });
    expect([unknown.status, unknown.json['error']]).toEqual([400, 'invalid_client']);
  });

  test('takes no form from another site', async () => {
    const body = new URLSearchParams({ user_code: 'BCDF-GHJK', confirm: 'yes' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' };
    expect((await call(base, 'POST', '/ui/login/device', { body, headers })).status).toBe(403);
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
  });

  test('answers at the host of the sandbox to those who name a created instance', async () => {
    const { url } = zitadel.sandbox;
    const machine = { userName: 'owner', name: 'Owner', personalAccessToken: {} };
    await zitadel.system('POST', '/instances/_create', { instanceName: 'Tenant', customDomain: 'tenant.example', machine });
    const issuerAt = async (headers: Record<string, string>) =>
      (await call(url, 'GET', '/.well-known/openid-configuration', { headers })).json['issuer'];
    expect(await issuerAt({ 'x-zitadel-instance-host': 'tenant.example:8443' })).toBe('http://tenant.example:8443');
    expect(await issuerAt({})).toBe(url);
    expect((await call(url, 'GET', '/oidc/v1/userinfo')).json).toMatchObject({ error: 'invalid_request' });
  });
});
