import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome, secret } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { homeWith, jobToken, type Machine, newMachine } from '../support/machines.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { startScriptedServer } from '../support/servers/scripted-server.ts';

let sandbox: RunningSandbox;
let machine: Machine;
/** A folder with the key file `key`, and the PEM key `pem`. */
let home: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  machine = await newMachine(sandbox);
  home = homeWith({ key: machine.keyFile, pem: machine.pem });
});

afterAll(() => sandbox.stop());

type Variables = Readonly<Record<string, string>>;

const SECRET = (): Variables => ({ FLOWKIWI_CLIENT_ID: machine.clientId, FLOWKIWI_CLIENT_SECRET: machine.clientSecret });
const KEY = (): Variables => ({ FLOWKIWI_KEY_FILE: join(home, 'key') });
const JOB = (): Variables => ({ FLOWKIWI_OIDC: '1', ...machine.job });

describe.each<[name: string, variables: () => Variables, method: string, source: string, why: string]>([
  ['a client secret', SECRET, 'client_credentials', 'FLOWKIWI_CLIENT_SECRET', 'FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET are set'],
  ['a key file', KEY, 'service_account_key', 'FLOWKIWI_KEY_FILE', 'FLOWKIWI_KEY_FILE is set'],
  ['a CI job', JOB, 'workload_identity', 'FLOWKIWI_OIDC', 'FLOWKIWI_OIDC is set'],
])('%s', (_name, variables, method, source, why) => {
  test('signs commands in without login, writes nothing, and shows no secret', async () => {
    const own = newHome();
    const env = { FLOWKIWI_URL: sandbox.url, ...variables() };
    const { status, stdout, stderr } = await flowkiwi(['auth', 'status', '--check', '--json', '--debug'], { home: own, env });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ signed_in: true, method, source, refreshable: true, why: { credential: why } });
    expect(stderr).toMatch(/^> POST \S+\/oauth\/token$/m);
    expect(stderr).not.toContain('eyJ');
    const token = await inProcess(['auth', 'token'], { home: own, env });
    expect(token).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[\w-]{43}\n$/), stderr: '' });
    expect(readdirSync(own)).toEqual([]);
  });

  test('works where nothing can be written, at ZITADEL too', async () => {
    const env = { ...variables(), FLOWKIWI_URL: sandbox.url, FLOWKIWI_CONFIG_DIR: join(home, 'key', 'a file is no folder') };
    const created = await inProcess(['org', 'create', 'Acme Corp', '--no-use', '-q'], { env });
    expect(created).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[\w-]{36}\n$/) });
    const atZitadel = await inProcess(['org', 'list', '--json'], { env: { ...env, FLOWKIWI_PROVIDER: 'zitadel' } });
    expect({ status: atZitadel.status, stderr: atZitadel.stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('goes before what is stored, and after FLOWKIWI_TOKEN', async () => {
    const own = newHome();
    const env = { FLOWKIWI_URL: sandbox.url };
    const person = await sandbox.token();
    expect(await inProcess(['login', '--with-token'], { home: own, env, stdin: person })).toMatchObject({ status: 0 });
    const tokenOf = async (more: Variables) => (await inProcess(['auth', 'token'], { home: own, env: { ...env, ...more } })).stdout.trim();
    expect(await tokenOf({})).toBe(person);
    expect(await tokenOf(variables())).not.toBe(person);
    expect(await tokenOf({ ...variables(), FLOWKIWI_TOKEN: person })).toBe(person);
  });

  test('is still there after login and logout, which say so', async () => {
    const own = newHome();
    const env = { FLOWKIWI_URL: sandbox.url, ...variables() };
    const login = await inProcess(['login', '--with-token'], { home: own, env, stdin: await sandbox.token() });
    expect(login.stderr).toContain(`warning: ${why}: commands use what is there, not this sign-in, until that is unset\n`);
    const logout = await inProcess(['logout'], { home: own, env });
    expect(logout.stderr).toContain(`warning: ${why.replace(/set$/, 'still set')}: commands go on using what is there\n`);
  });
});

