import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListOrgsResponseSchema } from '@zitadel/proto/zitadel/admin_pb.js';
import { describe, expect, test } from 'vitest';
import { jsonError } from '../support/failure.ts';
import { flowkiwi, secret } from '../support/flowkiwi.ts';
import { type Asked, type Said, startScriptedServer } from '../support/servers/scripted-server.ts';
import { zitadelHome } from '../support/servers/zitadel.ts';
import { rpcError, saidBy } from '../support/zitadel-answers.ts';

const TOKEN = secret('zitadel-access-token-of-a-session');
const REFRESH_TOKEN = secret('zitadel-refresh-token-of-a-session');
const CLIENT_SECRET = secret('zitadel-client-secret');
const SCOPE = 'urn:zitadel:iam:org:project:id:zitadel:aud';

const oauthError = (error: string, description?: string): Said => ({ status: 400, json: { error, error_description: description ?? '' } });

/** A ZITADEL whose discovery document is real, whose API is happy, and whose token endpoint answers so. */
async function startIssuer(token: Said, api: (request: Asked) => Said = () => saidBy(ListOrgsResponseSchema, {})) {
  return startScriptedServer((request) => {
    const issuer = `http://${request.headers['host']}`;
    if (request.line === 'GET /.well-known/openid-configuration') {
      const endpoints = { token_endpoint: `${issuer}/oauth/v2/token`, revocation_endpoint: `${issuer}/oauth/v2/revoke` };
      return { status: 200, json: { issuer, ...endpoints, code_challenge_methods_supported: ['S256'] } };
    }
    return request.line === 'POST /oauth/v2/token' ? token : api(request);
  });
}

/** A session of the browser at that server. */
function sessionAt(url: string, expires_at: string) {
  const home = zitadelHome(url);
  const path = join(home, '.config', 'flowkiwi', 'credentials.json');
  const session = {
    method: 'browser',
    url,
    issuer: url,
    client_id: '288934',
    access_token: TOKEN,
    refresh_token: REFRESH_TOKEN,
    expires_at,
  };
  writeFileSync(path, JSON.stringify({ version: 1, credentials: { tenants: session } }), { mode: 0o600 });
  return { home, stored: () => JSON.parse(readFileSync(path, 'utf8')).credentials.tenants };
}

const EXPIRED = '2020-01-01T00:00:00.000Z';

describe.concurrent('a refresh at ZITADEL (contract section 4.6)', () => {
  test.each<[what: string, token: Said, says: RegExp, isCleared: boolean]>([
    [
      'the refresh token was used before: the session has ended',
      oauthError('invalid_request', 'Errors.OIDCSession.RefreshTokenInvalid'),
      /has ended: oidc session refresh token invalid \(invalid_request\)$/,
      true,
    ],
    ['invalid_client comes with 400', oauthError('invalid_client'), /could not be refreshed: invalid_client$/, false],
    [
      'the app lacks the refresh grant',
      oauthError('unauthorized_client', 'grant_type "refresh_token" not allowed'),
      /could not be refreshed: grant_type "refresh_token" not allowed \(unauthorized_client\)$/,
      false,
    ],
  ])('%s', async (_, token, says, isCleared) => {
    const server = await startIssuer(token);
    const { home, stored } = sessionAt(server.url, EXPIRED);
    const run = await flowkiwi(['org', 'list', '--json'], { home });
    server.close();
    expect({ status: run.status, error: jsonError(run) }).toMatchObject({
      status: 4,
      error: { code: 'auth', message: expect.stringMatching(says), hint: 'sign in again: flowkiwi --profile tenants login' },
    });
    expect(stored() === undefined).toBe(isCleared);
  });

  test('rotates both tokens when the API has refused the old one', async () => {
    const next = { access_token: secret('zitadel-next-access-token'), refresh_token: secret('zitadel-next-refresh-token') };
    const server = await startIssuer({ status: 200, json: { ...next, token_type: 'Bearer', expires_in: 43_199 } }, ({ headers }) =>
      headers['authorization'] === `Bearer ${next.access_token}`
        ? saidBy(ListOrgsResponseSchema, {})
        : rpcError(401, 16, 'Errors.Token.Invalid', 'AUTH-7fs1e'),
    );
    const { home, stored } = sessionAt(server.url, '2099-01-01T00:00:00.000Z');
    expect(await flowkiwi(['org', 'list', '--json'], { home })).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
    server.close();
    expect(stored()).toMatchObject(next);
  });
});

