import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { State } from '@zitadel/proto/zitadel/instance_pb.js';
import { CreateInstanceResponseSchema, GetInstanceResponseSchema, ListInstancesResponseSchema } from '@zitadel/proto/zitadel/system_pb.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAGS } from '../attack/storm-size.ts';
import { jsonError, textError } from '../support/failure.ts';
import { secret } from '../support/flowkiwi.ts';
import { onPseudoTerminal } from '../support/pseudo-terminal.ts';
import { type Said, startScriptedServer } from '../support/servers/scripted-server.ts';
import { startZitadel, type Zitadel, zitadelHome } from '../support/servers/zitadel.ts';
import { rpcError, saidBy } from '../support/zitadel-answers.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel?.sandbox.stop());

const HUMAN = ['--user-name', 'jane', '--first-name', 'Jane', '--last-name', 'Doe', '--email', 'jane@acme.example'];
const MACHINE = ['--machine', 'Setup', '--machine-user-name', 'setup'];

const INSTANCE = {
  id: expect.stringMatching(/^\d+$/),
  primary_domain: expect.any(String),
  domains: expect.any(Array),
  state: 'running',
  version: expect.any(String),
  created_at: expect.stringMatching(/Z$/),
  updated_at: expect.stringMatching(/Z$/),
  sequence: expect.stringMatching(/^\d+$/),
};

