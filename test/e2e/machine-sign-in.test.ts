import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { assertNoSecrets, flowkiwi, newHome, type RunOptions, secret } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { homeWith, jobToken, type Machine, newMachine } from '../support/machines.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { signedInAt } from '../support/signed-in.ts';
import { openTerminal } from '../support/terminal.ts';

let sandbox: RunningSandbox;
let machine: Machine;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory']);
  machine = await newMachine(sandbox);
});

afterAll(() => sandbox.stop());

interface Way {
  readonly method: string;
  /** The words after `login`; `HOME` stands for the home folder. */
  readonly args: () => readonly string[];
  readonly files?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  readonly env?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  readonly stdin?: () => string;
}

const KEY = ['--key-file', 'HOME/key'];
const bareKey = () => [...KEY, '--key-id', machine.keyId, '--client-id', machine.clientId];
const client = () => ['--client-credentials', '--client-id', machine.clientId];

const WAYS: Readonly<Record<string, Way>> = {
  'a key file': { method: 'service_account_key', args: () => KEY, files: () => ({ key: machine.keyFile }) },
  'a key file from standard input': { method: 'service_account_key', args: () => ['--key-file', '-'], stdin: () => machine.keyFile },
  'a PEM key': { method: 'service_account_key', args: bareKey, files: () => ({ key: machine.pem.replaceAll('\n', '\\n') }) },
  'a client secret from a file': {
    method: 'client_credentials',
    args: () => [...client(), '--client-secret-file', 'HOME/secret'],
    files: () => ({ secret: `\uFEFF${machine.clientSecret}\r\n` }),
  },
  'a client secret from the environment': {
    method: 'client_credentials',
    args: () => ['--client-credentials'],
    env: () => ({ FLOWKIWI_CLIENT_ID: machine.clientId, FLOWKIWI_CLIENT_SECRET: machine.clientSecret }),
  },
  'GitHub Actions': { method: 'workload_identity', args: () => ['--oidc'], env: () => machine.job },
  'a token in a file': {
    method: 'workload_identity',
    args: () => ['--oidc', '--oidc-token-file', 'HOME/token'],
    files: async () => ({ token: await jobToken(machine, sandbox.url) }),
  },
  'a token of a CI': {
    method: 'workload_identity',
    args: () => ['--oidc'],
    env: async () => ({ CI: 'true', FLOWKIWI_ID_TOKEN: await jobToken(machine, sandbox.url) }),
  },
};

/** A machine that is about to sign in that way, with an empty store. */
async function ready({
  args,
  files,
  env,
  stdin,
}: Way): Promise<{ readonly args: readonly string[]; readonly options: Required<Pick<RunOptions, 'home' | 'env' | 'stdin'>> }> {
  const home = homeWith((await files?.()) ?? {});
  return {
    args: ['login', ...args().map((word) => word.replace('HOME', home))],
    options: { home, env: { FLOWKIWI_URL: sandbox.url, ...(await env?.()) }, stdin: stdin?.() ?? '' },
  };
}

test('the key file of a profile signs in without a flag, from any folder, and a person only where one is asked for', async () => {
  const home = homeWith({ key: machine.keyFile });
  const env = { FLOWKIWI_URL: sandbox.url };
  await inProcess(['profile', 'set', 'default', '--key-file', join(home, 'key')], { home });
  const { stored } = signedInAt(home, join(home, '.config', 'flowkiwi', 'credentials.json'));
  expect(await inProcess(['login'], { home, env })).toMatchObject({ status: 0 });
  expect(stored()).toMatchObject({ method: 'service_account_key' });
  // It is not that of a client.
  const refused = await inProcess(['login', '--device', '--client-auth', 'private_key_jwt'], { home, env });
  expect({ status: refused.status, ...textError(refused) }).toEqual({
    status: 2,
    message: `the key file ${join(home, 'key')} is the key of a service account, which signs in without a person`,
    hint: 'sign in with it alone: flowkiwi login --key-file FILE',
  });
  const gone = { home: homeWith({}), env };
  await inProcess(['profile', 'set', 'default', '--key-file', '/nowhere/key.json'], gone);
  expect(textError(await inProcess(['login'], gone))).toEqual({
    message: 'key file of the profile default: /nowhere/key.json cannot be read (ENOENT)',
    hint: 'give a file that this user can read',
  });
});

