import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BEHAVIOURS, type CommandRun, failing, type Place, succeeding } from '../support/every-command.ts';
import { assertNoSecrets, collect, FLOWKIWI, flowkiwi, newHome, printsToken, secret } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import type { ScriptedServer } from '../support/servers/scripted-server.ts';
import { type Reply, serve } from '../support/servers/serve.ts';
import { startSteadyServer } from '../support/servers/steady-server.ts';
import { curlBrowser } from '../support/signed-in.ts';
import { startTraced } from './traced.ts';

/** Secrets of the caller, wherever flowkiwi may find them. */
const ENVIRONMENT = {
  FLOWKIWI_CLIENT_SECRET: secret('leak-client-secret-8a31'),
  FLOWKIWI_ID_TOKEN: secret('leak-id-token-77c2'),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret('leak-request-token-05fe'),
};
const STORED = {
  access_token: secret('leak-access-token-91bd'),
  refresh_token: secret('leak-refresh-token-4e60'),
};

let server: ScriptedServer;
let sandbox: RunningSandbox;

beforeAll(async () => {
  [server, sandbox] = await Promise.all([
    startSteadyServer({ organization: 'Acme Corp', instances: { 'acme-eu': 'Acme EU' } }),
    startSandbox(['--memory', '--auto-approve']),
  ]);
});

const servers: (() => void)[] = [];
const closeAfterwards = (close: () => void) => void servers.push(close);

afterAll(async () => {
  for (const close of servers) close();
  server?.close();
  await sandbox?.stop();
});

const place = (): Place => ({ url: server.url, sandbox: sandbox.url, secret: sandbox.secret });

describe.concurrent('with --debug, no secret is seen', () => {
  test.each(Object.entries(BEHAVIOURS))('%s, when it succeeds and when it fails', async (call, behaviour) => {
    await runAndSearch(succeeding(call, behaviour, place(), ['--debug']));
    await runAndSearch(failing(call, behaviour, place(), ['--debug']), inProcess);
  });
});

/** The runner looks at the arguments and at what is printed; here come the files. */
async function runAndSearch({ args, options }: CommandRun, run = flowkiwi): Promise<void> {
  const home = options.home ?? newHome();
  const folder = join(home, '.config', 'flowkiwi');
  const hasFolder = statSync(folder, { throwIfNoEntry: false }) !== undefined;
  if (hasFolder) {
    const entry = { method: 'browser', url: options.env?.['FLOWKIWI_URL'], issuer: server.url, client_id: 'c', ...STORED };
    writeFileSync(join(folder, 'credentials.json'), JSON.stringify({ version: 1, credentials: { other: entry } }), { mode: 0o600 });
  }
  await run(args, { ...options, home, env: { ...options.env, ...ENVIRONMENT } });
  assertFilesWithoutSecrets(home);
}

describe.concurrent('a server that repeats secrets in its words: neither the error nor --debug shows them', () => {
  const token = secret('leak-repeated/token-3d7f');
  const password = secret('leak-repeated/pass+word-52a1');

  test.each<[what: string, args: readonly string[], stdin?: string]>([
    ['a command', ['org', 'get', '1', '--debug']],
    ['the api command', ['api', '/api/x', '--debug']],
    ['the api command, for a program', ['api', '/api/x', '--json']],
    ['a command that sends a password', [...SETUP, '--password-stdin', '--debug'], password],
  ])('%s', async (_what, args, stdin) => {
    const { origin } = await serve(
      repeating([token, ENVIRONMENT.FLOWKIWI_CLIENT_SECRET, ...(stdin === undefined ? [] : [stdin])]),
      closeAfterwards,
    );
    const env = {
      ...ENVIRONMENT,
      FLOWKIWI_URL: origin,
      FLOWKIWI_PROVIDER: stdin === undefined ? 'flowkiwi' : 'zitadel',
      FLOWKIWI_TOKEN: token,
    };
    const { status, stdout, stderr } = await flowkiwi(args, { env, stdin: stdin ?? '' });
    expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringContaining('[redacted]') });
    for (const form of [token, password].flatMap(otherForms)) expect(stdout + stderr).not.toContain(form);
  });

  test('a client secret, to the token endpoint', async () => {
    const clientSecret = ENVIRONMENT.FLOWKIWI_CLIENT_SECRET;
    const basic = Buffer.from(`machine:${clientSecret}`).toString('base64');
    const { origin } = await serve(
      ({ path }, at) =>
        path.startsWith('/.well-known') ? { body: { issuer: at, token_endpoint: `${at}/token` } } : repeating([clientSecret, basic])(),
      closeAfterwards,
    );
    const env = { ...ENVIRONMENT, FLOWKIWI_URL: origin, FLOWKIWI_ISSUER: origin };
    const { status, stderr } = await flowkiwi(['login', '--client-credentials', '--client-id', 'machine', '--debug'], { env });
    expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringContaining('[redacted]') });
    for (const form of otherForms(clientSecret)) expect(stderr).not.toContain(form);
  });
});