describe.concurrent('an instance', () => {
  test('of a person is created, read back with its domains, renamed, listed and deleted', async () => {
    const home = zitadel.home();
    const flags = [
      '--first-org',
      'Acme',
      '--domain',
      'Login.Acme.Example',
      '--language',
      'en',
      '--email-verified',
      '--password-stdin',
      '--password-change-required',
    ];
    const run = await zitadel.run(['instance', 'create', 'Acme EU', ...HUMAN, ...flags, '--json'], { home, stdin: secret('Secret-1234!') });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const { first_organization_id, ...instance } = JSON.parse(run.stdout);
    expect(instance).toEqual({ ...INSTANCE, name: 'Acme EU', primary_domain: 'login.acme.example' });
    expect(first_organization_id).toMatch(/^\d+$/);
    for (const given of [instance.id, 'login.acme.example', 'LOGIN.acme.example']) {
      expect(JSON.parse((await zitadel.run(['instance', 'get', given, '--json'], { home })).stdout)).toEqual(instance);
    }
    const renamed = await zitadel.run(['instance', 'rename', 'login.acme.example', 'Acme Europe', '--json'], { home });
    expect(JSON.parse(renamed.stdout)).toMatchObject({ id: instance.id, name: 'Acme Europe' });
    const listed = await zitadel.run(['instance', 'list', '--sort', 'created_at:desc', '--json'], { home });
    expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ id: instance.id, name: 'Acme Europe' }));
    const unconfirmed = await zitadel.run(['instance', 'delete', instance.id], { home });
    expect(textError(unconfirmed).hint).toBe('add --yes');
    const deleted = await zitadel.run(['instance', 'delete', 'login.acme.example', '--yes'], { home });
    expect(deleted).toEqual({ status: 0, stdout: '', stderr: `Deleted instance Acme Europe (${instance.id})\n` });
    expect((await zitadel.run(['instance', 'get', instance.id], { home })).status).toBe(3);
    expect((await zitadel.run(['instance', 'delete', 'login.acme.example', '--yes'], { home })).status).toBe(3);
  });

  test('of a machine leaves its token and its key in files that nobody else can read', async () => {
    const home = zitadel.home();
    const [pat, key] = [join(home, 'acme.pat'), join(home, 'acme.json')];
    const files = ['--pat-out', pat, '--pat-expires', '2099-12-31', '--key-out', key, '--key-expires', '2099-12-31T12:00:00Z'];
    const run = await zitadel.run(['instance', 'create', 'Acme Machine', ...MACHINE, ...files, '--json'], { home });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(Object.keys(JSON.parse(run.stdout))).not.toContain('pat');
    for (const file of [pat, key]) expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    const token = readFileSync(pat, 'utf8');
    expect(token).toMatch(/^\S+\n$/);
    expect(run.stdout).not.toContain(token.trim());
    expect(JSON.parse(readFileSync(key, 'utf8'))).toMatchObject({
      type: 'serviceaccount',
      keyId: expect.any(String),
      key: expect.stringContaining('PRIVATE KEY'),
    });
    // The token signs in at the new instance.
    const { primary_domain } = JSON.parse(run.stdout);
    const there = zitadelHome(zitadel.sandbox.url, { systemUser: false, profile: { instance_host: primary_domain } });
    const own = await zitadel.run(['instance', 'get', '--json'], { home: there, env: { FLOWKIWI_TOKEN: secret(token.trim()) } });
    expect(JSON.parse(own.stdout)).toMatchObject({ name: 'Acme Machine', primary_domain });
    expect((await zitadel.run(['org', 'create', 'Acme', '-q'], { home: there, env: { FLOWKIWI_TOKEN: token.trim() } })).status).toBe(0);
  });

  test('of a machine without a file: JSON carries the token, or the key', async () => {
    const pat = JSON.parse((await zitadel.run(['instance', 'create', 'Acme Json', ...MACHINE, '--json'])).stdout);
    expect(pat).toMatchObject({ name: 'Acme Json', pat: expect.stringMatching(/^\S+$/) });
    expect(pat).not.toHaveProperty('machine_key');
    const fields = JSON.parse((await zitadel.run(['instance', 'create', 'Acme Json', ...MACHINE, '--json', '--fields', 'id,pat'])).stdout);
    expect(fields).toEqual({ id: expect.any(String), pat: expect.stringMatching(/^\S+$/) });
    const key = JSON.parse(
      (await zitadel.run(['instance', 'create', 'Acme Json', ...MACHINE, '--key-expires', '2099-01-01', '--json'])).stdout,
    );
    expect(key).toMatchObject({ machine_key: { type: 'serviceaccount', expirationDate: expect.stringMatching(/^2099-01-01/) } });
    expect(key).not.toHaveProperty('pat');
  });

  test('on a terminal JSON with a token comes with a warning only when it is not JSON that was asked for', {
    tags: ['script'],
  }, async () => {
    const env = { FLOWKIWI_TOKEN: await zitadel.sandbox.token() };
    const { status, output } = await onPseudoTerminal(['instance', 'create', 'Acme Yaml', ...MACHINE, '-o', 'yaml', '--color', 'never'], {
      home: zitadel.home(),
      env,
    });
    expect({ status, output }).toEqual({
      status: 0,
      output: expect.stringMatching(/^warning: the token of the machine appears on this screen; --pat-out FILE keeps it off/),
    });
  });

  test('on a terminal the token and the key stand once, under a warning and not in the table', { tags: ['script'] }, async () => {
    const env = { FLOWKIWI_TOKEN: await zitadel.sandbox.token() };
    const args = ['instance', 'create', 'Acme Shown', ...MACHINE, '--pat-expires', '2099-01-01', '--key-expires', '2099-01-01'];
    const { status, output } = await onPseudoTerminal([...args, '--color', 'never'], { home: zitadel.home(), env });
    const [, pat = '', key = '', table = ''] =
      /^warning: the token of the machine is shown here, and never again; --pat-out FILE keeps it off the screen\n(\S+)\nwarning: the key of the machine is shown here, and never again; --key-out FILE .*\n(\{.*\})\n(.*)$/s.exec(
        output.replaceAll('\r\n', '\n'),
      ) ?? [];
    expect({ status, table }).toMatchObject({ status: 0, table: expect.stringMatching(/^ID +\d+\nName +Acme Shown\n/) });
    expect(JSON.parse(key)).toMatchObject({ type: 'serviceaccount', key: expect.stringContaining('PRIVATE KEY') });
    expect(table).not.toContain(pat);
    expect(table).not.toContain('serviceaccount');
  });

  test('that is there already, by its domain', async () => {
    const home = zitadel.home();
    const create = (...more: readonly string[]) =>
      zitadel.run(['instance', 'create', 'Acme There', ...MACHINE, '--domain', 'there.acme.example', ...more], { home });
    const first = await create('--json');
    const pat = join(home, 'second.pat');
    const failed = await create('--pat-out', pat);
    expect({ status: failed.status, hint: textError(failed).hint }).toEqual({
      status: 5,
      hint: expect.stringContaining('--if-exists skip'),
    });
    expect(existsSync(pat)).toBe(false);
    const skipped = await create('--pat-out', pat, '--if-exists', 'skip', '--json');
    expect(JSON.parse(skipped.stdout)).toMatchObject({ id: JSON.parse(first.stdout).id, created: false });
    expect(existsSync(pat)).toBe(false);
    const without = await zitadel.run(['instance', 'create', 'Acme There', ...MACHINE, '--if-exists', 'skip', '--json'], { home });
    expect(jsonError(without)['message']).toContain('--if-exists skip needs --domain');
  });

  test('is listed in the order and number that are asked for', async () => {
    const names = async (...args: readonly string[]) =>
      JSON.parse((await zitadel.run(['instance', 'list', '--json', ...args])).stdout).map(({ name }: { name: string }) => name);
    const all: string[] = await names('--sort', 'name');
    expect(all).toEqual([...all].sort());
    expect(await names('--sort', 'created_at', '--limit', '1')).toEqual(['ZITADEL']);
    expect((await zitadel.run(['instance', 'list', '--sort', 'handle'])).status).toBe(2);
  });
});

