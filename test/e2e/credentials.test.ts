import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonError, textError } from '../support/failure.ts';
import { assertNoSecrets, collect, environmentOf, FLOWKIWI, flowkiwi, newHome, type Run, secret, start } from '../support/flowkiwi.ts';
import { type HostileServer, startHostileServer } from '../support/servers/hostile-server.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { startScriptedServer } from '../support/servers/scripted-server.ts';
import { curlBrowser, type SignedIn, signIn } from '../support/signed-in.ts';

const PAST = '2020-01-01T00:00:00.000Z';
/** Many more are at it in the refresh storm. */
const SEVERAL = 6;
const WRONG_TOKEN = secret('wrong-token-0123456789abcdef');

let sandbox: RunningSandbox;
let server: HostileServer;
let FLOWKIWI_URL: string;
let org: string;

beforeAll(async () => {
  [sandbox, server] = await Promise.all([startSandbox(['--memory', '--auto-approve']), startHostileServer()]);
  FLOWKIWI_URL = sandbox.url;
  org = (await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env: await sandbox.environment() })).stdout.trim();
});

afterAll(() => Promise.all([sandbox.stop(), server.close()]));

/** Runs a command as the person who signed in. */
function as({ home }: Pick<SignedIn, 'home'>, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return flowkiwi(args, { home, env: { FLOWKIWI_URL, ...env } });
}

