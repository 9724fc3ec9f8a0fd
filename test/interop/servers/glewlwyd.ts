import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ownPort } from '../../support/own-port.ts';
import { type RunningServer, startBehindGateway, startProcess } from '../running-server.ts';
import { type MachineKey, newMachineKey } from './machines.ts';

const CLIENT_ID = 'flowkiwi-cli';
/** A client that signs in by itself. Nothing that a form encodes: the server does not decode HTTP Basic, as RFC 6749 section 2.3.1 says. */
const MACHINE = { id: 'machine', secret: 'the-secret_of.the-machine-at-Glewlwyd' };
/** One that shows a key. */
const KEYED = 'machine-with-a-key';
/** Who is there from the start. */
export const ADMIN = { username: 'admin', password: 'password' };
const SCOPES = ['openid', 'offline_access', 'profile', 'email'];
/** What the machine may do; a machine is nobody, and gets no scope of OpenID Connect. */
export const MACHINE_SCOPE = 'onboard';
const SCHEMA = '/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz';

/** glewlwyd, with a plugin for OpenID Connect whose refresh tokens are good once, and a client whose redirect URI has its port in it. */
export async function startGlewlwyd(): Promise<RunningServer> {
  const callbackPort = await ownPort();
  return startBehindGateway({
    start: async (origin, port) => {
      const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-glewlwyd-'));
      const database = join(folder, 'glewlwyd.db');
      execFileSync('sqlite3', [database], { input: gunzipSync(readFileSync(SCHEMA)) });
      const configuration = join(folder, 'glewlwyd.conf');
      writeFileSync(configuration, changedConfiguration({ origin, port, database }));
      return startProcess('glewlwyd', [`--config-file=${configuration}`]);
    },
    readyAt: '/config',
    prepare: async (direct, origin) => {
      const key = newMachineKey();
      await prepareProvider(direct, `${origin}/api/oidc`, { callbackPort, key });
      const scopes = ['openid', 'offline_access', 'email'].flatMap((scope) => ['--scope', scope]);
      const loginFlags = ['--callback-port', String(callbackPort), ...scopes];
      return {
        name: 'glewlwyd',
        origin,
        issuer: `${origin}/api/oidc`,
        clientId: CLIENT_ID,
        loginFlags,
        machine: { ...MACHINE, keyed: { id: KEYED, pem: key.pem } },
      };
    },
  });
}

/** The configuration of the package, for this place. */
function changedConfiguration({ origin, port, database }: { origin: string; port: number; database: string }): string {
  const changes: readonly (readonly [RegExp, string])[] = [
    [/^port=.*$/m, `port=${port}\nbind_address="127.0.0.1"`],
    [/^external_url=.*$/m, `external_url="${origin}"`],
    [/^cookie_domain=.*$/m, 'cookie_domain="127.0.0.1"'],
    [/^cookie_secure=.*$/m, 'cookie_secure=0'],
    [/^ *path = ".*\.db"$/m, `path = "${database}"`],
  ];
  return changes.reduce((text, [from, to]) => text.replace(from, to), readFileSync('/etc/glewlwyd/glewlwyd.conf', 'utf8'));
}

interface Prepared {
  readonly callbackPort: number;
  readonly key: MachineKey;
}

async function prepareProvider(direct: string, iss: string, { callbackPort, key }: Prepared): Promise<void> {
  const signIn = await fetch(`${direct}/api/auth/`, jsonRequest('POST', ADMIN));
  const cookie = signIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const ask = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(`${direct}/api${path}`, jsonRequest(method, body, { cookie }));
    const text = await answer.text();
    if (!answer.ok && !text.includes('already exists')) throw new Error(`glewlwyd answered ${path} with ${answer.status}: ${text}`);
  };
  await ask('POST', '/mod/plugin/', { module: 'oidc', name: 'oidc', display_name: 'OpenID Connect', parameters: pluginParameters(iss) });
  for (const name of [...SCOPES, MACHINE_SCOPE])
    await ask('POST', '/scope/', { name, display_name: name, password_required: false, scheme: {} });
  const email = 'admin@example.org';
  await ask('PUT', '/user/admin', { ...ADMIN, name: 'Admin', email, scope: ['g_admin', 'g_profile', ...SCOPES], enabled: true });
  await ask('POST', '/client/', {
    client_id: CLIENT_ID,
    name: 'flowkiwi',
    enabled: true,
    confidential: false,
    authorization_type: ['code', 'refresh_token', 'device_authorization'],
    redirect_uri: [`http://127.0.0.1:${callbackPort}/callback`],
    scope: SCOPES,
  });
  const machine = {
    ...{ name: 'a machine', enabled: true, confidential: true, scope: [MACHINE_SCOPE] },
    ...{ authorization_type: ['client_credentials'], redirect_uri: ['http://127.0.0.1/callback'] },
  };
  const methods = ['client_secret_basic', 'client_secret_post'];
  await ask('POST', '/client/', { ...machine, client_id: MACHINE.id, client_secret: MACHINE.secret, token_endpoint_auth_method: methods });
  await ask('POST', '/client/', { ...machine, client_id: KEYED, pubkey: key.publicPem, token_endpoint_auth_method: ['private_key_jwt'] });
}

function jsonRequest(method: string, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function pluginParameters(iss: string): Readonly<Record<string, unknown>> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    ...{ iss, 'jwt-type': 'rsa', 'jwt-key-size': '256', key: privateKey, cert: publicKey },
    ...{ 'access-token-duration': 60, 'refresh-token-duration': 1_209_600, 'code-duration': 600 },
    ...{ 'refresh-token-rolling': true, 'refresh-token-one-use': 'always', 'allow-non-oidc': true },
    ...{ 'auth-type-code-enabled': true, 'auth-type-code-revoke-replayed': true, 'auth-type-id-token-enabled': true },
    ...{ 'auth-type-client-enabled': true, 'auth-type-device-enabled': true, 'auth-type-refresh-enabled': true },
    ...{ 'device-authorization-expiration': 600, 'device-authorization-interval': 1 },
    ...{ 'request-parameter-allow': true, 'client-pubkey-parameter': 'pubkey', 'client-jwks-parameter': 'jwks' },
    ...{ 'pkce-allowed': true, 'pkce-required': false, 'pkce-required-public-client': true, 'pkce-method-plain-allowed': false },
    ...{
      'introspection-revocation-allowed': true,
      'introspection-revocation-auth-scope': [],
      'introspection-revocation-allow-target-client': true,
      'oauth-as-iss-id': true,
      'subject-type': 'public',
      scope: [],
      claims: [],
    },
  };
}