describe.concurrent('nothing is created when', () => {
  test.each<[what: string, args: readonly string[], message: RegExp]>([
    ['nothing says who owns it', ['X'], /^--user-name, --first-name, --last-name and --email are missing$/],
    ['a machine has no user name', ['X', '--machine', 'x'], /^--machine-user-name is missing$/],
    ['a person and a machine own it', ['X', ...HUMAN, ...MACHINE], /^an instance is owned by a person or by a machine/],
    ['a token has no place to go', ['X', ...MACHINE, '-q'], /^the token of the machine is shown once, and has no place to go$/],
    ['a key has no place to go', ['X', ...MACHINE, '--key-expires', '2099-01-01', '-o', 'tsv'], /^the key of the machine is shown once/],
    ['the fields leave the token out', ['X', ...MACHINE, '-o', 'yaml', '--fields', 'id'], /^the token of the machine is shown once/],
    ['standard output is to be the file', ['X', ...MACHINE, '--pat-out', '-'], /^--pat-out takes the name of a new file, not "-"$/],
    ['the file has no name', ['X', ...MACHINE, '--key-out', '', '-o', 'yaml'], /^--key-out takes the name of a new file, not ""$/],
    ['a person has no token', ['X', ...HUMAN, '-o', 'yaml', '--fields', 'id,pat'], /^unknown field "pat"/],
    ['a date is past', ['X', ...MACHINE, '--pat-out', 'x', '--pat-expires', '2001-01-01'], /^--pat-expires takes a date in the future/],
    [
      'a day is in no calendar',
      ['X', ...MACHINE, '--pat-out', 'x', '--pat-expires', '2030-02-31'],
      /^--pat-expires takes a date in the future/,
    ],
    ['a date is none', ['X', ...MACHINE, '--key-out', 'x', '--key-expires', 'tomorrow'], /^--key-expires takes a date in the future/],
    ['the name makes no domain', ['Ärger', ...MACHINE, '--pat-out', 'x'], /^an instance cannot be created like this$/],
    ['the domain is none', ['X', ...MACHINE, '--pat-out', 'x', '--domain', 'acme_eu'], /^an instance cannot be created like this$/],
    [
      'a password that has to be changed is not there',
      ['X', ...HUMAN, '--password-change-required'],
      /^--password-change-required needs a password$/,
    ],
    [
      'the file is in no folder',
      ['X', ...MACHINE, '--pat-out', '/no/such/folder/x'],
      /^--pat-out: \/no\/such\/folder\/x cannot be made \(ENOENT\)$/,
    ],
    ['an option is Flowkiwi’s', ['X', '--handle', 'x'], /^--handle works only with Flowkiwi; profile "tenants" connects to ZITADEL$/],
  ])('%s', async (_, args, message) => {
    const run = await zitadel.quick(['instance', 'create', ...args]);
    expect({
      status: run.status,
      message: textError({ ...run, stderr: run.stderr.replace(/^Without a password.*\n/, '') }).message,
    }).toEqual({
      status: 2,
      message: expect.stringMatching(message),
    });
  });

  test('the file is there already; the other one is taken back', async () => {
    const home = zitadel.home();
    const [pat, key] = [join(home, 'new.pat'), join(home, 'there.json')];
    writeFileSync(key, 'precious');
    const run = await zitadel.run(['instance', 'create', 'X', ...MACHINE, '--pat-out', pat, '--key-out', key], { home });
    expect({ status: run.status, message: textError(run).message }).toEqual({ status: 5, message: `--key-out: ${key} is there already` });
    expect([existsSync(pat), readFileSync(key, 'utf8')]).toEqual([false, 'precious']);
  });
});