function filesIn(home: string): readonly string[] {
  const folder = join(home, '.config', 'flowkiwi');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Status of an API call with this token. */
async function apiStatus(token: unknown): Promise<number> {
  const headers = { authorization: `Bearer ${String(token)}` };
  return (await fetch(`${sandbox.url}/api/organizations/${org}`, { headers })).status;
}

describe.concurrent('a token from standard input', () => {
  test('that the server accepts is stored, and nothing is on stdout', async () => {
    const home = newHome();
    const token = await sandbox.token();
    const run = await flowkiwi(['login', '--with-token'], { home, env: { FLOWKIWI_URL }, stdin: `  ${token}\n` });
    expect(run).toEqual({
      status: 0,
      stdout: '',
      stderr: `the token: the white space around it was taken off\nSigned in to ${FLOWKIWI_URL} (profile default)\nnext: flowkiwi org create "Acme Corp"\n`,
    });
    expect((await as({ home }, ['auth', 'token'])).stdout).toBe(`${token}\n`);
    expect((await as({ home }, ['org', 'get', org, '-q'])).stdout).toBe(`${org}\n`);
  });

  test('is in no list of processes while the server is asked about it', async () => {
    const seen: string[] = [];
    const between = await startScriptedServer(() => {
      seen.push(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8'));
      return 'pass on';
    }, FLOWKIWI_URL);
    const child = start(['login', '--with-token'], { env: { FLOWKIWI_URL: between.url } });
    child.stdin?.end(await sandbox.token());
    expect(await once(child, 'close')).toEqual([0, null]);
    between.close();
    expect(new Set(seen)).toEqual(new Set([[process.execPath, FLOWKIWI, 'login', '--with-token', ''].join('\0')]));
  });

  test('with --json says who signed in, without the token', async () => {
    const home = newHome();
    const run = await flowkiwi(['auth', 'login', '--with-token', '--json'], { home, env: { FLOWKIWI_URL }, stdin: await sandbox.token() });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({
      profile: 'default',
      signed_in: true,
      method: 'token',
      source: 'file',
      refreshable: false,
    });
  });

  test.each<[what: string, stdin: string, url: () => string, exit: number, words: string]>([
    ['refused', WRONG_TOKEN, () => FLOWKIWI_URL, 4, 'the pasted token was not accepted'],
    ['empty', '', () => FLOWKIWI_URL, 2, 'this is not an access token: it is empty'],
    ['a file piped in by mistake', 'x'.repeat(100_000), () => FLOWKIWI_URL, 2, 'longer than'],
    ['not to be checked: server down', WRONG_TOKEN, () => server.url('status-503'), 75, 'Maintenance'],
    ['not to be checked: a web page', WRONG_TOKEN, () => server.url('html'), 75, 'web page'],
    ['not to be checked: nobody listens', WRONG_TOKEN, () => 'http://127.0.0.1:1', 75, 'connection refused'],
  ])('%s: nothing is stored', async (_what, stdin, url, exit, words) => {
    const home = newHome();
    const run = await flowkiwi(['login', '--with-token'], { home, env: { FLOWKIWI_URL: url() }, stdin });
    expect(run.status).toBe(exit);
    expect(textError(run).message).toContain(words);
    expect(filesIn(home)).toEqual([]);
  });

  test('while FLOWKIWI_TOKEN is set: stored, with a warning', async () => {
    const home = newHome();
    const [stored, set] = [await sandbox.token(), await sandbox.token('other@acme.example')];
    const run = await flowkiwi(['login', '--with-token'], { home, env: { FLOWKIWI_URL, FLOWKIWI_TOKEN: set }, stdin: stored });
    expect(run.status).toBe(0);
    expect(run.stderr).toContain('warning: FLOWKIWI_TOKEN is set: commands use what is there');
    expect((await as({ home }, ['auth', 'token'])).stdout).toBe(`${stored}\n`);
    expect((await as({ home }, ['auth', 'token'], { FLOWKIWI_TOKEN: set })).stdout).toBe(`${set}\n`);
  });

  test('a failed second sign-in leaves the first as it was', async () => {
    const home = newHome();
    const token = await sandbox.token();
    await flowkiwi(['login', '--with-token'], { home, env: { FLOWKIWI_URL }, stdin: token });
    expect((await flowkiwi(['login', '--with-token'], { home, env: { FLOWKIWI_URL }, stdin: WRONG_TOKEN })).status).toBe(4);
    expect((await as({ home }, ['auth', 'token'])).stdout).toBe(`${token}\n`);
  });
});

describe.concurrent('which credential is used', () => {
  /** Somebody whose session nothing of this changes. */
  let person: SignedIn;

  beforeAll(async () => {
    person = await signIn(FLOWKIWI_URL);
  });

  test('FLOWKIWI_TOKEN wins over what is stored, and is never refreshed', async () => {
    const before = readFileSync(person.path, 'utf8');
    const run = await as(person, ['org', 'get', org], { FLOWKIWI_TOKEN: WRONG_TOKEN });
    expect(run.status).toBe(4);
    expect(textError(run)).toEqual({
      message: expect.stringMatching(/the token from FLOWKIWI_TOKEN \(an opaque token, .+\) was not accepted/),
      hint: 'set FLOWKIWI_TOKEN to a valid token, or unset it to use the stored credential',
    });
    expect(readFileSync(person.path, 'utf8')).toBe(before);
    const status = JSON.parse((await as(person, ['auth', 'status', '--json'], { FLOWKIWI_TOKEN: WRONG_TOKEN })).stdout);
    expect(status).toMatchObject({ source: 'FLOWKIWI_TOKEN', path: null });
  });

  test('an empty FLOWKIWI_TOKEN counts for nothing', async () => {
    expect((await as(person, ['org', 'get', org, '-q'], { FLOWKIWI_TOKEN: '' })).status).toBe(0);
  });

  test.each([
    [['org', 'get', 'x']],
    [['org', 'create', 'Acme Corp']],
    [['instance', 'list', '--org', 'x']],
    [['auth', 'token']],
    [['auth', 'status']],
    [['auth', 'status', '--check']],
    [['onboard', '--org-name', 'O', '--instance-name', 'I', '--handle', 'elsewhere', '--no-input']],
  ])('a stored credential goes to no other origin: %j', async (args) => {
    const key = args.join('').replaceAll(/\W/g, '');
    const run = await as(person, [...args, '--json'], { FLOWKIWI_URL: server.url('good', key) });
    expect(run.status).toBe(4);
    // The status shows itself also when it is bad.
    if (args.includes('status')) expect(JSON.parse(run.stdout)).toMatchObject({ signed_in: false });
    expect(jsonError({ ...run, stdout: args.includes('status') ? '' : run.stdout })['message']).toContain(
      `is for ${FLOWKIWI_URL}, not for ${new URL(server.url('good')).origin}`,
    );
    expect(server.requests('good', key)).toEqual([]);
  });

  test('nor to another issuer: it is not refreshed there', async () => {
    const expired = await signIn(FLOWKIWI_URL);
    expired.change({ expires_at: PAST });
    const run = await as(expired, ['auth', 'token'], { FLOWKIWI_ISSUER: server.url('good', 'issuer') });
    expect(run.status).toBe(4);
    expect(server.requests('good', 'issuer')).toEqual([]);
  });

  test('a home that cannot be written is not an obstacle with a token', async () => {
    const env = { ...(await sandbox.environment()), FLOWKIWI_CONFIG_DIR: '/proc/nope' };
    expect(await flowkiwi(['org', 'get', org, '-q'], { env })).toMatchObject({ status: 0, stdout: `${org}\n` });
    expect((await flowkiwi(['instance', 'list', '--org', org], { env })).status).toBe(0);
    const created = await flowkiwi(['org', 'create', 'Read-only', '-q'], { env });
    expect(created.status).toBe(0);
    expect(created.stderr).toContain('warning: the organization is not remembered: cannot write /proc/nope/organizations.jsonl');
    // Without one it says what is wrong.
    const login = await flowkiwi(['login', '--with-token'], {
      env: { FLOWKIWI_URL, FLOWKIWI_CONFIG_DIR: '/proc/nope' },
      stdin: await sandbox.token(),
    });
    expect(login.status).toBe(2);
    expect(textError(login).hint).toContain('FLOWKIWI_CONFIG_DIR');
  });
});

describe.concurrent('refreshing', () => {
  test('an expired token is refreshed before it is used, and rotated', async () => {
    const person = await signIn(FLOWKIWI_URL);
    const before = person.stored();
    person.change({ expires_at: PAST });
    expect((await as(person, ['org', 'get', org, '-q'])).stdout).toBe(`${org}\n`);
    const after = person.stored();
    expect(after).toMatchObject({ method: 'browser', issuer: FLOWKIWI_URL, user: { email: 'jane@acme.example' } });
    expect(after?.['access_token']).not.toBe(before?.['access_token']);
    expect(after?.['refresh_token']).not.toBe(before?.['refresh_token']);
    expect(Date.parse(String(after?.['expires_at']))).toBeGreaterThan(Date.now());
  });

  test('a token with less than a minute, and a quarter of its life, to live is refreshed too; one with more is not', async () => {
    const person = await signIn(FLOWKIWI_URL);
    const first = person.stored()?.['access_token'];
    person.change({ expires_at: new Date(Date.now() + 180_000).toISOString() });
    expect((await as(person, ['auth', 'token'])).stdout).toBe(`${first}\n`);
    const inHalfAMinute = () => new Date(Date.now() + 30_000).toISOString();
    person.change({ expires_at: inHalfAMinute(), expires_in: 60 });
    expect((await as(person, ['auth', 'token'])).stdout).toBe(`${first}\n`);
    person.change({ expires_at: inHalfAMinute(), expires_in: 3600 });
    expect((await as(person, ['auth', 'token'])).stdout).not.toBe(`${first}\n`);
  });

  test('a token that cannot be renewed is used to its end', async () => {
    const person = await signIn(FLOWKIWI_URL);
    const token = person.stored()?.['access_token'];
    person.change({ refresh_token: undefined, expires_at: new Date(Date.now() + 30_000).toISOString() });
    expect(await as(person, ['auth', 'token'])).toEqual({ status: 0, stdout: `${token}\n`, stderr: '' });
    person.change({ refresh_token: undefined, expires_at: PAST });
    const run = await as(person, ['auth', 'token']);
    expect([run.status, textError(run).message]).toEqual([4, expect.stringContaining('has expired and cannot be refreshed')]);
  });

  test('a server that is gone, or has another name, and a client that was deleted ask for a sign-in, and cost no session', async () => {
    const person = await signIn(FLOWKIWI_URL);
    const { refresh_token } = person.stored() ?? {};
    const gone = [`${FLOWKIWI_URL}/gone`, server.url('status-404', 'realm'), FLOWKIWI_URL.replace('127.0.0.1', 'localhost')];
    for (const change of [...gone.map((issuer) => ({ issuer })), { issuer: FLOWKIWI_URL, client_id: 'a-client-that-was-deleted' }]) {
      person.change({ expires_at: PAST, ...change });
      const run = await as(person, ['auth', 'token']);
      expect([run.status, textError(run).hint]).toEqual([4, 'sign in again: flowkiwi login']);
      expect(person.stored()).toMatchObject({ refresh_token });
    }
  });

  test('several commands at once with an expired token refresh it once', async () => {
    const person = await signIn(FLOWKIWI_URL);
    person.change({ expires_at: PAST });
    const runs = await Promise.all(Array.from({ length: SEVERAL }, () => as(person, ['auth', 'token'])));
    expect(runs.map(({ status }) => status)).toEqual(Array.from({ length: SEVERAL }, () => 0));
    // The sandbox ends a session whose refresh token is used twice, so one token for all means one refresh.
    expect(new Set(runs.map(({ stdout }) => stdout))).toEqual(new Set([`${person.stored()?.['access_token']}\n`]));
    expect(await apiStatus(person.stored()?.['access_token'])).not.toBe(401);
    expect(filesIn(person.home)).toEqual(['credentials.json']);
  });

  test('several commands at once whose token the server refuses refresh it once', async () => {
    const person = await signIn(FLOWKIWI_URL);
    person.change({ access_token: WRONG_TOKEN });
    const runs = await Promise.all(Array.from({ length: SEVERAL }, () => as(person, ['org', 'get', org, '-q'])));
    expect(runs.map(({ stdout, stderr }) => stdout + stderr)).toEqual(Array.from({ length: SEVERAL }, () => `${org}\n`));
    expect(await apiStatus(person.stored()?.['access_token'])).not.toBe(401);
  });

  test('a server that refuses the new token as well is asked twice, no more', async () => {
    const person = await signIn(FLOWKIWI_URL);
    person.change({ url: `${server.url('status-401', 'stored')}/` });
    const run = await as(person, ['org', 'create', 'Acme Corp'], { FLOWKIWI_URL: server.url('status-401', 'stored') });
    expect(run.status).toBe(4);
    expect(textError(run)).toEqual({
      message: expect.stringContaining('the stored credential of profile default (user token of jane@acme.example) was not accepted'),
      hint: 'sign in again: flowkiwi login',
    });
    expect(new Set(server.requests('status-401', 'stored').map(({ authorization }) => authorization)).size).toBe(2);
    expect(server.requests('status-401', 'stored')).toHaveLength(2);
  });

  test('a token that the server refuses, while nobody can renew it, is not a sign-in that has ended', async () => {
    const person = await signIn(FLOWKIWI_URL);
    person.change({ access_token: WRONG_TOKEN, issuer: 'http://127.0.0.1:1' });
    const run = await as(person, ['org', 'get', org]);
    expect(run.status).toBe(75);
    expect(textError(run)).toEqual({
      message: expect.stringMatching(
        /^the stored credential of profile default \(user token of jane@acme\.example\) could not be refreshed: /,
      ),
      hint: 'the session is kept: run the command again',
    });
    expect(person.stored()).toMatchObject({ access_token: WRONG_TOKEN, refresh_token: expect.any(String) });
  });

  test('a folder in which no lock can be made is no bug of ours', async () => {
    const home = newHome();
    const folder = join(home, '.config', 'flowkiwi');
    const profile = 'x'.repeat(250);
    mkdirSync(folder, { recursive: true });
    const entry = {
      method: 'browser',
      url: FLOWKIWI_URL,
      issuer: FLOWKIWI_URL,
      access_token: WRONG_TOKEN,
      refresh_token: WRONG_TOKEN,
      expires_at: PAST,
    };
    writeFileSync(join(folder, 'credentials.json'), JSON.stringify({ version: 1, credentials: { [profile]: entry } }), { mode: 0o600 });
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ version: 1, profiles: { [profile]: {} } }), { mode: 0o600 });
    const run = await as({ home }, ['auth', 'token', '--profile', profile]);
    expect(run.status).toBe(2);
    expect(textError(run).hint).toContain('FLOWKIWI_CONFIG_DIR');
  });
});

