import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { inProcess } from '../support/in-process.ts';
import { startSandbox } from '../support/servers/sandbox.ts';
import { asObject, call } from '../support/servers/sandbox-in-memory.ts';
import { startZitadel, type Zitadel, zitadelHome } from '../support/servers/zitadel.ts';

// The app that people sign in through at a ZITADEL: created by who may, and stored in the profile.
let zitadel: Zitadel;
let token: string;

beforeAll(async () => {
  zitadel = await startZitadel();
  token = await zitadel.sandbox.token();
});

afterAll(() => zitadel.sandbox.stop());

const send = async (method: string, path: string, body?: unknown) => (await call(zitadel.sandbox.url, method, path, { token, body })).json;

/** A new organization of its own, so that no test finds the project of another one. */
async function newOrganization(name: string): Promise<string> {
  return String((await send('POST', '/management/v1/orgs', { name }))['id']);
}

/** Creates the app in an organization, as a home folder where nobody is signed in. */
function create(home: string, ...args: readonly string[]) {
  return zitadel.quick(['auth', 'app', 'create', ...args], { home, env: { FLOWKIWI_TOKEN: '' }, stdin: token });
}

async function clientIdIn(home: string): Promise<unknown> {
  return JSON.parse((await zitadel.quick(['profile', 'show', '--json'], { home })).stdout).client_id;
}

describe.each(['4.0', '2.70'])('auth app create at ZITADEL %s', (version) => {
  beforeAll(() => zitadel.switches(`zitadel=${version}`));

  test('creates a project and a native app, and the next one takes them', async () => {
    const [org, home] = [await newOrganization(`apps of ${version}`), zitadel.home()];
    const run = await zitadel.run(['auth', 'app', 'create', '--with-token', '--org', org, '--json'], {
      home,
      env: { FLOWKIWI_TOKEN: '' },
      stdin: token,
    });
    const app = JSON.parse(run.stdout);
    expect(app).toEqual({ client_id: expect.any(String), app_id: expect.any(String), project_id: expect.any(String), created: true });
    expect(await clientIdIn(home)).toBe(app.client_id);
    const other = zitadel.home();
    const again = await create(other, '--with-token', '--org', `apps of ${version}`);
    expect(again.stdout).toBe(`${app.client_id}\t${app.app_id}\t${app.project_id}\tno\n`);
    expect(again.stderr).toBe(
      `Found app flowkiwi (client id ${app.client_id}), which profile tenants signs in through now\nnext: flowkiwi login\n`,
    );
    expect(await clientIdIn(other)).toBe(app.client_id);
    expect((await create(other, '--with-token', '--org', org, '-q')).stdout).toBe(`${app.client_id}\n`);
  });

  test('says what an app that is there lacks, and takes it all the same', async () => {
    const org = await newOrganization(`bare apps of ${version}`);
    const within = { token, headers: { 'x-zitadel-orgid': org } };
    const post = async (path: string, body: object) =>
      (await call(zitadel.sandbox.url, 'POST', `/management/v1/projects${path}`, { ...within, body })).json;
    const { id } = await post('', { name: 'flowkiwi' });
    const { clientId } = await post(`/${id}/apps/oidc`, { name: 'flowkiwi', appType: 'OIDC_APP_TYPE_NATIVE' });
    const run = await create(zitadel.home(), '--with-token', '--org', org, '-q');
    expect(run.stdout).toBe(`${clientId}\n`);
    expect(run.stderr).toMatch(
      /^warning: the app flowkiwi that is there lacks the authentication method None, .*the grant Device Code, the redirect URI/,
    );
  });

  test('one that nobody can sign in through is a conflict', async () => {
    const org = await newOrganization(`API apps of ${version}`);
    const within = { token, headers: { 'x-zitadel-orgid': org } };
    const post = async (path: string, body: object) =>
      (await call(zitadel.sandbox.url, 'POST', `/management/v1/projects${path}`, { ...within, body })).json;
    const { id } = await post('', { name: 'flowkiwi' });
    await post(`/${id}/apps/api`, { name: 'flowkiwi' });
    const run = await create(zitadel.home(), '--with-token', '--org', org);
    expect(run.status).toBe(5);
    expect(textError(run).message).toMatch(/^the app flowkiwi \(\d+\) is there, and it is not one that people sign in through$/);
  });
});

test('a key creates it as well, and nothing of the key is stored', async () => {
  const { userId } = await send('POST', '/management/v1/users/machine', { userName: 'app-robot', name: 'Robot' });
  await send('POST', '/admin/v1/members', { userId, roles: ['IAM_OWNER'] });
  const { keyDetails } = await send('POST', `/management/v1/users/${userId}/keys`, { type: 'KEY_TYPE_JSON' });
  const home = zitadelHome(`http://localhost:${new URL(zitadel.sandbox.url).port}`, { systemUser: false });
  const file = join(home, 'robot.json');
  writeFileSync(file, Buffer.from(String(keyDetails), 'base64'), { mode: 0o600 });
  const run = await create(home, '--key-file', file, '--json');
  expect(asObject(JSON.parse(run.stdout))['created']).toBe(true);
  expect((await create(home)).status).toBe(4);
});

test('people sign in through it, in the browser and with a code', async () => {
  const approving = await startSandbox(['--memory', '--auto-approve']);
  try {
    const home = zitadelHome(`http://localhost:${new URL(approving.url).port}`, { systemUser: false });
    const run = (line: string, stdin = '') => inProcess(line.split(' '), { home, stdin });
    expect((await run('auth app create --with-token', await approving.token())).status).toBe(0);
    for (const flow of ['--device', '--browser']) {
      expect([flow, (await run(`login ${flow}`)).status]).toEqual([flow, 0]);
      const { user, refreshable } = JSON.parse((await run('auth status --check --json')).stdout);
      expect([user.email, refreshable]).toEqual(['jane@acme.example', true]);
    }
  } finally {
    await approving.stop();
  }
});

test.each<[what: string, args: readonly string[], status: number, message: RegExp]>([
  ['nobody who could', [], 4, /^nobody is signed in who could create the app$/],
  ['two who could', ['--with-token', '--key-file', 'robot.json'], 2, /exclude each other/],
])('%s', async (_, args, status, message) => {
  const run = await create(zitadel.home(), ...args);
  expect(run.status).toBe(status);
  expect(textError(run).message).toMatch(message);
});

/** A token of somebody who may not create projects. */
async function weakToken(): Promise<string> {
  await zitadel.sandbox.control('zitadel/members', { email: 'kim@acme.example', roles: ['ORG_USER_MANAGER'] });
  return zitadel.sandbox.token('kim@acme.example');
}

test('somebody who may not is told so', async () => {
  const run = await zitadel.quick(['auth', 'app', 'create'], { env: { FLOWKIWI_TOKEN: await weakToken() } });
  expect(run.status).toBe(7);
});