describe.concurrent('a projection that lags', () => {
  test.for(LAGS)('by %i ms is waited for', { timeout: 60_000 }, async (lag, { onTestFinished }) => {
    const own = await startZitadel();
    onTestFinished(() => void own.sandbox.stop());
    await own.switches(`lag=${lag}`);
    const home = own.home();
    const org = await own.run(['org', 'create', 'Lagging', '--json'], { home });
    const { id } = JSON.parse(org.stdout);
    expect(JSON.parse((await own.run(['org', 'get', 'Lagging', '--json'], { home })).stdout)).toEqual(JSON.parse(org.stdout));
    expect((await own.run(['org', 'create', 'lagging', '--if-exists', 'skip', '-q'], { home })).stdout).toBe(`${id}\n`);
    const instance = JSON.parse((await own.run(['instance', 'create', 'Lagging', ...MACHINE, '--json'], { home })).stdout);
    expect(instance).toMatchObject({ name: 'Lagging', state: 'running', primary_domain: expect.stringMatching(/^lagging-/) });
    expect(JSON.parse((await own.run(['instance', 'get', instance.id, '--json'], { home })).stdout)).toMatchObject({ id: instance.id });
  });

  test('for longer than one waits is exit 6 with the id; the secrets are not lost', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const own = await startZitadel();
    onTestFinished(() => void own.sandbox.stop());
    await own.switches('lag=60000');
    const home = own.home();
    const unwaited = await own.run(['instance', 'create', 'Late', ...MACHINE, '--pat-out', join(home, 'no-wait.pat'), '--no-wait', '-q'], {
      home,
    });
    expect(unwaited).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\n$/), stderr: '' });
    const pat = join(home, 'late.pat');
    const create = (...more: readonly string[]) =>
      own.run(['instance', 'create', 'Late', ...MACHINE, '--timeout', '5s', '--json', ...more], { home });
    const [waiting, printed] = await Promise.all([create('--pat-out', pat), create()]);
    const { message, hint, code } = jsonError(waiting);
    expect({ code, status: waiting.status }).toEqual({ code: 'timeout', status: 6 });
    const [, id] = /^instance Late \((\d+)\) was created, and cannot be read after 5 s$/.exec(String(message)) ?? [];
    expect(hint).toContain(`flowkiwi instance get ${id}`);
    expect(readFileSync(pat, 'utf8')).toMatch(/^\S+\n$/);
    expect(printed.status).toBe(6);
    expect(JSON.parse(printed.stdout)).toMatchObject({
      id: expect.stringMatching(/^\d+$/),
      name: 'Late',
      pat: expect.any(String),
      state: null,
    });
    expect(JSON.parse(printed.stderr)).toMatchObject({ error: { code: 'timeout' } });
  });
});