test.each<[what: string, env: () => Variables, status: number, message: string, hint: string]>([
  [
    'two identities',
    () => ({ ...SECRET(), ...KEY() }),
    2,
    'FLOWKIWI_CLIENT_SECRET and FLOWKIWI_KEY_FILE exclude each other: each of them says who signs in',
    'unset all of them but one',
  ],
  [
    'a client id alone is none',
    () => ({ FLOWKIWI_CLIENT_ID: machine.clientId }),
    4,
    'not signed in (profile default)',
    'set FLOWKIWI_TOKEN, or sign in: flowkiwi login',
  ],
  [
    'nor is a secret alone',
    () => ({ FLOWKIWI_CLIENT_SECRET: machine.clientSecret }),
    4,
    'not signed in (profile default)',
    'FLOWKIWI_CLIENT_SECRET signs in together with FLOWKIWI_CLIENT_ID, which is not set: flowkiwi login',
  ],
  [
    'a secret that the CI does not have',
    () => ({ ...SECRET(), FLOWKIWI_CLIENT_SECRET: '' }),
    4,
    'not signed in (profile default)',
    'FLOWKIWI_CLIENT_SECRET is set, and empty, as a secret is that the CI does not have: flowkiwi login',
  ],
  [
    'an empty name of a file',
    () => ({ FLOWKIWI_KEY_FILE: ' ' }),
    4,
    'not signed in (profile default)',
    'FLOWKIWI_KEY_FILE is set, and empty, as a secret is that the CI does not have: flowkiwi login',
  ],
  [
    'FLOWKIWI_OIDC=0',
    () => ({ ...JOB(), FLOWKIWI_OIDC: '0' }),
    4,
    'not signed in (profile default)',
    'set FLOWKIWI_TOKEN, or sign in: flowkiwi login',
  ],
  [
    'no job of a CI',
    () => ({ FLOWKIWI_OIDC: 'true' }),
    2,
    'there is no token of a CI: neither --oidc-token-file nor FLOWKIWI_ID_TOKEN',
    'let the CI put its token for the job into FLOWKIWI_ID_TOKEN, or into a file; GitHub Actions needs the permission id-token: write',
  ],
  [
    'the key in place of its file',
    () => ({ FLOWKIWI_KEY_FILE: machine.pem.trim() }),
    2,
    'FLOWKIWI_KEY_FILE takes the name of a file, not what is in it',
    'put the key into a file, and give the name of that',
  ],
  [
    'standard input',
    () => ({ FLOWKIWI_KEY_FILE: '-' }),
    2,
    'FLOWKIWI_KEY_FILE takes the name of a file, not -',
    'put the key into a file, and give the name of that',
  ],
  [
    'a key file that is not there',
    () => ({ FLOWKIWI_KEY_FILE: '/nonexistent/key' }),
    2,
    'FLOWKIWI_KEY_FILE: /nonexistent/key cannot be read (ENOENT)',
    'give a file that this user can read',
  ],
  [
    'a PEM key of nobody',
    () => ({ FLOWKIWI_KEY_FILE: join(home, 'pem') }),
    2,
    'FLOWKIWI_CLIENT_ID is missing: the id of the service account that the key in FLOWKIWI_KEY_FILE is of',
    'set it; the JSON key file of ZITADEL says it by itself',
  ],
  [
    'a wrong secret',
    () => ({ ...SECRET(), FLOWKIWI_CLIENT_SECRET: secret('not-the-secret-at-all') }),
    4,
    'the sign-in server refused the secret of the client CLIENT from FLOWKIWI_CLIENT_SECRET: client authentication failed (invalid_client)',
    'check FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET',
  ],
])('%s', async (_what, env, status, message, hint) => {
  const run = await inProcess(['org', 'get', '1'], { env: { FLOWKIWI_URL: sandbox.url, ...env() } });
  expect({ status: run.status, ...textError(run) }).toEqual({ status, message: message.replace('CLIENT ', `${machine.clientId} `), hint });
});