const SETUP = ['org', 'setup', 'Acme', '--user-name', 'jane', '--first-name', 'Jane', '--last-name', 'Doe', '--email', 'jane@acme.example'];

/** Refuses everything, and says why in every way that it can. */
function repeating(secrets: readonly string[]): () => Reply {
  const words = secrets.flatMap((each) => [each, ...otherForms(each)]).join(', ');
  const headers = { 'content-type': 'application/json', 'www-authenticate': `Bearer error_description="${words}"`, 'x-request-id': words };
  return () => ({ status: 401, headers, body: { error: 'invalid_client', error_description: words, detail: words } });
}

function otherForms(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return [encodeURIComponent(text), bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')];
}

describe.concurrent('a secret that is given in place of a file is not repeated', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n';
  const profile = ['profile', 'add', 'x', '--provider', 'zitadel', '--url', 'https://zitadel.example', '--system-user', 's'];

  test.each<[option: string, args: readonly string[], value: string]>([
    ['--key-file', ['login'], key],
    ['--key-file', ['login'], JSON.stringify({ type: 'serviceaccount', key })],
    ['--system-key', profile, key],
    ['--client-secret-file', ['login', '--client-credentials', '--client-id', 'c'], 'Zq7SECRETinARGVaB1'],
    ['--oidc-token-file', ['login', '--oidc'], 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2IifQ.c2lnbmF0dXJl'],
  ])('%s', async (option, args, value) => {
    const { status, stderr } = await flowkiwi([...args, option, value], {});
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(`${option} takes the name of a file`) });
    for (const line of value.split('\n')) expect(stderr).not.toContain(line || value);
  });
});

function assertFilesWithoutSecrets(home: string): void {
  for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('credentials.json') || !statSync(join(home, name)).isFile()) continue;
    assertNoSecrets(readFileSync(join(home, name), 'utf8'), name);
  }
}

describe.concurrent('what is started sees no secret, neither in its arguments nor in its environment', { tags: ['strace'] }, () => {
  test('signing in with a browser, a refresh, and signing out', { tags: ['curl'] }, async () => {
    const home = newHome();
    const env = { FLOWKIWI_URL: sandbox.url, BROWSER: curlBrowser(home), ...ENVIRONMENT };
    const path = join(home, '.config', 'flowkiwi', 'credentials.json');
    const login = await traced(['login', '--browser', '--timeout', '20s', '--debug'], { home, env });
    expect(login.programs.map(({ line }) => line)).toContainEqual(expect.stringContaining('curl'));
    for (const token of tokensIn(path)) secret(token);
    expire(path);
    const refresh = await traced(['org', 'create', 'Acme Corp', '--debug'], { home, env });
    expect(refresh.programs.map(({ line }) => line)).toContainEqual(expect.stringContaining('"__renew"'));
    for (const token of tokensIn(path)) secret(token);
    await traced(['logout', '--debug'], { home, env });
    assertFilesWithoutSecrets(home);
  });

  test('the command of sandbox exec, which gets a token of its own and none of the caller', async () => {
    const env = { ...ENVIRONMENT, FLOWKIWI_TOKEN: secret('leak-token-2c19') };
    const { programs } = await traced(['sandbox', 'exec', '--debug', '--', 'env'], { home: newHome(), env });
    const started = programs.find(({ line }) => line.includes('"env"'));
    expect(started?.environment).toContain('FLOWKIWI_TOKEN=');
  });
});

/** Runs the command to its end and looks at every program that it or one of its children starts. */
async function traced(args: readonly string[], options: { readonly home: string; readonly env: Readonly<Record<string, string>> }) {
  const run = startTraced([process.execPath, FLOWKIWI, ...args], options);
  const [stdout, stderr] = await Promise.all([collect(run.child.stdout), collect(run.child.stderr)]);
  const programs = await run.programs();
  expect([args.join(' '), run.child.exitCode, stderr]).toEqual([args.join(' '), 0, expect.any(String)]);
  // The first is flowkiwi itself, which has the caller's environment.
  for (const { line, environment } of programs.slice(1)) {
    assertNoSecrets(line, `the arguments of ${line.slice(0, 80)}`);
    assertNoSecrets(environment, `the environment of ${line.slice(0, 80)}`);
  }
  if (!printsToken(args)) assertNoSecrets(stdout, 'stdout');
  assertNoSecrets(stderr, 'stderr');
  return { programs };
}

function tokensIn(path: string): readonly string[] {
  const { access_token, refresh_token } = JSON.parse(readFileSync(path, 'utf8')).credentials.default;
  return [access_token, refresh_token];
}

function expire(path: string): void {
  const document = JSON.parse(readFileSync(path, 'utf8'));
  document.credentials.default.expires_at = '2020-01-01T00:00:00.000Z';
  writeFileSync(path, JSON.stringify(document));
}