describe.concurrent('the system user', () => {
  test('is not needed for the instance of the profile', async () => {
    const home = zitadel.home({ systemUser: false });
    const own = JSON.parse((await zitadel.run(['instance', 'get', '--json'], { home })).stdout);
    expect(own).toEqual({ ...INSTANCE, name: 'ZITADEL', primary_domain: 'localhost' });
    for (const given of [own.id, 'localhost'])
      expect((await zitadel.run(['instance', 'get', given, '-q'], { home })).stdout).toBe(`${own.id}\n`);
    const other = await zitadel.run(['instance', 'get', 'other.example'], { home });
    expect({ status: other.status, hint: textError(other).hint }).toEqual({
      status: 3,
      hint: expect.stringContaining('needs a system user key'),
    });
  });

  test.each([[['list']], [['create', 'X', ...HUMAN, '--no-input']], [['rename', 'localhost', 'X']], [['delete', 'localhost', '--yes']]])(
    'is needed for instance %j: a user’s token is not good for it',
    async (args) => {
      const run = await zitadel.run(['instance', ...args], { home: zitadel.home({ systemUser: false }) });
      expect([4, 7]).toContain(run.status);
      expect(run.stderr).toMatch(/hint: this command needs a system user key/);
    },
  );

  test('and nobody at all: it says so before anything is sent', async () => {
    const run = await zitadel.run(['instance', 'list', '--json'], {
      home: zitadel.home({ systemUser: false }),
      env: { FLOWKIWI_TOKEN: '' },
    });
    expect(jsonError(run)).toMatchObject({
      code: 'auth',
      message: expect.stringContaining('no system user'),
      hint: expect.stringContaining('needs a system user key'),
    });
  });

  test.each<[what: string, change: (key: string) => void, message: RegExp]>([
    ['is not there', (key) => writeFileSync(`${key}.x`, ''), /is not there$/],
    ['is not a key', (key) => writeFileSync(key, 'nonsense'), /is not a private key$/],
    [
      'is encrypted',
      (key) => writeFileSync(key, '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n-----END ENCRYPTED PRIVATE KEY-----\n'),
      /is encrypted$/,
    ],
    ['is for elliptic curves', (key) => writeFileSync(key, EC_KEY), /is a key of type ec, not RSA$/],
    ['is a folder', (key) => mkdirSync(key), /cannot be read \(EISDIR\)$/],
  ])('whose key %s', async (_, change, message) => {
    const key = join(zitadel.home(), 'key.pem');
    change(key);
    if (existsSync(key)) chmodSync(key, 0o600);
    const run = await zitadel.quick(['instance', 'list'], { home: zitadel.home({ profile: { system_key: key } }) });
    expect({ status: run.status, message: textError(run).message }).toEqual({ status: 4, message: expect.stringMatching(message) });
  });

  test('whose key others can read: a warning', async () => {
    const home = zitadel.home();
    chmodSync(join(home, '.config', 'flowkiwi', 'system-user.pem'), 0o644);
    const run = await zitadel.run(['instance', 'list', '-o', 'tsv'], { home });
    expect({ status: run.status, stderr: run.stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^warning: .*system-user\.pem is readable by other users/),
    });
  });

  test.each([
    ['another audience', { system_audience: 'https://elsewhere.example' }],
    ['another name', { system_user: 'somebody' }],
  ])('with %s is not accepted', async (_, profile) => {
    const run = await zitadel.run(['instance', 'list'], { home: zitadel.home({ profile }) });
    expect({ status: run.status, hint: textError(run).hint }).toEqual({ status: 4, hint: expect.stringContaining('--system-audience') });
  });
});

