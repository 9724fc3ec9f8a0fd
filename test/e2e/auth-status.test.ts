import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome, type Run, secret } from '../support/flowkiwi.ts';
import { type ScriptedServer, startScriptedServer } from '../support/servers/scripted-server.ts';

const ACCESS_TOKEN = secret('stored-access-token-0123');
const REFRESH_TOKEN = secret('stored-refresh-token-0123');
const FUTURE = '2999-01-01T00:00:00.000Z';
const PAST = '2020-01-01T00:00:00.000Z';

/** A JSON Web Token that says so itself. */
const ENDED = secret(`e30.${Buffer.from(JSON.stringify({ exp: Date.parse(PAST) / 1_000 })).toString('base64url')}.AA`);

/** An API that accepts nobody, and names no sign-in server. */
let refusing: ScriptedServer;

beforeAll(async () => {
  refusing = await startScriptedServer(({ path }) =>
    path.startsWith('/.well-known/') ? { status: 404 } : { status: 401, json: { status: 401, detail: 'Invalid JWT Token' } },
  );
});

afterAll(() => refusing.close());

/** An API that accepts everybody, and a sign-in server that revokes with that status. */
async function startRevokingServer(status: number) {
  const server = await startScriptedServer(({ path }) => {
    if (path === '/revoke') return { status, json: {} };
    if (path.startsWith('/.well-known/'))
      return {
        status: 200,
        json: { issuer: server.url, token_endpoint: `${server.url}/token`, revocation_endpoint: `${server.url}/revoke` },
      };
    return { status: 404, json: { status: 404, detail: 'Not Found' } };
  });
  onTestFinished(() => server.close());
  const revoked = () => server.asked.filter(({ path }) => path === '/revoke').map(({ body }) => new URLSearchParams(body).get('token'));
  return { ...server, revoked };
}

type Fields = Readonly<Record<string, unknown>>;

const user = (sub: string, email?: string) => ({ user: { sub, email } });
const PERSON: Fields = {
  method: 'browser',
  client_id: 'flowkiwi-cli',
  refresh_token: REFRESH_TOKEN,
  expires_at: FUTURE,
  ...user('1', 'jane@acme.example'),
};
const PASTED: Fields = { method: 'token' };
const CLIENT: Fields = {
  method: 'client_credentials',
  client_id: 'onboarding',
  machine: { client_secret: secret('client-secret-0123') },
  expires_at: FUTURE,
};
const ACCOUNT: Fields = {
  method: 'service_account_key',
  machine: { subject: '123', private_key: secret('private-key-0123') },
  expires_at: FUTURE,
  ...user('123'),
};
const JOB: Fields = {
  method: 'workload_identity',
  client_id: 'flowkiwi-cli',
  machine: {},
  expires_at: FUTURE,
  ...user('repo:acme/onboarding'),
};

/** Somebody for whom this is stored, as profile `work` and maybe `home`, for a server that is the API and, but for a pasted token, issued it. */
function stored(fields: Fields, { url }: ScriptedServer, home?: Fields) {
  const folder = newHome();
  const path = join(folder, 'credentials.json');
  const entry = (of: Fields) => ({ url: `${url}/`, issuer: of['method'] === 'token' ? undefined : url, access_token: ACCESS_TOKEN, ...of });
  const credentials = { work: entry(fields), ...(home && { home: entry(home) }) };
  writeFileSync(path, JSON.stringify({ version: 1, credentials }), { mode: 0o600 });
  const config = { version: 1, current_profile: 'work', profiles: { work: { url: `${url}/` } } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}, stdin = ''): Promise<Run> =>
    flowkiwi(args, { env: { FLOWKIWI_CONFIG_DIR: folder, ...env }, stdin });
  return { run, path };
}