test('auth status says of an identity that cannot be used what is wrong with it', async () => {
  const run = await inProcess(['whoami', '--json'], { env: { FLOWKIWI_KEY_FILE: '/nonexistent/key' } });
  expect(run.status).toBe(2);
  expect(JSON.parse(run.stdout)).toMatchObject({ signed_in: false, source: 'FLOWKIWI_KEY_FILE', path: '/nonexistent/key' });
});

/** An API that accepts these tokens, and a sign-in server that issues `token-1`, `token-2` and so on. */
async function startIssuer(isAccepted: (token: string) => boolean) {
  const server = await startScriptedServer(({ path, headers: { authorization = '' } }, count) => {
    if (path === '/token')
      return { status: 200, json: { access_token: secret(`an-access-token-${count + 1}`), token_type: 'Bearer', expires_in: 300 } };
    if (path === '/.well-known/openid-configuration')
      return { status: 200, json: { issuer: server.url, token_endpoint: `${server.url}/token` } };
    if (!path.startsWith('/api/')) return { status: 404 };
    if (!isAccepted(authorization.replace('Bearer ', ''))) return { status: 401, json: { status: 401, detail: 'Invalid JWT Token' } };
    return {
      status: 200,
      json: { '@id': '/api/organizations/1', '@type': 'Organization', id: '1', name: 'Acme', owners: [], members: [] },
    };
  });
  onTestFinished(() => server.close());
  const count = (line: string) => server.log.filter((logged) => logged === line).length;
  const env = { FLOWKIWI_URL: server.url, FLOWKIWI_CLIENT_ID: 'onboarding', FLOWKIWI_CLIENT_SECRET: secret('secret-of-the-client') };
  const run = () => inProcess(['org', 'get', '1', '-q'], { env });
  return { run, tokens: () => count('POST /token'), requests: () => count('GET /api/organizations/1') };
}

test('a token that the API refuses is replaced by a new one', async () => {
  const { run, tokens, requests } = await startIssuer((token) => token === 'an-access-token-2');
  expect(await run()).toEqual({ status: 0, stdout: '1\n', stderr: '' });
  expect([tokens(), requests()]).toEqual([2, 2]);
});

test('once: when that one is refused too, the error names the identity', async () => {
  const { run, tokens, requests } = await startIssuer(() => false);
  const refused = await run();
  expect(refused.status).toBe(4);
  expect(textError(refused)).toEqual({
    message: 'cannot read organization 1: the token of the client in FLOWKIWI_CLIENT_ID was not accepted: Invalid JWT Token',
    hint: 'check that the API knows the client in FLOWKIWI_CLIENT_ID, or unset FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET to use the stored credential',
  });
  expect([tokens(), requests()]).toEqual([2, 2]);
});