const EC_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
-----END PRIVATE KEY-----
`;

describe.concurrent('an answer that is lost', () => {
  const now = () => ({ seconds: BigInt(Math.floor(Date.now() / 1_000)) });
  // Of the moment of the answer: what is older than the request is somebody else's.
  const there = (name: string) => (): Said =>
    saidBy(ListInstancesResponseSchema, { details: { totalResult: 1n }, result: [{ id: '7', name, details: { creationDate: now() } }] });
  const nothing = () => saidBy(ListInstancesResponseSchema, {});

  async function lost(found: () => Said, args: readonly string[], answer: Said | 'cut' = 'cut') {
    const server = await startScriptedServer(({ line }) => {
      if (line.endsWith('/_create')) return answer;
      if (line.endsWith('/_search')) return found();
      return saidBy(GetInstanceResponseSchema, { instance: { id: '7', name: 'Acme EU', state: State.RUNNING } });
    });
    const run = await zitadel.quick(['instance', 'create', 'Acme EU', ...args, '--json'], { home: zitadelHome(server.url) });
    server.close();
    return { run, creates: server.asked.filter(({ line }) => line.endsWith('/_create')).length };
  }
  const domain = ['--domain', 'acme.example'];

  test.each<[what: string, answer: Said | 'cut']>([
    ['the connection is cut', 'cut'],
    ['the server fails half way', rpcError(500, 13, 'Errors.Internal', 'COMMA-AiV3u')],
    ['a gateway has none', { status: 502, text: '<html>', type: 'text/html' }],
  ])('%s: the instance is found by its domain', async (_, answer) => {
    const { run, creates } = await lost(there('Acme EU'), [...HUMAN, ...domain], answer);
    expect({ status: run.status, creates }).toEqual({ status: 0, creates: 1 });
    expect(JSON.parse(run.stdout)).toMatchObject({ id: '7', name: 'Acme EU' });
  });

  test('without a domain nobody can tell', async () => {
    const { run, creates } = await lost(nothing, HUMAN);
    expect({ code: jsonError(run)['code'], status: run.status, creates }).toEqual({ code: 'unknown_outcome', status: 6, creates: 1 });
  });

  test('and the domain is another one’s', async () => {
    const { run } = await lost(there('Other'), [...HUMAN, ...domain]);
    expect(run.status).toBe(5);
  });

  test('with the token of a machine: the id, and what to do', async () => {
    const { run } = await lost(there('Acme EU'), [...MACHINE, ...domain]);
    expect(run.status).toBe(6);
    expect(jsonError(run)['hint']).toContain('flowkiwi instance delete 7');
  });

  test('of an instance that was created: its secrets are in the files before anything else is asked', async () => {
    const server = await startScriptedServer(({ line }) =>
      line.endsWith('/_create')
        ? saidBy(CreateInstanceResponseSchema, { instanceId: '7', pat: 'first-and-last', details: { resourceOwner: '8' } })
        : rpcError(403, 7, 'no'),
    );
    const home = zitadelHome(server.url);
    const run = await zitadel.run(['instance', 'create', 'Acme EU', ...MACHINE, '--pat-out', join(home, 'x.pat'), '--json'], { home });
    expect(jsonError(run)).toMatchObject({ code: 'forbidden', message: expect.stringContaining('instance Acme EU (7) was created, but') });
    expect(readFileSync(join(home, 'x.pat'), 'utf8')).toBe('first-and-last\n');
  });

  test('of an instance that was created and cannot be read now: exit 6, as running it again would make another one', async () => {
    const server = await startScriptedServer(({ line }) =>
      line.endsWith('/_create')
        ? saidBy(CreateInstanceResponseSchema, { instanceId: '7', details: { resourceOwner: '8' } })
        : { status: 503, headers: { 'retry-after': '3600' } },
    );
    const run = await zitadel.run(['instance', 'create', 'Acme EU', ...HUMAN, '--json'], { home: zitadelHome(server.url) });
    expect(run.status).toBe(6);
    expect(jsonError(run)).toMatchObject({ code: 'timeout', message: expect.stringContaining('instance Acme EU (7) was created, but') });
  });
});