describe.each(Object.entries(WAYS))('%s', (_name, way) => {
  test('signs in, works, renews itself when its token has expired, and signs out; --debug shows no secret', async () => {
    const { args, options } = await ready(way);
    const { status, stderr } = await flowkiwi([...args, '--debug'], options);
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringMatching(/\nSigned in to .+ as .+ \(profile default\)\n/) });
    // Neither an assertion nor the token of the CI.
    expect(stderr).not.toContain('eyJ');

    const { stored, change } = signedInAt(options.home, join(options.home, '.config', 'flowkiwi', 'credentials.json'));
    expect(stored()).toMatchObject({ method: way.method, issuer: sandbox.url });
    expect(JSON.stringify(stored())).not.toContain(options.env['FLOWKIWI_ID_TOKEN'] ?? machine.job['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);

    // Those would sign in by themselves.
    const { FLOWKIWI_CLIENT_SECRET: _, ...env } = options.env;
    const before = stored()?.['access_token'];
    change({ access_token: 'an-expired-access-token', expires_at: new Date(Date.now() - 60_000).toISOString() });
    const created = await flowkiwi(['org', 'create', 'Acme Corp', '-q', '--debug'], { home: options.home, env });
    expect(created).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
    expect(created.stderr).not.toContain('eyJ');
    expect(stored()?.['access_token']).not.toBe('an-expired-access-token');
    expect(stored()?.['access_token']).not.toBe(before);

    const whoami = await inProcess(['whoami', '--check', '--json'], { home: options.home, env });
    expect(JSON.parse(whoami.stdout)).toMatchObject({ signed_in: true, method: way.method, refreshable: true });
    expect(await inProcess(['logout'], options)).toMatchObject({ status: 0 });
    expect(stored()).toBeUndefined();
  });
});

test('a token that the API refuses before its time is renewed as well', async () => {
  const { args, options } = await ready({ method: '', args: () => KEY, files: () => ({ key: machine.keyFile }) });
  await flowkiwi(args, options);
  signedInAt(options.home, join(options.home, '.config', 'flowkiwi', 'credentials.json')).change({
    access_token: 'a-revoked-access-token',
  });
  expect(await flowkiwi(['org', 'create', 'Acme Corp', '-q'], options)).toMatchObject({ status: 0 });
});

test('a secret that was changed in the environment is used at once', async () => {
  const secretFile = { secret: machine.clientSecret };
  const { args, options } = await ready({
    method: '',
    args: () => [...client(), '--client-secret-file', 'HOME/secret'],
    files: () => secretFile,
  });
  await inProcess(args, options);
  const { change } = signedInAt(options.home, join(options.home, '.config', 'flowkiwi', 'credentials.json'));
  change({ machine: { client_secret: secret('the-secret-of-yesterday') }, expires_at: new Date(Date.now() - 60_000).toISOString() });
  const refused = await inProcess(['auth', 'token'], options);
  expect(refused.status).toBe(4);
  expect(textError(refused).message).toContain('could not be refreshed: the sign-in server refused the secret of the client');
  const env = { ...options.env, FLOWKIWI_CLIENT_SECRET: machine.clientSecret };
  expect(await inProcess(['auth', 'token'], { ...options, env })).toMatchObject({ status: 0, stderr: '' });
});

test('where the folder cannot be written, a machine renews its token in memory', { tags: ['mount', 'mounting'] }, async () => {
  const { args, options } = await ready({ method: '', args: () => KEY, files: () => ({ key: machine.keyFile }) });
  await inProcess(args, options);
  const folder = join(options.home, '.config', 'flowkiwi');
  const { change, stored } = signedInAt(options.home, join(folder, 'credentials.json'));
  change({ access_token: 'an-expired-access-token', expires_at: new Date(Date.now() - 60_000).toISOString() });
  execFileSync('mount', ['--bind', folder, folder]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  execFileSync('mount', ['-o', 'remount,bind,ro', folder]);
  const token = await flowkiwi(['auth', 'token'], options);
  expect(token).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[\w-]{43}\n$/), stderr: '' });
  expect(await inProcess(['auth', 'status', '--check', '--json'], options)).toMatchObject({ status: 0, stderr: '' });
  expect(stored()).toMatchObject({ access_token: 'an-expired-access-token' });
});

