import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/edges.ts';
import { realClock } from '../support/clocks.ts';
import { textError } from '../support/failure.ts';
import { secret } from '../support/flowkiwi.ts';
import { type InProcessOptions, inProcess } from '../support/in-process.ts';
import { asObject, call, type Json } from '../support/servers/sandbox-in-memory.ts';
import { zitadelHome } from '../support/servers/zitadel.ts';
import { startZitadel, textAt, type Zitadel } from '../support/servers/zitadel-in-memory.ts';
import { visit } from '../support/user-agent.ts';

const GRANT = 'OIDC_GRANT_TYPE_';
const CODE_AND_DEVICE = [`${GRANT}AUTHORIZATION_CODE`, `${GRANT}DEVICE_CODE`];
const TENANT = 'tenant4.example:18480';

/** Waits no longer between two polls of a device than it has to; the limits of connections are what they are. */
const hasty: Clock = { ...realClock, sleep: (milliseconds, signal) => realClock.sleep(milliseconds > 10_000 ? milliseconds : 0, signal) };

describe.each(['4.0', '2.70'])('an app of ZITADEL %s', (version) => {
  let zitadel: Zitadel;
  let url: string;

  beforeAll(async () => {
    zitadel = await startZitadel(`zitadel=${version}`);
    url = `http://localhost:${new URL(zitadel.sandbox.url).port}`;
  });

  afterAll(() => zitadel.sandbox.close());

  interface As {
    readonly token?: string;
    readonly headers?: Record<string, string>;
  }

  /** Makes an app, and answers its client id. */
  async function app(grantTypes: readonly string[], { token = zitadel.owner, headers = {} }: As = {}): Promise<string> {
    const post = async (path: string, body: object) => (await call(url, 'POST', path, { token, headers, body })).json;
    const project = textAt(
      await post('/management/v1/projects', { name: `project ${grantTypes.length} ${headers['x-zitadel-instance-host']}` }),
      'id',
    );
    const native = { appType: 'OIDC_APP_TYPE_NATIVE', authMethodType: 'OIDC_AUTH_METHOD_TYPE_NONE' };
    const redirects = { redirectUris: ['http://127.0.0.1/callback'], responseTypes: ['OIDC_RESPONSE_TYPE_CODE'] };
    return textAt(
      await post(`/management/v1/projects/${project}/apps/oidc`, { name: 'flowkiwi', grantTypes, ...native, ...redirects }),
      'clientId',
    );
  }

  function homeAt(profile: Json): string {
    return zitadelHome(String(profile['url']), { systemUser: false, profile });
  }

  const credentialsOf = (home: string) => join(home, '.config', 'flowkiwi', 'credentials.json');

  /** What is stored of the profile, its tokens registered as secrets. */
  function stored(home: string): Json {
    const file = asObject(JSON.parse(readFileSync(credentialsOf(home), 'utf8')));
    const entry = asObject(asObject(file['credentials'])['tenants']);
    for (const name of ['access_token', 'refresh_token', 'id_token']) if (typeof entry[name] === 'string') secret(entry[name]);
    return entry;
  }

  function change(home: string, properties: Json): void {
    const entry = { ...stored(home), ...properties };
    writeFileSync(credentialsOf(home), JSON.stringify({ version: 1, credentials: { tenants: entry } }), { mode: 0o600 });
  }

  const status = async (home: string) => asObject(JSON.parse((await inProcess(['auth', 'status', '--json'], { home })).stdout));

  test('with the refresh grant gives sessions that renew themselves', async () => {
    const home = homeAt({ url, client_id: await app([...CODE_AND_DEVICE, `${GRANT}REFRESH_TOKEN`]) });
    const run = await inProcess(['login', '--browser'], { home });
    expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining('as jane@acme.example') });
    const before = stored(home)['access_token'];
    change(home, { expires_at: '2020-01-01T00:00:00.000Z' });
    expect((await inProcess(['org', 'list', '-q'], { home })).status).toBe(0);
    expect(stored(home)['access_token']).not.toBe(before);
    expect(await status(home)).toMatchObject({ refreshable: true, refresh_refused: null });
    expect((await inProcess(['logout'], { home })).status).toBe(0);
    expect((await zitadel.send('GET', '/auth/v1/users/me', { token: String(before) })).status).toBe(401);
  });

  test('without it gives sessions that end, which is said with the setting from the sign-in on', async () => {
    const clientId = await app(CODE_AND_DEVICE);
    const setting = `turn on the grant type Refresh Token of the app ${clientId} at ZITADEL`;
    const home = homeAt({ url, client_id: clientId });
    const run = await inProcess(['login', '--browser'], { home });
    expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining(setting) });
    stored(home);
    expect(await status(home)).toMatchObject({ signed_in: true, refreshable: false, refresh_refused: 'unauthorized_client' });
    expect((await inProcess(['org', 'list', '-q'], { home })).status).toBe(0);
    change(home, { expires_at: '2020-01-01T00:00:00.000Z' });
    const late = await inProcess(['org', 'list'], { home });
    expect([late.status, textError(late).hint]).toEqual([4, expect.stringContaining(setting)]);
    expect((await inProcess(['auth', 'status', '--fields', 'refreshable'], { home })).stdout).toContain('no (unauthorized_client)');
  });

  describe('at an instance that this machine knows by no name', () => {
    let clientId: string;
    let key: string;
    let pat: As;

    beforeAll(async () => {
      const machine = { userName: 'owner', name: 'Owner', personalAccessToken: {}, machineKey: { type: 'KEY_TYPE_JSON' } };
      const made = await zitadel.system('POST', '/instances/_create', { instanceName: 'Tenant', customDomain: 'tenant4.example', machine });
      key = Buffer.from(textAt(made.json, 'machineKey'), 'base64').toString();
      pat = { token: textAt(made.json, 'pat'), headers: { 'x-zitadel-instance-host': TENANT } };
      clientId = await app([...CODE_AND_DEVICE, `${GRANT}REFRESH_TOKEN`], pat);
      const names = { firstName: 'Jo', lastName: 'Doe' };
      const person = { userName: 'jo', profile: names, email: { email: 'jo@tenant4.example', isEmailVerified: true } };
      await call(url, 'POST', '/management/v1/users/human/_import', { ...pat, body: person });
    });

    const instance = () => ({ origin: `http://${TENANT}`, at: zitadel.sandbox.url });
    const openUrl = async (page: string) => {
      void visit(page, { instance: instance() }).catch(() => undefined);
      return true;
    };

    test.each<[way: string, issuer: object, args: readonly string[], options: () => InProcessOptions]>([
      ['a key', {}, ['--key-file'], () => ({})],
      ['a key, the issuer being named', { issuer: `http://${TENANT}` }, ['--key-file'], () => ({})],
      ['a browser', {}, ['--browser'], () => ({ edges: { openUrl } })],
      ['a code', {}, ['--device'], () => ({ edges: { clock: hasty } })],
    ])('plain http by way of loopback will do for a sign-in with %s', async (_, issuer, args, options) => {
      const home = homeAt({ url: zitadel.sandbox.url, instance_host: TENANT, client_id: clientId, ...issuer });
      const file = join(home, 'key.json');
      writeFileSync(file, key, { mode: 0o600 });
      const run = await inProcess(['login', ...args, ...(args.includes('--key-file') ? [file] : [])], { home, ...options() });
      expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining('Signed in') });
      expect(stored(home)['issuer']).toBe(`http://${TENANT}`);
      expect((await inProcess(['auth', 'status', '--json'], { home })).status).toBe(0);
    });

    test('it will not do where the connection goes elsewhere', async () => {
      const home = homeAt({ url: 'https://elsewhere.example', instance_host: TENANT });
      const run = await inProcess(['login', '--browser', '--issuer', `http://${TENANT}`], { home });
      expect([run.status, textError(run).message]).toEqual([2, expect.stringContaining('without encryption')]);
    });
  });
});
