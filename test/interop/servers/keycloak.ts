import { join } from 'node:path';
import { isRecord } from '../../../src/record.ts';
import { ownPort } from '../../support/own-port.ts';
import { type RunningServer, startBehindGateway, startProcess } from '../running-server.ts';
import { findJava, KEYCLOAK } from '../runtimes.mjs';

const ADMIN = { name: 'admin', password: 'admin' };
export const REALM = 'flow';
const CLIENT_ID = 'flowkiwi-cli';

/** Sends a request to Keycloak's admin API, as JSON; the path is behind `/admin/realms`. Resolves to the answer's JSON, if any. */
export async function askAdmin(origin: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const signIn = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: ADMIN.name, password: ADMIN.password }),
  });
  const tokens: unknown = await signIn.json();
  const token = isRecord(tokens) ? String(tokens['access_token']) : '';
  const answer = await fetch(`${origin}/admin/realms${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Keycloak answered ${method} ${path} with ${answer.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Keycloak, with a realm whose refresh tokens are good once, a person, and a public client for browsers and devices. */
export function startKeycloak(): Promise<RunningServer> {
  return startBehindGateway({
    start: async (origin, port) => {
      const { home, major } = KEYCLOAK;
      const http = ['--http-host=127.0.0.1', `--http-port=${port}`, `${major < 25 ? '--hostname-url' : '--hostname'}=${origin}`];
      const management = major < 25 ? [] : ['--http-management-host=127.0.0.1', `--http-management-port=${await ownPort()}`];
      const [name, password] =
        major < 26 ? ['KEYCLOAK_ADMIN', 'KEYCLOAK_ADMIN_PASSWORD'] : ['KC_BOOTSTRAP_ADMIN_USERNAME', 'KC_BOOTSTRAP_ADMIN_PASSWORD'];
      const variables = { [name]: ADMIN.name, [password]: ADMIN.password, JAVA_OPTS_KC_HEAP: '-Xms128m -Xmx768m' };
      return startProcess(join(home, 'bin', 'kc.sh'), ['start-dev', '--db=dev-mem', ...http, ...management], {
        env: { ...process.env, JAVA_HOME: findJava(), ...variables },
      });
    },
    readyAt: '/realms/master/.well-known/openid-configuration',
    prepare: async (direct, origin) => {
      await prepareRealm(direct);
      return { name: 'keycloak', origin, issuer: `${origin}/realms/${REALM}`, clientId: CLIENT_ID };
    },
  });
}

async function prepareRealm(direct: string): Promise<void> {
  const rotating = { revokeRefreshToken: true, refreshTokenMaxReuse: 0 };
  await askAdmin(direct, 'POST', '', { realm: REALM, enabled: true, accessTokenLifespan: 60, ...rotating });
  await Promise.all(['anna', 'bert'].map((name) => addPerson(direct, name)));
  await askAdmin(direct, 'POST', `/${REALM}/clients`, {
    clientId: CLIENT_ID,
    enabled: true,
    protocol: 'openid-connect',
    publicClient: true,
    standardFlowEnabled: true,
    consentRequired: true,
    redirectUris: ['http://127.0.0.1/*'],
    attributes: { 'pkce.code.challenge.method': 'S256', 'oauth2.device.authorization.grant.enabled': 'true' },
  });
  await askAdmin(direct, 'PUT', `/${REALM}/events/config`, {
    eventsEnabled: true,
    enabledEventTypes: ['LOGIN', 'REVOKE_GRANT', 'REFRESH_TOKEN', 'REFRESH_TOKEN_ERROR'],
  });
}

/** Without a name and an address its page asks for them. */
async function addPerson(direct: string, username: string): Promise<void> {
  const names = { username, email: `${username}@example.org`, emailVerified: true, firstName: username, lastName: 'Example' };
  const credentials = [{ type: 'password', value: `${username}-password`, temporary: false }];
  await askAdmin(direct, 'POST', `/${REALM}/users`, { ...names, enabled: true, credentials });
}