test('where the server knows no token exchange, the token of the job is an assertion', async () => {
  await sandbox.control('switches', { switches: ['tokenExchange=off'] });
  try {
    const { status, stderr } = await flowkiwi(['login', '--oidc', '--debug'], { env: { FLOWKIWI_URL: sandbox.url, ...machine.job } });
    expect(stderr).toMatch(/grant_type=client_credentials&client_assertion_type=\S+jwt-bearer/);
    expect(status).toBe(0);
  } finally {
    await sandbox.control('switches', { switches: ['tokenExchange=on'] });
  }
});

test('a job without its token keeps its session, and says what is missing', async () => {
  const { args, options } = await ready({ method: '', args: () => ['--oidc'], env: () => machine.job });
  await flowkiwi(args, options);
  const { change, stored } = signedInAt(options.home, join(options.home, '.config', 'flowkiwi', 'credentials.json'));
  change({ expires_at: new Date(Date.now() - 60_000).toISOString() });
  const run = await flowkiwi(['org', 'get', 'x'], { home: options.home, env: { FLOWKIWI_URL: sandbox.url } });
  expect(run.status).toBe(4);
  expect(textError(run).message).toContain('there is no token of a CI: neither --oidc-token-file nor FLOWKIWI_ID_TOKEN');
  expect(stored()).toMatchObject({ method: 'workload_identity' });
});

test('a key that other users can read is used, with a warning', async () => {
  const home = homeWith({ key: machine.keyFile });
  chmodSync(join(home, 'key'), 0o644);
  const { status, stderr } = await flowkiwi(['login', '--key-file', join(home, 'key')], { home, env: { FLOWKIWI_URL: sandbox.url } });
  expect({ status, stderr }).toMatchObject({
    status: 0,
    stderr: expect.stringContaining(`warning: ${home}/key is readable by other users`),
  });
});