describe('every kind of credential', () => {
  test.each<[fields: Fields, words: string, status: Fields, user: string, again?: string]>([
    [
      PERSON,
      'user token of jane@acme.example',
      {
        method: 'browser',
        refreshable: true,
        client_id: 'flowkiwi-cli',
        user: { sub: '1', email: 'jane@acme.example', email_verified: null, name: null },
      },
      'jane@acme.example',
    ],
    [PASTED, 'pasted token', { method: 'token', refreshable: false, client_id: null, user: null, issuer: null, expires_at: null }, ''],
    [
      CLIENT,
      'client onboarding, client secret',
      { method: 'client_credentials', refreshable: true, client_id: 'onboarding', user: null },
      'client onboarding',
      ' --client-credentials',
    ],
    [
      ACCOUNT,
      'service account 123, key file',
      {
        method: 'service_account_key',
        refreshable: true,
        client_id: null,
        user: { sub: '123', email: null, email_verified: null, name: null },
      },
      'service account 123',
      ' --key-file FILE',
    ],
    [
      JOB,
      'workload repo:acme/onboarding, identity of a CI job',
      { method: 'workload_identity', refreshable: true },
      'workload repo:acme/onboarding',
      ' --oidc',
    ],
  ])('$method', async (fields, words, status, who, again = '') => {
    const { run, path } = stored(fields, refusing);
    const shown = JSON.parse((await run(['auth', 'status', '--json'])).stdout);
    expect(shown).toEqual({
      profile: 'work',
      provider: 'flowkiwi',
      url: refusing.url,
      organization: null,
      signed_in: true,
      source: 'file',
      path,
      keychain_account: null,
      issuer: fields['method'] === 'token' ? null : refusing.url,
      expires_at: FUTURE,
      refresh_expires_at: null,
      refresh_refused: null,
      user: shown.user,
      client_id: shown.client_id,
      why: {
        profile: 'profile in use',
        url: 'config.json',
        organization: 'none is current',
        credential: 'FLOWKIWI_TOKEN is not set, one is stored',
      },
      ...status,
    });
    expect((await run(['auth', 'status', '--fields', 'user', '-o', 'tsv'])).stdout).toBe(`${who}\n`);
    const refused = await run(['org', 'get', '1']);
    expect(refused.status).toBe(4);
    expect(textError(refused)).toEqual({
      message: `cannot read organization 1: the stored credential of profile work (${words}) was not accepted: Invalid JWT Token`,
      hint: `sign in again: flowkiwi --profile work login${again}`,
    });
  });

  test.each<[what: string, fields: Fields, env: Readonly<Record<string, string>>, message: string]>([
    [
      'whose session has ended, as the server had said',
      { ...PERSON, expires_at: PAST, refresh_expires_at: PAST },
      {},
      `the stored credential of profile work (user token of jane@acme.example) expired at ${PAST}`,
    ],
    ['that has ended', { ...PASTED, expires_at: PAST }, {}, `the stored credential of profile work (pasted token) expired at ${PAST}`],
    [
      'for another API',
      PERSON,
      { FLOWKIWI_URL: 'http://127.0.0.1:1' },
      'the stored credential of profile work (user token of jane@acme.example) is for SERVER, not for http://127.0.0.1:1',
    ],
    [
      'of another sign-in server',
      CLIENT,
      { FLOWKIWI_ISSUER: 'http://127.0.0.1:1' },
      'the stored credential of profile work (client onboarding, client secret) comes from SERVER, not from http://127.0.0.1:1',
    ],
    ['in the environment, that has ended', PERSON, { FLOWKIWI_TOKEN: ENDED }, `the token from FLOWKIWI_TOKEN expired at ${PAST}`],
  ])('%s is not usable, and says so', async (_what, fields, env, message) => {
    const run = await stored(fields, refusing).run(['auth', 'status'], env);
    expect(run.status).toBe(4);
    expect(textError({ ...run, stdout: '' }).message).toBe(message.replace('SERVER', refusing.url));
  });

  test('a token of the environment that has ended is not printed either', async () => {
    const run = await stored(PERSON, refusing).run(['auth', 'token'], { FLOWKIWI_TOKEN: ENDED });
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 4, stdout: '' });
    expect(textError(run).message).toBe(`the token from FLOWKIWI_TOKEN expired at ${PAST}`);
  });

  test.each<[fields: Fields, revoked: readonly string[], words: string]>([
    [PERSON, [REFRESH_TOKEN, ACCESS_TOKEN], 'the session is revoked at the server too'],
    [PASTED, [], 'the server has nothing to revoke'],
    [
      CLIENT,
      [ACCESS_TOKEN],
      'its access token is revoked at the server too; the client secret itself goes on working until it is changed there',
    ],
    [ACCOUNT, [], 'its access token lasts at the server until it expires; the key itself goes on working until it is deleted there'],
    [JOB, [ACCESS_TOKEN], 'its access token is revoked at the server too; jobs of this CI can sign in until the server trusts it no more'],
  ])('a sign-out of $method says what it ends', async (fields, revoked, words) => {
    const server = await startRevokingServer(200);
    const { run, path } = stored(fields, server);
    expect(await run(['logout'])).toEqual({ status: 0, stdout: '', stderr: `Signed out of profile work: deleted here, ${words}\n` });
    expect(JSON.parse(readFileSync(path, 'utf8')).credentials).toEqual({});
    expect(server.revoked()).toEqual(revoked);
  });
});

describe('a new sign-in', () => {
  const NEW = secret('new-access-token-4567');
  const UNTOLD = 'warning: the session that this one replaces could not be revoked; it lasts at the server until it expires\n';

  test.each<[what: string, before: Fields, status: number, revoked: readonly string[], warning: string, home?: Fields]>([
    ['ends the session of the person', PERSON, 200, [REFRESH_TOKEN], ''],
    ['ends a session that has no refresh token', { ...PERSON, refresh_token: undefined }, 200, [ACCESS_TOKEN], ''],
    ['leaves what a machine got', CLIENT, 200, [], ''],
    ['leaves a session that another profile has too', PERSON, 200, [], '', { ...PERSON, access_token: 'another' }],
    ['leaves its own token', { ...PERSON, access_token: NEW }, 200, [], ''],
    ['stays when the server cannot be told', PERSON, 400, [REFRESH_TOKEN], UNTOLD],
  ])('%s', async (_what, before, status, revoked, warning, home) => {
    const server = await startRevokingServer(status);
    const { run, path } = stored(before, server, home);
    expect(await run(['login', '--with-token'], {}, NEW)).toEqual({
      status: 0,
      stdout: '',
      stderr: `${warning}Signed in to ${server.url} (profile work)\nnext: flowkiwi org create "Acme Corp"\n`,
    });
    expect(JSON.parse(readFileSync(path, 'utf8')).credentials).toMatchObject({ work: { method: 'token', access_token: NEW } });
    expect(server.revoked()).toEqual(revoked);
  });
});