describe.concurrent('signing in', () => {
  test('by the browser, and what is stored', { tags: ['curl'] }, async () => {
    const { stored, home } = await signIn(FLOWKIWI_URL, {}, flowkiwi);
    expect(stored()).toMatchObject({
      method: 'browser',
      url: `${FLOWKIWI_URL}/`,
      issuer: FLOWKIWI_URL,
      client_id: 'flowkiwi-cli',
      user: { email: 'jane@acme.example' },
    });
    const status = await as({ home }, ['auth', 'status', '--check', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({
      signed_in: true,
      method: 'browser',
      refreshable: true,
      user: { email: 'jane@acme.example' },
    });
  });

  test('by a code, which the browser is shown', { tags: ['curl'] }, async () => {
    const home = newHome();
    const run = await flowkiwi(['login', '--device'], { home, env: { FLOWKIWI_URL, BROWSER: curlBrowser(home) } });
    expect(run.stderr).toMatch(
      /Open http:\/\/127\.0\.0\.1:\d+\/oauth\/device\?\S+ in any browser and check that it shows\n\n {2}[A-Z0-9-]+\n\n\(or enter the code at http:\/\/127\.0\.0\.1:\d+\/oauth\/device\)\n/,
    );
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 0, stdout: '' });
    expect((await as({ home }, ['org', 'get', org, '-q'])).status).toBe(0);
  });

  test('where no sign-in server is named, the token is the way', async () => {
    const run = await flowkiwi(['login', '--browser'], { env: { FLOWKIWI_URL: server.url('status-404', 'discovery') } });
    expect(run.status).toBe(4);
    expect(textError(run).hint).toContain('flowkiwi login --with-token');
  });

  test('--debug shows every exchange, and no secret', { tags: ['curl'] }, async () => {
    const home = newHome();
    const env = { FLOWKIWI_URL, BROWSER: curlBrowser(home) };
    const login = await flowkiwi(['login', '--browser', '--timeout', '20s', '--debug'], { home, env });
    expect(login.status).toBe(0);
    const path = join(home, '.config', 'flowkiwi', 'credentials.json');
    const remember = () => {
      const { access_token, refresh_token } = JSON.parse(readFileSync(path, 'utf8')).credentials.default;
      secret(access_token);
      secret(refresh_token);
    };
    remember();
    assertNoSecrets(login.stderr, 'the sign-in');
    expect(login.stderr).toMatch(/> POST .*\/oauth\/token\n/);
    const document = JSON.parse(readFileSync(path, 'utf8'));
    document.credentials.default.expires_at = PAST;
    writeFileSync(path, JSON.stringify(document));
    const get = await flowkiwi(['org', 'get', org, '-q', '--debug'], { home, env });
    expect(get.status).toBe(0);
    remember();
    assertNoSecrets(get.stderr, 'the refresh');
    expect(get.stderr).toContain('authorization: Bearer [redacted]');
  });

  test('in a snap, too, files are replaced as a whole, never written in place', async () => {
    const home = newHome();
    const path = join(home, '.config', 'flowkiwi', 'credentials.json');
    const login = async () => {
      const env = { FLOWKIWI_URL, SNAP: '/snap/flowkiwi/1' };
      expect((await flowkiwi(['login', '--with-token'], { home, env, stdin: await sandbox.token() })).status).toBe(0);
    };
    await login();
    // Open, its number is not given to another file.
    const first = openSync(path, 'r');
    await login();
    expect(statSync(path).ino).not.toBe(fstatSync(first).ino);
    closeSync(first);
  });

  test('files are for their owner alone, whatever the umask', async () => {
    const home = newHome();
    const env = { ...environmentOf(home), FLOWKIWI_URL, NODE: process.execPath, FLOWKIWI };
    const script = 'umask 000; "$NODE" "$FLOWKIWI" login --with-token && exec "$NODE" "$FLOWKIWI" org create Umask';
    const child = spawn('sh', ['-c', script], { env });
    child.stdin.end(await sandbox.token());
    const [stderr, [status]] = await Promise.all([collect(child.stderr), once(child, 'close')]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const folder = join(home, '.config', 'flowkiwi');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(filesIn(home)).toEqual(['config.json', 'credentials.json', 'organizations.jsonl']);
    for (const file of filesIn(home)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    // No secrets in those that people share.
    for (const file of ['config.json', 'organizations.jsonl']) assertNoSecrets(readFileSync(join(folder, file), 'utf8'), file);
  });
});

describe.concurrent('signing out', () => {
  test('revokes both tokens and deletes them', async () => {
    const person = await signIn(FLOWKIWI_URL);
    const { access_token, refresh_token } = person.stored() ?? {};
    expect(await apiStatus(access_token)).not.toBe(401);
    const run = await as(person, ['logout']);
    expect(run).toEqual({
      status: 0,
      stdout: '',
      stderr: 'Signed out of profile default: deleted here, the session is revoked at the server too\n',
    });
    expect(person.stored()).toBeUndefined();
    expect(await apiStatus(access_token)).toBe(401);
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'flowkiwi-cli', refresh_token: String(refresh_token) });
    expect((await fetch(`${sandbox.url}/oauth/token`, { method: 'POST', body })).status).toBe(400);
    expect((await as(person, ['org', 'get', org])).status).toBe(4);
    const again = await as(person, ['logout', '--json']);
    expect(again).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
  });

  test('offline: deletes them here and says that the server does not know', async () => {
    const person = await signIn(FLOWKIWI_URL);
    person.change({ issuer: 'http://127.0.0.1:1' });
    const run = await as(person, ['auth', 'logout']);
    expect(run.status).toBe(0);
    expect(run.stderr).toBe(
      'Signed out of profile default: deleted here, the server could not be told, there the session lasts until it expires\n',
    );
    expect(person.stored()).toBeUndefined();
  });

  test.each<[what: string, config: string, args: readonly string[], env: Readonly<Record<string, string>>]>([
    ['a damaged config.json, all', '{', ['--all'], {}],
    ['a damaged config.json, by name', '{', ['--profile', 'default'], {}],
    ['an unusable FLOWKIWI_URL', '{"version":1}', [], { FLOWKIWI_URL: 'nonsense' }],
    ['an unusable FLOWKIWI_URL, all', '{"version":1}', ['--all'], { FLOWKIWI_URL: 'nonsense' }],
    ['an unknown FLOWKIWI_PROFILE, all', '{"version":1}', ['--all'], { FLOWKIWI_PROFILE: 'nobody' }],
    ['a profile in use that is not there, all', '{"version":1,"current_profile":"nobody"}', ['--all'], {}],
  ])('is not kept from it by %s', async (_what, config, args, env) => {
    const person = await signIn(FLOWKIWI_URL);
    const { access_token } = person.stored() ?? {};
    writeFileSync(join(person.home, '.config', 'flowkiwi', 'config.json'), config);
    const run = await as(person, ['logout', ...args], env);
    expect(run).toEqual({ status: 0, stdout: '', stderr: expect.stringContaining('revoked at the server too') });
    expect(person.stored()).toBeUndefined();
    expect(await apiStatus(access_token)).toBe(401);
  });

  test('when config.json alone could say of which profile, the way out is told', async () => {
    const person = await signIn(FLOWKIWI_URL);
    writeFileSync(join(person.home, '.config', 'flowkiwi', 'config.json'), '{', { mode: 0o600 });
    const run = await as(person, ['logout']);
    expect(run.status).toBe(2);
    expect(textError(run).hint).toContain('flowkiwi logout --all');
  });

  test('of a profile that is not there is a mistake', async () => {
    const run = await flowkiwi(['logout', '--profile', 'defualt'], { env: { FLOWKIWI_URL } });
    expect(run.status).toBe(2);
    expect(textError(run).message).toContain('did you mean "default"?');
  });

  test('of one profile, or of all', async () => {
    const person = await signIn(FLOWKIWI_URL);
    const token = await sandbox.token();
    const other = ['--profile', 'sandbox'];
    await flowkiwi(['login', '--with-token', ...other], { home: person.home, env: { FLOWKIWI_URL }, stdin: token });
    expect((await as(person, ['logout'])).stderr).not.toContain('profile sandbox');
    expect((await as(person, ['auth', 'token', ...other])).stdout).toBe(`${token}\n`);
    await signIn(FLOWKIWI_URL, { home: person.home });
    const all = await as(person, ['logout', '--all', '--json']);
    expect(JSON.parse(all.stdout)).toEqual(
      expect.arrayContaining([
        { profile: 'default', revocation: 'revoked' },
        { profile: 'sandbox', revocation: 'nothing_to_revoke' },
      ]),
    );
    expect((await as(person, ['auth', 'status', ...other])).status).toBe(4);
  });
});