describe('what fails stores nothing', () => {
  interface Failure extends Omit<Way, 'method'> {
    readonly status: number;
    readonly message: RegExp;
    readonly hint: RegExp;
  }

  const FAILURES: Readonly<Record<string, Failure>> = {
    'a wrong client secret': {
      args: client,
      env: () => ({ FLOWKIWI_CLIENT_SECRET: 'not-the-secret' }),
      status: 4,
      message: /^the sign-in server refused the secret of the client \S+ from FLOWKIWI_CLIENT_SECRET: .+ \(invalid_client\)$/,
      hint: /--client-id or FLOWKIWI_CLIENT_ID/,
    },
    'a key that the server does not know': {
      args: () => KEY,
      files: () => ({ key: JSON.stringify({ ...JSON.parse(machine.keyFile), keyId: 'another' }) }),
      status: 4,
      message:
        /^the sign-in server refused the key another of the service account \S+ \(aud http:\S+\) from \S+\/key: .+ \(invalid_grant\)$/,
      hint: /--key-audience/,
    },
    'a key for another audience': {
      args: () => [...KEY, '--key-audience', 'https://elsewhere.example'],
      files: () => ({ key: machine.keyFile }),
      status: 4,
      message: /\(aud https:\/\/elsewhere\.example\) from /,
      hint: /--key-audience/,
    },
    'a damaged key file': {
      args: () => KEY,
      files: () => ({ key: machine.keyFile.slice(0, 500) }),
      status: 2,
      message: /^the key file \S+\/key is damaged/,
      hint: /whole/,
    },
    'a key file that has expired': {
      args: () => KEY,
      files: () => ({ key: JSON.stringify({ ...JSON.parse(machine.keyFile), expirationDate: '2020-01-01T00:00:00Z' }) }),
      status: 4,
      message: /^the key file \S+\/key has expired: its key was good until 2020-01-01/,
      hint: /new key/,
    },
    'a key file that is not there': {
      args: () => ['--key-file', '/nonexistent/key'],
      status: 2,
      message: /^--key-file: \/nonexistent\/key cannot be read \(ENOENT\)$/,
      hint: /standard input/,
    },
    'a key file without end': {
      args: () => ['--key-file', '/dev/zero'],
      status: 2,
      message: /^--key-file: \/dev\/zero is longer than 65536 bytes$/,
      hint: /alone/,
    },
    'a PEM key of nobody': {
      args: () => KEY,
      files: () => ({ key: machine.pem }),
      status: 2,
      message: /^--client-id is missing: the id of the service account/,
      hint: /FLOWKIWI_CLIENT_ID/,
    },
    'a client without an id': {
      args: () => ['--client-credentials'],
      env: () => ({ FLOWKIWI_CLIENT_SECRET: 'x' }),
      status: 2,
      message: /^--client-id is missing: the id of the client/,
      hint: /FLOWKIWI_CLIENT_ID/,
    },
    'a client without a secret': {
      args: client,
      status: 2,
      message: /^the secret of the client is missing$/,
      hint: /FLOWKIWI_CLIENT_SECRET.*--client-secret-file/,
    },
    'an empty secret': {
      args: () => [...client(), '--client-secret-file', '-'],
      status: 2,
      message: /^--client-secret-file: standard input is empty$/,
      hint: /secret/,
    },
    'a job that may not ask': {
      args: () => ['--oidc'],
      env: () => ({ GITHUB_ACTIONS: 'true' }),
      status: 2,
      message: /may not ask GitHub Actions/,
      hint: /id-token: write/,
    },
    'a job whose token is for somebody else': {
      args: () => ['--oidc', '--oidc-audience', 'https://elsewhere.example'],
      env: () => machine.job,
      status: 4,
      message: /refused the CI token of GitHub Actions \(iss \S+, sub repo:acme\/\S+, aud https:\/\/elsewhere\.example\): /,
      hint: /--oidc-audience/,
    },
    'a job of somebody else': {
      args: () => ['--oidc'],
      env: () => ({ ...machine.job, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'somebody-elses' }),
      status: 4,
      message: /^GitHub Actions gives no ID token \(status 401\)$/,
      hint: /id-token: write/,
    },
    'an API that names no sign-in server': {
      args: () => KEY,
      files: () => ({ key: machine.keyFile }),
      env: () => ({ FLOWKIWI_URL: `${sandbox.url}/nothing`, FLOWKIWI_ISSUER: `${sandbox.url}/nothing` }),
      status: 4,
      message: /there is no sign-in server at/,
      hint: /FLOWKIWI_ISSUER/,
    },
    'a secret in the command line': {
      args: () => [...client(), '--client-secret=a-secret-that-everybody-reads'],
      status: 2,
      message: /^there is no option --client-secret: others can read what stands in a command line$/,
      hint: /in a file, in the environment or on standard input/,
    },
  };

  test.each(Object.entries(FAILURES))('%s', async (_name, { status, message, hint, ...way }) => {
    const { args, options } = await ready({ method: '', ...way });
    const run = await flowkiwi(args, options);
    const error = textError(run);
    expect(error).toMatchObject({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
    expect(run.status).toBe(status);
    expect(`${error.message}${error.hint}`).not.toContain('everybody');
    expect(existsSync(join(options.home, '.config', 'flowkiwi'))).toBe(false);
  });
});

test('a person is asked for the secret, and does not see it', { tags: ['tmux'] }, async () => {
  const terminal = openTerminal(['login', ...client()], { env: { FLOWKIWI_URL: sandbox.url } });
  await terminal.shows('? Secret of the client (it is not shown):');
  terminal.type(machine.clientSecret);
  terminal.press('Enter');
  const { status, screen } = await terminal.ended();
  expect({ status, screen }).toMatchObject({ status: 0, screen: expect.stringContaining(`Signed in to ${sandbox.url}`) });
  assertNoSecrets(screen, 'the screen');
});

test('nothing is asked in CI', async () => {
  const run = await flowkiwi(['login', '--client-credentials', '--client-id', 'c'], {
    home: newHome(),
    env: { CI: 'true', FLOWKIWI_URL: sandbox.url },
  });
  expect(run.status).toBe(2);
  expect(textError(run).message).toBe('the secret of the client is missing');
});