describe('at a sign-in server of another origin that takes JWT bearers alone', () => {
  /** What takes the token of a job by that grant, and refuses the client in every other. */
  async function startBearerServer() {
    const server = await startScriptedServer(({ path, body }) => {
      if (path === '/token') {
        const isBearer = new URLSearchParams(body).get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer';
        return isBearer
          ? { status: 200, json: { access_token: secret('an-access-token-of-a-job'), expires_in: 300 } }
          : { status: 401, json: { error: 'invalid_client', error_description: 'no such client' } };
      }
      if (!path.startsWith('/.well-known/openid-')) return { status: 404 };
      return { status: 200, json: { issuer: server.url, token_endpoint: `${server.url}/token` } };
    });
    onTestFinished(() => server.close());
    const requests = () => server.log.filter((line) => line === 'POST /token').length;
    const env = {
      FLOWKIWI_URL: sandbox.url,
      FLOWKIWI_ISSUER: server.url,
      FLOWKIWI_OIDC: '1',
      FLOWKIWI_ID_TOKEN: await jobToken(machine, server.url),
    };
    const lastBody = () => new URLSearchParams(server.asked.at(-1)?.body);
    return { env, requests, lastBody, url: server.url };
  }

  test('the grant that was accepted is stored with the profile, and is the first the next time', async () => {
    const { env, requests } = await startBearerServer();
    const own = newHome();
    expect(await inProcess(['auth', 'token'], { home: own, env })).toMatchObject({ status: 0, stderr: '' });
    expect(requests()).toBe(2);
    expect(readFileSync(join(own, '.config', 'flowkiwi', 'config.json'), 'utf8')).toContain('"oidc_grant": "jwt-bearer"');
    expect(await inProcess(['auth', 'token'], { home: own, env })).toMatchObject({ status: 0, stderr: '' });
    expect(requests()).toBe(3);
  });

  test('so is the one that login is told; what is refused is in the error', async () => {
    const { env, requests } = await startBearerServer();
    const own = newHome();
    const { FLOWKIWI_OIDC: _, ...job } = env;
    const refused = await inProcess(['login', '--oidc', '--oidc-grant', 'token-exchange'], { home: own, env: job });
    expect([refused.status, requests()]).toEqual([4, 1]);
    expect(textError(refused).message).toMatch(
      /^the sign-in server refused the CI token in FLOWKIWI_ID_TOKEN .*: no such client \(invalid_client\)$/,
    );
    const chosen = ['login', '--oidc', '--oidc-grant', 'jwt-bearer', '--oidc-param', 'connector_id=github'];
    expect(await inProcess(chosen, { home: own, env: job })).toMatchObject({ status: 0 });
    expect(requests()).toBe(2);
    expect(await inProcess(['auth', 'token'], { home: own, env })).toMatchObject({ status: 0 });
    expect(requests()).toBe(3);
  });

  test('a parameter that the profile has is sent, by login and by an identity in the environment, until it is unset', async () => {
    const { env, lastBody } = await startBearerServer();
    const own = newHome();
    const run = (...args: readonly string[]) =>
      inProcess(args, { home: own, env: args[0] === 'login' ? { ...env, FLOWKIWI_OIDC: '' } : env });
    await run('profile', 'set', 'default', '--oidc-grant', 'jwt-bearer', '--oidc-param', 'connector_id=ci');
    expect(await run('auth', 'token')).toMatchObject({ status: 0 });
    expect(lastBody().get('connector_id')).toBe('ci');
    expect(await run('login', '--oidc', '--oidc-param', 'connector_id=other')).toMatchObject({ status: 0 });
    expect(lastBody().get('connector_id')).toBe('other');
    expect(await run('login', '--oidc')).toMatchObject({ status: 0 });
    expect(lastBody().get('connector_id')).toBe('ci');
    await run('profile', 'set', 'default', '--unset', 'oidc-param');
    expect(await run('auth', 'token')).toMatchObject({ status: 0 });
    expect(lastBody().get('connector_id')).toBeNull();
  });

  test('neither a secret nor a token goes there when only the API names it', async () => {
    const { env, requests, url } = await startBearerServer();
    const api = await startScriptedServer(({ path }) =>
      path === '/.well-known/oauth-protected-resource'
        ? { status: 200, json: { resource: api.url, authorization_servers: [url] } }
        : { status: 404 },
    );
    onTestFinished(() => api.close());
    const { FLOWKIWI_ISSUER: _, FLOWKIWI_OIDC: __, ...others } = env;
    for (const [what, identity] of Object.entries({ 'the token of a CI': { FLOWKIWI_OIDC: '1' }, 'a client secret': SECRET() })) {
      const run = await inProcess(['auth', 'token'], { env: { ...others, ...identity, FLOWKIWI_URL: api.url } });
      expect(run.status).toBe(2);
      expect(textError(run)).toEqual({
        message: `${what} is sent only to a sign-in server that you have named; ${api.url} names ${url}`,
        hint: 'if that is right, name it in FLOWKIWI_ISSUER',
      });
    }
    expect(requests()).toBe(0);
  });
});

test('a key that others can read is used, with a warning', async () => {
  writeFileSync(join(home, 'open'), machine.keyFile, { mode: 0o644 });
  const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_KEY_FILE: join(home, 'open') };
  const { status, stderr } = await inProcess(['auth', 'token'], { env });
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('/open is readable by other users') });
});