describe('an instance whose host is not that of the URL (contract section 5)', () => {
  test.each<[what: string, issuerOf: (host: unknown, url: string) => string]>([
    ['calls itself by its own host', (host) => `http://${host}`],
    ['calls itself by the URL', (_, url) => url],
  ])('%s: a machine signs in there and renews its token there, by the header alone', async (_, issuerOf) => {
    const host = 'acme.localhost:8080';
    let url = '';
    const server = await startScriptedServer(({ line, headers }, count) => {
      if (headers['x-zitadel-instance-host'] !== host) return rpcError(404, 5, 'unable to set instance using origin');
      const issuer = issuerOf(headers['x-zitadel-instance-host'], url);
      const endpoints = { token_endpoint: `${issuer}/oauth/v2/token`, userinfo_endpoint: `${issuer}/oidc/v1/userinfo` };
      if (line === 'GET /.well-known/openid-configuration') return { status: 200, json: { issuer, ...endpoints } };
      if (line === 'GET /oidc/v1/userinfo') return { status: 200, json: { sub: 'setup' } };
      // The first token is over at once.
      if (line === 'POST /oauth/v2/token') {
        return { status: 200, json: { access_token: TOKEN, token_type: 'Bearer', expires_in: count === 0 ? 0 : 43_199 } };
      }
      return line.startsWith('POST /admin/') ? saidBy(ListOrgsResponseSchema, {}) : rpcError(404, 5, 'Not Found');
    });
    ({ url } = server);
    const home = zitadelHome(url, { profile: { instance_host: host } });
    const env = { FLOWKIWI_CLIENT_ID: 'setup@acme', FLOWKIWI_CLIENT_SECRET: CLIENT_SECRET };
    const login = await flowkiwi(['login', '--client-credentials', '--json'], { home, env });
    expect(login).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(login.stdout)).toMatchObject({ issuer: issuerOf(host, url) });
    expect(await flowkiwi(['org', 'list', '--json'], { home })).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
    server.close();
    expect(server.asked.filter(({ line }) => line === 'POST /oauth/v2/token')).toHaveLength(2);
  });
});

test('a wrong client secret is 400 invalid_request (contract section 4.4): the message names the secret; the scopes were asked for', async () => {
  const server = await startIssuer(oauthError('invalid_request', 'Errors.User.Machine.Secret.Invalid'));
  const home = zitadelHome(server.url);
  const env = { FLOWKIWI_CLIENT_ID: 'setup@acme', FLOWKIWI_CLIENT_SECRET: CLIENT_SECRET };
  const run = await flowkiwi(['login', '--client-credentials', '--json'], { home, env });
  server.close();
  expect({ status: run.status, error: jsonError(run) }).toMatchObject({
    status: 4,
    error: {
      message: expect.stringMatching(
        /^the sign-in server refused the secret of the client setup@acme from FLOWKIWI_CLIENT_SECRET: user machine secret invalid \(invalid_request\)$/,
      ),
    },
  });
  const [request] = server.asked.filter(({ line }) => line === 'POST /oauth/v2/token');
  expect(new URLSearchParams(request?.body).get('scope')).toBe(`openid ${SCOPE}`);
  // Both values are encoded before base64.
  const basic = Buffer.from(String(request?.headers['authorization']).replace('Basic ', ''), 'base64').toString();
  expect(basic).toBe(`setup%40acme:${CLIENT_SECRET}`);
});
