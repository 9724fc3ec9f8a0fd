import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonError, textError } from '../support/failure.ts';
import { flowkiwi, newHome, secret } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { startZitadel, type Zitadel, zitadelHome } from '../support/servers/zitadel.ts';

const AUDIENCE_SCOPE = 'urn:zitadel:iam:org:project:id:zitadel:aud';
const ADD = ['profile', 'add', 'tenants', '--url', 'https://zitadel.example/'];

describe.concurrent('a profile of ZITADEL', () => {
  test('is stored with all of its settings, and shown', async () => {
    const home = newHome();
    const settings = ['--client-id', '123@cli', '--instance-host', 'acme.localhost:8080', '--system-audience', 'https://system.example/'];
    const system = ['--system-user', 'provisioning', '--system-key', join(home, 'key.pem')];
    const added = await flowkiwi([...ADD, '--provider', 'zitadel', ...settings, ...system], { home });
    const report = {
      name: 'tenants',
      provider: 'zitadel',
      url: 'https://zitadel.example',
      issuer: 'https://acme.localhost:8080',
      client_id: '123@cli',
      scopes: ['openid', 'profile', 'email', 'offline_access', AUDIENCE_SCOPE],
      instance_host: 'acme.localhost:8080',
      system_user: { name: 'provisioning', key: join(home, 'key.pem'), audience: 'https://system.example' },
    };
    expect(added.status).toBe(0);
    expect(added.stderr).toContain(`--system-key: ${join(home, 'key.pem')} is not there yet`);
    const shown = await flowkiwi(['profile', 'show', 'tenants', '--json'], { home });
    expect(JSON.parse(shown.stdout)).toMatchObject({ ...report, sources: { provider: 'config.json', issuer: 'the instance host' } });
    const stored: unknown = JSON.parse(readFileSync(join(home, '.config', 'flowkiwi', 'config.json'), 'utf8'));
    expect(stored).toMatchObject({
      profiles: {
        tenants: {
          provider: 'zitadel',
          client_id: '123@cli',
          instance_host: 'acme.localhost:8080',
          system_user: 'provisioning',
          system_key: join(home, 'key.pem'),
          system_audience: 'https://system.example',
        },
      },
    });
  });

  test('its settings are changed one by one', async () => {
    const home = newHome();
    const set = async (...settings: readonly string[]) => {
      const run = await inProcess(['profile', 'set', 'tenants', ...settings, '--json'], { home });
      return run.status === 0 ? JSON.parse(run.stdout) : jsonError(run)['message'];
    };
    await inProcess([...ADD], { home });
    expect(await set('--instance-host', 'acme.localhost:8080')).toBe('--instance-host is for ZITADEL');
    const provider = ['--provider', 'zitadel', '--url', 'https://two.example', '--issuer', 'https://id.example'];
    expect(await set(...provider, '--instance-host', 'acme.localhost:8080')).toMatchObject({
      ...{ provider: 'zitadel', url: 'https://two.example', issuer: 'https://id.example', instance_host: 'acme.localhost:8080' },
      system_user: null,
    });
    expect(await set('--system-user', 'one')).toMatch(/^--system-user and --system-key need each other/);
    await set('--system-user', 'one', '--system-key', '/keys/one.pem');
    expect(await set('--system-user', 'two', '--system-audience', 'https://system.example')).toMatchObject({
      url: 'https://two.example',
      system_user: { name: 'two', key: '/keys/one.pem', audience: 'https://system.example' },
    });
  });

  test('asks for the scopes that ZITADEL needs also when other scopes are given', async () => {
    const run = await flowkiwi([...ADD, '--provider', 'zitadel', '--scope', 'foo', '--json']);
    expect(JSON.parse(run.stdout)).toMatchObject({ scopes: ['openid', 'foo', 'offline_access', AUDIENCE_SCOPE] });
  });

  test('is built in for the sandbox', async () => {
    const { stdout } = await flowkiwi(['profile', 'show', 'sandbox-zitadel', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      provider: 'zitadel',
      url: 'http://127.0.0.1:8787',
      client_id: 'flowkiwi-cli',
      system_user: { name: 'sandbox' },
    });
  });

  test.each<[what: string, args: readonly string[], message: RegExp]>([
    [
      'ZITADEL’s settings for Flowkiwi',
      ['--instance-host', 'x', '--system-user', 'x'],
      /^--instance-host and --system-user are for ZITADEL$/,
    ],
    ['a system user without a key', ['--provider', 'zitadel', '--system-user', 'x'], /need each other/],
    ['a key without a system user', ['--provider', 'zitadel', '--system-key', 'x'], /need each other/],
    ['an audience without both', ['--provider', 'zitadel', '--system-audience', 'https://x.example'], /need each other/],
    ['a system user in capitals', ['--provider', 'zitadel', '--system-user', 'Jane', '--system-key', 'x'], /lower case/],
    ['a URL with a query', ['--provider', 'zitadel', '--url', 'https://zitadel.example/ui?x=1'], /^--url has a query or a fragment/],
    ['a key that is none', ['--provider', 'zitadel', '--system-user', 'x', '--system-key', import.meta.filename], /is not a private key$/],
    ['a host with a path', ['--provider', 'zitadel', '--instance-host', 'x/y'], /takes a host/],
    [
      'an audience that is not a URL',
      ['--provider', 'zitadel', '--system-user', 'x', '--system-key', 'x', '--system-audience', 'x'],
      /--system-audience has no usable URL/,
    ],
  ])('refuses %s', async (_, args, message) => {
    const run = await inProcess([...ADD, ...args, '--json']);
    expect({ status: run.status, message: jsonError(run)['message'] }).toEqual({ status: 2, message: expect.stringMatching(message) });
  });
});

