import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRecord } from '../../src/record.ts';
import { jsonError, textError } from '../support/failure.ts';
import { flowkiwi, newHome, type Run } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { rsa } from '../support/keys.ts';
import { ownPort } from '../support/own-port.ts';
import { startSignIn } from '../support/pending-sign-in.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';

const PRODUCTION = 'https://identity.flowkiwi.net';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.stop());

/** What a command that has to work prints as JSON. */
async function json(args: readonly string[], home: string, env: Record<string, string> = {}): Promise<Readonly<Record<string, unknown>>> {
  const { status, stdout, stderr } = await flowkiwi([...args, '--json'], { home, env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const document: unknown = JSON.parse(stdout);
  if (!isRecord(document)) throw new Error(`no object: ${stdout}`);
  return document;
}

async function names(home: string): Promise<readonly string[]> {
  const { stdout } = await inProcess(['profile', 'list', '-q'], { home });
  return stdout.trim().split('\n');
}

/** Adds a profile that a test needs before it begins. */
async function add(home: string, ...args: readonly string[]): Promise<void> {
  expect(await inProcess(['profile', 'add', ...args], { home })).toMatchObject({ status: 0 });
}

/** A profile that is signed in to the sandbox as somebody. */
async function signedIn(home: string, profile: string, email: string): Promise<void> {
  await add(home, profile, '--url', sandbox.url);
  const stdin = await sandbox.token(email);
  expect(await inProcess(['--profile', profile, 'login', '--with-token'], { home, stdin })).toMatchObject({ status: 0 });
}

function stored(home: string, file: 'config' | 'credentials'): unknown {
  return JSON.parse(readFileSync(join(home, '.config', 'flowkiwi', `${file}.json`), 'utf8'));
}

test('settings of a profile are changed one by one, and the flags of login win over them', async () => {
  const home = newHome();
  await add(home, 'work', '--url', sandbox.url, '--scope', 'openid', '--prompt', 'login', '--login-hint', 'wendy@acme.example');
  const set = ['profile', 'set', 'work', '--callback-port', '1', '--callback-path', '/back', '--callback-host', 'localhost'];
  const changed = await json(
    [...set, '--auth-param', 'kc_idp_hint=google', '--client-id', 'partner', '--client-auth', 'post', '--oidc-grant', 'jwt-bearer'],
    home,
  );
  expect(changed).toMatchObject({
    name: 'work',
    client_id: 'partner',
    scopes: ['openid'],
    sign_in: {
      ...{ prompt: 'login', login_hint: 'wendy@acme.example', auth_params: { kc_idp_hint: 'google' } },
      ...{ callback_port: 1, callback_path: '/back', callback_host: 'localhost' },
      ...{ client_auth: 'post', oidc_grant: 'jwt-bearer' },
    },
  });
  const port = String(await ownPort());
  const flags = ['--callback-port', port, '--callback-path', '/again', '--callback-host', '127.0.0.1', '--scope', 'email'];
  const more = ['--prompt', '', '--login-hint', 'jane@acme.example', '--auth-param', 'connection=google', '--client-id', 'flowkiwi-cli'];
  const login = startSignIn(['--profile', 'work', 'login', '--no-browser', ...flags, ...more], { home });
  const { searchParams: sent } = new URL(await login.says(/^ {2}(http\S+)$/m));
  expect(Object.fromEntries(sent)).toMatchObject({
    ...{ scope: 'email', login_hint: 'jane@acme.example', connection: 'google', client_id: 'flowkiwi-cli' },
    redirect_uri: `http://127.0.0.1:${port}/again`,
  });
  expect([sent.has('prompt'), sent.has('kc_idp_hint')]).toEqual([false, false]);
  const taken = await flowkiwi(['--profile', 'work', 'login', '--no-browser', '--callback-port', port], { home });
  expect([taken.status, textError(taken).message]).toEqual([5, `port ${port}, which the browser is to come back to, is in use`]);
  expect((await inProcess(['profile', 'set', 'work'], { home })).status).toBe(2);
});

test('every setting that a profile can be without is unset by its name, and is the usual one again', async () => {
  const home = newHome();
  const connection = ['--issuer', 'https://login.example', '--client-id', 'x', '--client-auth', 'post', '--oidc-grant', 'jwt-bearer'];
  const keys = ['--key-file', join(home, 'key.pem'), '--idempotency-keys', 'on'];
  const signIn = ['--scope', 'openid', '--prompt', 'login', '--login-hint', 'jo', '--auth-param', 'a=b', '--oidc-param', 'connector_id=ci'];
  const callback = ['--callback-port', '1', '--callback-path', '/back', '--callback-host', 'localhost'];
  writeFileSync(join(home, 'key.pem'), rsa.pem, { mode: 0o600 });
  const system = ['--system-user', 'jo', '--system-key', join(home, 'key.pem'), '--system-audience', 'https://x.example'];
  const zitadel = ['--provider', 'zitadel', '--instance-host', 'acme.example', ...system];
  await add(home, 'work', '--url', sandbox.url, ...connection, ...keys, ...signIn, ...callback, ...zitadel);
  const set = (...args: readonly string[]) => inProcess(['profile', 'set', 'work', ...args], { home });
  const options = connection.concat(keys, signIn, callback, zitadel).filter((word) => word.startsWith('--') && word !== '--provider');
  const names = options.map((option) => option.slice(2)).filter((name) => name !== 'system-key');

  const before = stored(home, 'config');
  const refused = [await set('--unset', 'prompt', '--prompt', ''), await set('--unset', 'url'), await set('--unset', '')];
  expect(refused.map(({ status }) => status)).toEqual([2, 2, 2]);
  expect(stored(home, 'config')).toEqual(before);

  expect(await set(...names.filter((name) => name !== 'oidc-param').flatMap((name) => ['--unset', name]))).toMatchObject({ status: 0 });
  const entry = { url: `${sandbox.url}/`, provider: 'zitadel' };
  expect(stored(home, 'config')).toMatchObject({ profiles: { work: { ...entry, oidc_params: { connector_id: 'ci' } } } });
  await set('--unset', 'oidc-param');
  expect(stored(home, 'config')).toEqual({ version: 1, profiles: { work: entry } });
});

test.each<[what: string, content: string | undefined, status: number, said: RegExp]>([
  ['a key', rsa.pem, 0, /^Changed profile sandbox/],
  ['one that comes later', undefined, 0, /^warning: --key-file: \/\S+ is not there yet; signing in needs it\n/],
  ['something else', 'hello', 2, /^error: --key-file: \/\S+ is not a key file\n/],
])('a key file of a profile: %s', async (_what, content, status, said) => {
  const home = newHome();
  const file = join(home, 'key.pem');
  if (content !== undefined) writeFileSync(file, content, { mode: 0o600 });
  const set = ['profile', 'set', 'sandbox', '--key-file', file, '--idempotency-keys', 'on'];
  expect(await inProcess(set, { home })).toMatchObject({ status, stderr: expect.stringMatching(said) });
  const settings = { sign_in: { key_file: file }, idempotency_keys: true };
  const { stdout } = await inProcess(['profile', 'show', 'sandbox', '--json'], { home });
  expect(JSON.parse(stdout)).toMatchObject(status === 0 ? settings : { sign_in: null, idempotency_keys: false });
});

test('a secret in place of the name of the key file is neither stored nor repeated', async () => {
  const home = newHome();
  const run = await inProcess(['profile', 'set', 'sandbox', '--key-file', 'a-secret-by-mistake'], { home });
  expect([run.status, run.stderr]).toEqual([2, expect.not.stringContaining('mistake')]);
  expect(() => stored(home, 'config')).toThrow('ENOENT');
});

test('onboarding that fails half-way goes on in the profile that it was begun with', async () => {
  const home = newHome();
  await signedIn(home, 'work', 'wendy@acme.example');
  const flags = ['--org-name', 'Acme Corp', '--instance-name', "Jane's", '--handle', 'half-way'];
  const onboard = () => flowkiwi(['--profile', 'work', 'onboard', ...flags, '--no-input'], { home });
  expect((await onboard()).status).toBe(0);
  const failed = await onboard();
  expect(failed.status).toBe(5);
  expect(failed.stderr).toMatch(
    /; to go on in it: flowkiwi --profile work onboard --org [0-9a-f-]{36} --instance-name "Jane's" --handle HANDLE\n$/,
  );
  // What is parsed wrong is said before a profile is chosen.
  const misspelt = await flowkiwi(['--profile', 'work', 'login', '--with-token', 'x'], { home });
  expect(textError(misspelt).hint).toBe('for example: flowkiwi --profile work login --with-token < token.txt');
});

describe.concurrent('profile list', () => {
  test('has the built-in profiles in a home without files, and writes none', async () => {
    const home = newHome();
    const { status, stdout, stderr } = await flowkiwi(['profile', 'list', '--json'], { home });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const common = {
      provider: 'flowkiwi',
      issuer: null,
      client_id: 'flowkiwi-cli',
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      sign_in: null,
      idempotency_keys: false,
      instance_host: null,
      system_user: null,
      storage: 'file',
      signed_in: false,
      user: null,
    };
    expect(JSON.parse(stdout)).toEqual([
      { name: 'default', url: PRODUCTION, current: true, ...common },
      { name: 'sandbox', url: 'http://127.0.0.1:8787', current: false, ...common },
      {
        ...common,
        name: 'sandbox-zitadel',
        provider: 'zitadel',
        url: 'http://127.0.0.1:8787',
        issuer: 'http://127.0.0.1:8787',
        scopes: [...common.scopes, 'urn:zitadel:iam:org:project:id:zitadel:aud'],
        system_user: { name: 'sandbox', key: 'sandbox-system-user.pem', audience: 'http://127.0.0.1:8787' },
        current: false,
      },
    ]);
    expect(() => stored(home, 'config')).toThrow('ENOENT');
  });

  test.each<[args: readonly string[], env: Record<string, string>, current: string]>([
    [[], {}, 'work'],
    [[], { FLOWKIWI_PROFILE: 'sandbox' }, 'sandbox'],
    [['--profile', 'default'], { FLOWKIWI_PROFILE: 'sandbox' }, 'default'],
  ])('marks the one in use: %j %j', async (args, env, current) => {
    const home = newHome();
    await add(home, 'work', '--url', PRODUCTION, '--use');
    const { stdout } = await flowkiwi(['profile', 'list', '--fields', 'name,current', ...args], { home, env });
    expect(stdout.split('\n').filter((line) => line.endsWith('*'))).toEqual([`${current}\t*`]);
  });

  test('an unknown field is named before anything is done', async () => {
    for (const args of [['list'], ['show'], ['use', 'sandbox'], ['add', 'work', '--url', PRODUCTION]]) {
      const home = newHome();
      const failure = jsonError(await inProcess(['profile', ...args, '--fields', 'nmae', '--json'], { home }));
      expect(failure['message']).toBe('unknown field "nmae"; did you mean "name"?');
      expect(await names(home)).toEqual(['default', 'sandbox', 'sandbox-zitadel']);
    }
  });
});

describe.concurrent('profile add', () => {
  test('stores everything that is given, and no more', async () => {
    const home = newHome();
    const { status, stdout, stderr } = await flowkiwi(
      ['profile', 'add', 'staging', '--url', 'https://identity.staging.example/base/', '--issuer', 'https://login.staging.example'].concat([
        '--client-id',
        'staging-cli',
        '--scope',
        'openid',
        '--scope',
        'email offline_access',
        '--provider',
        'flowkiwi',
        '-q',
      ]),
      { home },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'staging\n', stderr: '' });
    expect(stored(home, 'config')).toEqual({
      version: 1,
      profiles: {
        staging: {
          provider: 'flowkiwi',
          url: 'https://identity.staging.example/base/',
          issuer: 'https://login.staging.example',
          client_id: 'staging-cli',
          scopes: ['openid', 'email', 'offline_access'],
        },
      },
    });
    expect(await names(home)).toEqual(['default', 'sandbox', 'sandbox-zitadel', 'staging']);
  });

  test('says what comes next', async () => {
    const home = newHome();
    const add = ['profile', 'add', 'work', '--url', PRODUCTION];
    expect((await flowkiwi(add, { home })).stderr).toBe(`Added profile work (${PRODUCTION})\nnext: flowkiwi --profile work login\n`);
    expect((await flowkiwi([...add, '--use'], { home: newHome() })).stderr).toBe(
      `Added profile work (${PRODUCTION})\nnext: flowkiwi login\n`,
    );
  });

  test('refuses a name that is there, and changes nothing', async () => {
    const home = newHome();
    await add(home, 'work', '--url', PRODUCTION);
    const before = stored(home, 'config');
    const again = await flowkiwi(['profile', 'add', 'work', '--url', 'https://other.example', '--use', '--json'], { home });
    expect(again.status).toBe(5);
    expect(jsonError(again)).toMatchObject({ code: 'conflict', message: 'there is a profile "work" already' });
    expect(stored(home, 'config')).toEqual(before);
  });

  test('a built-in profile has other values until it is removed', async () => {
    const home = newHome();
    await json(['profile', 'add', 'sandbox', '--url', sandbox.url], home);
    expect(await json(['profile', 'show', 'sandbox'], home)).toMatchObject({ url: sandbox.url, sources: { url: 'config.json' } });
    expect(await flowkiwi(['profile', 'remove', 'sandbox'], { home })).toMatchObject({
      status: 0,
      stderr: 'Reset profile sandbox to what is built in\n',
    });
    expect(await json(['profile', 'show', 'sandbox'], home)).toMatchObject({ url: 'http://127.0.0.1:8787', sources: { url: 'built in' } });
  });

  test('writers at the same time lose nothing of each other', async () => {
    const home = newHome();
    const added = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(added.map((name) => json(['profile', 'add', name, '--url', PRODUCTION], home)));
    expect((await names(home)).toSorted()).toEqual([...added, 'default', 'sandbox', 'sandbox-zitadel'].toSorted());
  });

  test.each<[args: readonly string[], message: string]>([
    [[], 'NAME is missing'],
    [['work'], '--url is missing'],
    [['two words', '--url', PRODUCTION], 'a profile cannot be named "two words"'],
    [['../x', '--url', PRODUCTION], 'a profile cannot be named "../x"'],
    [['__proto__', '--url', PRODUCTION], 'a profile cannot be named "__proto__"'],
    [['', '--url', PRODUCTION], 'NAME is empty'],
    [['x'.repeat(65), '--url', PRODUCTION], 'a profile cannot be named'],
    [['work', '--url', 'nowhere'], '--url has no usable URL: "nowhere"'],
    [['work', '--url', 'http://identity.example'], '--url has a URL without encryption: http://identity.example'],
    [['work', '--url', 'https://me:secret@identity.example'], '--url has a URL with a user or a password in it'],
    [['work', '--url', PRODUCTION, '--issuer', 'http://login.example'], '--issuer has a URL without encryption'],
    [['work', '--url', PRODUCTION, '--client-id', ' '], '--client-id is empty'],
    [['work', '--url', PRODUCTION, '--scope', ''], '--scope is empty'],
    [['work', '--url', PRODUCTION, '--provider', 'other'], '--provider takes flowkiwi or zitadel, not "other"'],
  ])('%j is refused', async (args, message) => {
    const home = newHome();
    const run = await inProcess(['profile', 'add', ...args, '--json'], { home });
    expect(run.status).toBe(2);
    expect(jsonError(run)['message']).toContain(message);
    expect(await names(home)).toEqual(['default', 'sandbox', 'sandbox-zitadel']);
  });
});

describe.concurrent('a flag wins over the environment, the environment over the file, the file over what is built in', () => {
  const elsewhere = { FLOWKIWI_URL: 'https://env.example', FLOWKIWI_ISSUER: 'https://login.env.example', FLOWKIWI_CLIENT_ID: 'env-cli' };

  test.each<[args: readonly string[], env: Record<string, string>, values: Record<string, unknown>, sources: Record<string, string>]>([
    [[], {}, { name: 'work', current: true }, { profile: 'profile in use', url: 'config.json', client_id: 'config.json' }],
    [[], { FLOWKIWI_PROFILE: 'sandbox' }, { name: 'sandbox', current: true }, { profile: 'FLOWKIWI_PROFILE', url: 'built in' }],
    [['--profile', 'default'], { FLOWKIWI_PROFILE: 'sandbox' }, { name: 'default', current: true }, { profile: '--profile' }],
    [['default'], { FLOWKIWI_PROFILE: 'sandbox' }, { name: 'default', current: false }, { profile: 'the argument' }],
    [[], elsewhere, { url: 'https://env.example' }, { url: 'FLOWKIWI_URL', issuer: 'FLOWKIWI_ISSUER', client_id: 'FLOWKIWI_CLIENT_ID' }],
    [
      ['default'],
      {},
      { issuer: null, client_id: 'flowkiwi-cli' },
      { provider: 'built in', issuer: 'asked of the API', scopes: 'built in' },
    ],
  ])('profile show %j with %j', async (args, env, values, sources) => {
    const home = newHome();
    await add(home, 'work', '--url', PRODUCTION, '--client-id', 'work-cli', '--use');
    const shown = await json(['profile', 'show', ...args], home, env);
    expect(shown).toMatchObject({ ...values, sources });
    // The same as for people.
    const { stdout } = await inProcess(['profile', 'show', ...args, '-o', 'table'], { home, env });
    for (const [name, source] of Object.entries(sources)) expect(stdout).toContain(`${name}: ${source}\n`);
  });

  test.each<[args: readonly string[], env: Record<string, string>, why: Record<string, string>]>([
    [['--profile', 'work'], {}, { profile: '--profile', url: 'config.json', credential: 'FLOWKIWI_TOKEN is not set, one is stored' }],
    [[], { FLOWKIWI_PROFILE: 'work' }, { profile: 'FLOWKIWI_PROFILE', credential: 'FLOWKIWI_TOKEN is not set, one is stored' }],
    [['--profile', 'work'], { FLOWKIWI_TOKEN: 'a-token' }, { profile: '--profile', credential: 'FLOWKIWI_TOKEN is set' }],
  ])('auth status %j with %j says why', async (args, env, why) => {
    const home = newHome();
    await signedIn(home, 'work', 'jane@acme.example');
    const { stdout } = await flowkiwi(['auth', 'status', ...args, '--json'], { home, env });
    expect(JSON.parse(stdout)['why']).toMatchObject(why);
    const table = await inProcess(['auth', 'status', ...args, '-o', 'table'], { home, env });
    for (const [name, reason] of Object.entries(why)) expect(table.stdout).toContain(`${name}: ${reason}\n`);
  });
});

test('auth status says why nobody is signed in', async () => {
  const { status, stdout } = await flowkiwi(['auth', 'status', '-o', 'table']);
  expect(status).toBe(4);
  expect(stdout).toMatch(
    /^Why +profile: built in\n +url: built in\n +organization: none is current\n +credential: FLOWKIWI_TOKEN is not set, none is stored$/m,
  );
});

describe.concurrent('profile use', () => {
  test('chooses the profile of the commands that follow', async () => {
    const home = newHome();
    expect(await flowkiwi(['profile', 'use', 'sandbox'], { home })).toMatchObject({
      status: 0,
      stderr: 'Commands use profile sandbox now (http://127.0.0.1:8787)\nnext: flowkiwi login\n',
    });
    expect(await json(['profile', 'show'], home)).toMatchObject({ name: 'sandbox', sources: { profile: 'profile in use' } });
    expect(await json(['profile', 'use', 'default'], home)).toMatchObject({ name: 'default', current: true });
    expect(await json(['profile', 'show'], home)).toMatchObject({ name: 'default' });
  });

  test('says when the environment goes on choosing another one', async () => {
    for (const args of [
      ['use', 'default'],
      ['add', 'work', '--url', PRODUCTION, '--use'],
    ]) {
      const { stderr } = await flowkiwi(['profile', ...args], { env: { FLOWKIWI_PROFILE: 'sandbox' } });
      expect(stderr).toContain('warning: FLOWKIWI_PROFILE is set: commands use profile sandbox, not');
    }
  });

  test.each<[args: readonly string[], message: string]>([
    [['use', 'sandbx'], 'there is no profile "sandbx"; did you mean "sandbox"?'],
    [['show', 'sandbx'], 'there is no profile "sandbx"; did you mean "sandbox"?'],
    [['remove', 'sandbx'], 'there is no profile "sandbx"; did you mean "sandbox"?'],
    [['remove', 'something'], 'there is no profile "something"'],
    [['use'], 'PROFILE is missing'],
    [['remove'], 'PROFILE is missing'],
  ])('profile %j is refused', async (args, message) => {
    const run = await inProcess(['profile', ...args]);
    expect(run.status).toBe(2);
    expect(textError(run).message).toBe(message);
  });
});

describe.concurrent('several accounts side by side', () => {
  test('each profile acts as its own user, with organizations of its own', async () => {
    const home = newHome();
    await signedIn(home, 'jane', 'jane@acme.example');
    await signedIn(home, 'john', 'john@globex.example');
    const owner = async (profile: string): Promise<unknown> => {
      const created = await json(['--profile', profile, 'org', 'create', `Of ${profile}`], home);
      return created['owners'];
    };
    expect(await owner('jane')).toMatchObject([{ email: 'jane@acme.example' }]);
    expect(await owner('john')).toMatchObject([{ email: 'john@globex.example' }]);
    expect(await json(['--profile', 'jane', 'org', 'get'], home)).toMatchObject({ name: 'Of jane' });
    expect(await json(['--profile', 'john', 'org', 'get'], home)).toMatchObject({ name: 'Of john' });
    const { stdout } = await flowkiwi(['profile', 'list', '--fields', 'name,signed_in'], { home });
    expect(stdout).toBe('default\tno\nsandbox\tno\nsandbox-zitadel\tno\njane\tyes\njohn\tyes\n');
  });
});

describe.concurrent('profile remove', () => {
  test('removes what nobody is signed in with at once, and goes back to the default', async () => {
    const home = newHome();
    await add(home, 'work', '--url', PRODUCTION, '--use');
    expect(await flowkiwi(['profile', 'remove', 'work'], { home })).toEqual({
      status: 0,
      stdout: '',
      stderr: 'Removed profile work; commands use profile default now\n',
    });
    expect(stored(home, 'config')).toEqual({ version: 1, profiles: {} });
    expect(await json(['profile', 'show'], home)).toMatchObject({ name: 'default', sources: { profile: 'built in' } });
  });

  test('what it knew of organizations is not known to a later profile of that name', async () => {
    const home = newHome();
    await add(home, 'work', '--url', PRODUCTION);
    const line = { profile: 'work', url: `${PRODUCTION}/`, id: '1', name: 'Acme' };
    writeFileSync(join(home, '.config', 'flowkiwi', 'organizations.jsonl'), `${JSON.stringify(line)}\n`, { mode: 0o600 });
    const forget = ['--profile', 'work', 'org', 'forget', 'Acme', '--json'];
    await flowkiwi(['profile', 'remove', 'work'], { home });
    await add(home, 'work', '--url', PRODUCTION);
    expect(jsonError(await flowkiwi(forget, { home }))['code']).toBe('not_found');
  });

  test('a stored credential is deleted only when that is confirmed, and no other is touched', async () => {
    const home = newHome();
    await signedIn(home, 'jane', 'jane@acme.example');
    await signedIn(home, 'john', 'john@globex.example');
    const before = [stored(home, 'config'), stored(home, 'credentials')];
    const unconfirmed = await flowkiwi(['profile', 'remove', 'jane'], { home });
    expect(unconfirmed.status).toBe(2);
    expect(textError(unconfirmed).hint).toMatch(/--yes.*: flowkiwi --profile jane logout$/);
    expect([stored(home, 'config'), stored(home, 'credentials')]).toEqual(before);

    expect(await json(['profile', 'remove', 'jane', '--yes'], home)).toEqual({ name: 'jane', built_in: false, credential_deleted: true });
    expect(await names(home)).toEqual(['default', 'sandbox', 'sandbox-zitadel', 'john']);
    expect(stored(home, 'credentials')).toEqual({ version: 1, credentials: { john: expect.anything() } });
    expect(await flowkiwi(['--profile', 'john', 'auth', 'status', '--check'], { home })).toMatchObject({ status: 0 });
  });
});

describe('at a terminal', { tags: ['tmux'] }, () => {
  test('profile add asks for what is missing', async () => {
    const terminal = openTerminal(['profile', 'add']);
    await terminal.shows('Name of the profile:');
    terminal.type('work');
    terminal.press('Enter');
    await terminal.shows('Base URL of the API:');
    terminal.press('Enter');
    expect((await terminal.ended()).status).toBe(0);
    expect(await names(terminal.home)).toEqual(['default', 'sandbox', 'sandbox-zitadel', 'work']);
  });

  test('profile remove asks, and Enter says no', async () => {
    const home = newHome();
    await signedIn(home, 'jane', 'jane@acme.example');
    const remove = async (answer: string): Promise<number> => {
      const terminal = openTerminal(['profile', 'remove', 'jane'], { home });
      await terminal.shows('Delete the credential of profile jane, which the server goes on accepting?');
      terminal.type(answer);
      terminal.press('Enter');
      return (await terminal.ended()).status;
    };
    expect(await remove('')).toBe(130);
    expect(await names(home)).toContain('jane');
    expect(await remove('y')).toBe(0);
    expect(await names(home)).not.toContain('jane');
    expect(stored(home, 'credentials')).toEqual({ version: 1, credentials: {} });
  });
});

test('what cannot be written is said', async () => {
  const run: Run = await flowkiwi(['profile', 'use', 'sandbox', '--json'], { env: { FLOWKIWI_CONFIG_DIR: '/dev/null/nothing' } });
  expect(run.status).toBe(2);
  expect(jsonError(run)['code']).toBe('invalid');
});