describe.concurrent('what is for the other provider is said to be so, before anything is asked or sent', () => {
  test.each<[args: readonly string[], what: string]>([
    [['instance', 'transfer', 'x', '--to', 'y'], 'this command'],
    [['instance', 'create', 'X', '--handle', 'x'], '--handle'],
    [['instance', 'list', '--name', 'x'], '--name'],
    [['instance', 'list', '--handle', 'x'], '--handle'],
  ])('at ZITADEL: %j', async (args, what) => {
    const run = await inProcess(args, { home: zitadelHome('http://127.0.0.1:9'), env: { FLOWKIWI_TOKEN: 'x' } });
    expect({ status: run.status, message: textError(run).message }).toEqual({
      status: 2,
      message: `${what} works only with Flowkiwi; profile "tenants" connects to ZITADEL`,
    });
  });

  test.each<[args: readonly string[], what: string]>([
    [['org', 'setup', 'X'], 'this command'],
    [['instance', 'delete', 'x'], 'this command'],
    [['org', 'create', 'X', '--org-id', 'x'], '--org-id'],
    [['instance', 'create', 'X', '--no-wait'], '--no-wait'],
    [['instance', 'create', 'X', '--machine', 'x'], '--machine'],
  ])('at Flowkiwi: %j', async (args, what) => {
    const run = await flowkiwi(args, { env: { FLOWKIWI_URL: 'http://127.0.0.1:9', FLOWKIWI_TOKEN: 'x' } });
    expect({ status: run.status, message: textError(run).message }).toEqual({
      status: 2,
      message: `${what} works only with ZITADEL; profile "default" connects to Flowkiwi`,
    });
  });
});

describe.concurrent('--org where ZITADEL has no use for it', () => {
  test.each([
    [['instance', 'list', '--org', '1']],
    [['instance', 'get', '--org', '1']],
    [['instance', 'create', 'X', '--org', '1']],
    [['org', 'list', '--org', '1']],
    [['org', 'setup', 'X', '--org', '1']],
    [['api', '/system/v1/instances/1', '--org', '1']],
  ])('%j', async (args) => {
    const run = await flowkiwi(args, { home: zitadelHome('http://127.0.0.1:9'), env: { FLOWKIWI_TOKEN: 'x' } });
    expect({ status: run.status, message: textError(run).message }).toEqual({
      status: 2,
      message: expect.stringMatching(/^--org means nothing to /),
    });
  });
});

describe('signed in', () => {
  let zitadel: Zitadel;

  beforeAll(async () => {
    zitadel = await startZitadel();
  });

  afterAll(() => zitadel?.sandbox.stop());

  test('with a token that is tried out first', async () => {
    const home = zitadel.home();
    const token = secret(await zitadel.sandbox.token());
    const login = await flowkiwi(['login', '--with-token', '--json'], { home, stdin: token });
    expect(JSON.parse(login.stdout)).toMatchObject({ profile: 'tenants', provider: 'zitadel', signed_in: true });
    expect((await flowkiwi(['auth', 'status', '--check'], { home })).status).toBe(0);
    expect((await flowkiwi(['org', 'get', '--json'], { home })).status).toBe(0);
  });

  test('an organization of the environment is none that one asks for where it means nothing', async () => {
    expect((await zitadel.run(['org', 'list', '-q'], { env: { FLOWKIWI_ORG: '1' } })).status).toBe(0);
  });

  test('by the environment alone', async () => {
    const env = { FLOWKIWI_URL: zitadel.sandbox.url, FLOWKIWI_PROVIDER: 'zitadel', FLOWKIWI_TOKEN: await zitadel.sandbox.token() };
    expect(JSON.parse((await flowkiwi(['org', 'get', '--json'], { env })).stdout)).toMatchObject({ name: 'Sandbox' });
  });
});
