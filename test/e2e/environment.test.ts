import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, type TestTags, test } from 'vitest';
import { TOPICS } from '../../src/commands/help/topics.ts';
import { mayAnimate } from '../../src/output/activity.ts';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome, secret } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { homeWith, jobToken, newMachine } from '../support/machines.ts';
import { certificateAuthority } from '../support/servers/certificate-authority.ts';
import { type HostileServer, ORGANIZATION, startHostileServer } from '../support/servers/hostile-server.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { signIn } from '../support/signed-in.ts';
import { openTerminal } from '../support/terminal.ts';

const TOKEN = secret('environment-token-0123456789');

let sandbox: RunningSandbox;
let server: HostileServer;

beforeAll(async () => {
  [sandbox, server] = await Promise.all([startSandbox(['--memory', '--auto-approve']), startHostileServer()]);
});

afterAll(() => Promise.all([sandbox.stop(), server.close()]));

/** A proxy that does not run. */
const DEAD_PROXY = 'http://127.0.0.1:9';

/** What a command says that would reach a server of another machine. */
async function failureElsewhere(env: Readonly<Record<string, string>>): Promise<string> {
  const run = await flowkiwi(['org', 'get', 'x'], { env: { FLOWKIWI_URL: 'https://api.invalid', FLOWKIWI_TOKEN: TOKEN, ...env } });
  expect(run.status).toBe(75);
  return textError(run).message;
}

/** What each variable does, seen from outside. */
const EFFECTS: Readonly<Record<string, () => Promise<void>>> = {
  FLOWKIWI_TOKEN: async () => {
    expect(await flowkiwi(['auth', 'token'], { env: { FLOWKIWI_TOKEN: TOKEN } })).toEqual({ status: 0, stdout: `${TOKEN}\n`, stderr: '' });
  },
  FLOWKIWI_PROFILE: async () => {
    const env = { FLOWKIWI_PROFILE: 'sandbox' };
    expect((await flowkiwi(['auth', 'status'], { env })).stdout).toMatch(/^sandbox\tflowkiwi\thttp:\/\/127\.0\.0\.1:8787\t/);
    // The flag wins.
    expect((await flowkiwi(['auth', 'status', '--profile', 'default'], { env })).stdout).toMatch(/^default\t/);
  },
  FLOWKIWI_URL: async () => {
    const env = { FLOWKIWI_URL: 'https://api.example' };
    expect((await flowkiwi(['auth', 'status', '--profile', 'sandbox'], { env })).stdout).toContain('\thttps://api.example\t');
  },
  FLOWKIWI_PROVIDER: async () => {
    const run = await flowkiwi(['org', 'get', 'x'], { env: { FLOWKIWI_PROVIDER: 'nobody', FLOWKIWI_TOKEN: TOKEN } });
    expect(run.status).toBe(2);
    expect(textError(run).message).toContain('nobody');
  },
  FLOWKIWI_ORG: async () => {
    const env = { FLOWKIWI_URL: server.url('good', 'org'), FLOWKIWI_TOKEN: TOKEN, FLOWKIWI_ORG: 'from-environment' };
    await flowkiwi(['org', 'get'], { env });
    await flowkiwi(['org', 'get', '--org', 'from-flag'], { env });
    expect(server.requests('good', 'org').map(({ path }) => path)).toEqual([
      '/api/organizations/from-environment',
      '/api/organizations/from-flag',
    ]);
  },
  FLOWKIWI_ISSUER: async () => {
    const login = ['login', '--no-browser'];
    const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_ISSUER: server.url('status-404') };
    expect(textError(await flowkiwi(login, { env })).message).toBe(`there is no sign-in server at ${server.url('status-404')}`);
    const flag = ['--issuer', server.url('status-404', 'flag')];
    expect((await flowkiwi([...login, ...flag], { env })).stderr).toContain(server.url('status-404', 'flag'));
  },
  FLOWKIWI_CLIENT_ID: async () => {
    const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_CLIENT_ID: 'another-client' };
    const { status, stderr } = await flowkiwi(['login', '--no-browser', '--timeout', '5s'], { env });
    expect(status).toBe(6);
    expect(stderr).toContain('client_id=another-client');
  },
  FLOWKIWI_CLIENT_SECRET: async () => {
    const { clientId, clientSecret } = await newMachine(sandbox);
    const login = ['login', '--client-credentials', '--client-id', clientId];
    const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_CLIENT_SECRET: clientSecret };
    expect(await flowkiwi(login, { env })).toMatchObject({ status: 0, stderr: expect.stringContaining(clientId) });
    // The flag wins.
    expect(await flowkiwi([...login, '--client-secret-file', '-'], { env, stdin: 'another' })).toMatchObject({ status: 4 });
  },
  FLOWKIWI_KEY_FILE: async () => {
    const home = homeWith({ key: (await newMachine(sandbox)).keyFile });
    const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_KEY_FILE: join(home, 'key') };
    expect(await flowkiwi(['auth', 'token'], { env })).toMatchObject({ status: 0, stderr: '' });
  },
  FLOWKIWI_OIDC: async () => {
    const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_OIDC: '1', ...(await newMachine(sandbox)).job };
    expect(await inProcess(['auth', 'token'], { env })).toMatchObject({ status: 0, stderr: '' });
  },
  FLOWKIWI_ID_TOKEN: async () => {
    const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_ID_TOKEN: await jobToken(await newMachine(sandbox), sandbox.url) };
    expect(await flowkiwi(['login', '--oidc'], { env })).toMatchObject({ status: 0 });
  },
  FLOWKIWI_CONFIG_DIR: async () => {
    const folder = join(newHome(), 'a', 'b');
    const home = newHome();
    await flowkiwi(['login', '--with-token'], {
      home,
      env: { FLOWKIWI_URL: server.url('status-404'), FLOWKIWI_CONFIG_DIR: folder },
      stdin: TOKEN,
    });
    expect(readFileSync(join(folder, 'credentials.json'), 'utf8')).toContain(TOKEN);
    expect(existsSync(join(home, '.config'))).toBe(false);
  },
  FLOWKIWI_SANDBOX_SECRET: async () => {
    const status = (env: Readonly<Record<string, string>>) =>
      flowkiwi(['sandbox', 'status', '--port', new URL(sandbox.url).port, '-q'], { env });
    expect((await status({ FLOWKIWI_SANDBOX_SECRET: sandbox.secret ?? '' })).stdout).toBe(`${sandbox.url}\n`);
    expect((await status({})).status).toBe(4);
  },
  FLOWKIWI_NO_INPUT: () => isNotAsked({ FLOWKIWI_NO_INPUT: '1' }),
  FLOWKIWI_NO_SPINNER: async () => {
    const stderr = { isTerminal: true };
    expect(['1', '0', ''].map((FLOWKIWI_NO_SPINNER) => mayAnimate(stderr, { FLOWKIWI_NO_SPINNER }))).toEqual([false, true, true]);
  },
  FLOWKIWI_AGENT: () => isNotAsked({ FLOWKIWI_AGENT: '1' }),
  CI: () => isNotAsked({ CI: 'true' }),
  FLOWKIWI_DEBUG: async () => {
    const run = (FLOWKIWI_DEBUG: string) =>
      flowkiwi(['org', 'get', 'x', '-q'], { env: { FLOWKIWI_URL: server.url('good'), FLOWKIWI_TOKEN: TOKEN, FLOWKIWI_DEBUG } });
    expect((await run('1')).stderr).toMatch(/^> GET http:\/\/127\.0\.0\.1:\d+\/good\/api\/organizations\/x\n(.*\n)*< 200 /);
    expect((await run('0')).stderr).toBe('');
  },
  GITHUB_OUTPUT: async () => {
    const file = join(newHome(), 'output');
    writeFileSync(file, 'before=1\n');
    const env = { FLOWKIWI_URL: server.url('good', 'output'), FLOWKIWI_TOKEN: TOKEN, GITHUB_OUTPUT: file };
    expect((await flowkiwi(['org', 'get', 'x', '--github-output', 'org=id'], { env })).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(`before=1\norg=${ORGANIZATION.id}\n`);
  },
  NO_COLOR: async () => {
    const { stderr } = await flowkiwi(['org'], { env: { NO_COLOR: '1', FORCE_COLOR: '1' } });
    expect(stderr).toMatch(/^error: /);
  },
  FORCE_COLOR: async () => {
    expect((await flowkiwi(['org'], { env: { FORCE_COLOR: '1' } })).stderr).toContain('\u001b[');
    expect((await flowkiwi(['org'], { env: {} })).stderr).not.toContain('\u001b[');
    const never = ['org', 'get', '--color', 'never'];
    expect((await flowkiwi(never, { env: { FORCE_COLOR: '1' } })).stderr).not.toContain('\u001b[');
  },
  BROWSER: async () => {
    expect((await signIn(sandbox.url, {}, flowkiwi)).stored()).toMatchObject({ method: 'browser', user: { email: 'jane@acme.example' } });
  },
  HTTPS_PROXY: async () => {
    expect(await failureElsewhere({ HTTPS_PROXY: DEAD_PROXY })).toContain(`the proxy cannot be used: cannot connect to ${DEAD_PROXY}`);
  },
  HTTP_PROXY: async () => {
    expect(await failureElsewhere({ HTTP_PROXY: DEAD_PROXY })).toContain(`the proxy cannot be used: cannot connect to ${DEAD_PROXY}`);
    expect(await failureElsewhere({ HTTP_PROXY: DEAD_PROXY, HTTPS_PROXY: 'http://127.0.0.1:10' })).toContain('http://127.0.0.1:10');
  },
  NO_PROXY: async () => {
    expect(await failureElsewhere({ HTTPS_PROXY: DEAD_PROXY, NO_PROXY: 'api.invalid' })).toContain('the host name api.invalid');
  },
  SSL_CERT_FILE: async () => {
    const authority = certificateAuthority(['DNS:localhost']);
    const port = await authority.serve((_, response) => response.end(JSON.stringify(ORGANIZATION)));
    const env = { FLOWKIWI_URL: `https://localhost:${port}`, FLOWKIWI_TOKEN: TOKEN, SSL_CERT_FILE: authority.path };
    expect((await flowkiwi(['org', 'get', 'x', '-q'], { env })).stdout).toBe(`${ORGANIZATION.id}\n`);
  },
  // It is Node's own, and what a system trusts is not to be changed by a test: the hint names it where Node.js knows it.
  NODE_USE_SYSTEM_CA: async () => {
    const authority = certificateAuthority(['DNS:localhost']);
    const port = await authority.serve((_, response) => response.end());
    const run = await flowkiwi(['org', 'get', 'x'], { env: { FLOWKIWI_URL: `https://localhost:${port}`, FLOWKIWI_TOKEN: TOKEN } });
    const isKnown = process.allowedNodeEnvironmentFlags.has('--use-system-ca');
    expect(textError(run).hint?.includes('NODE_USE_SYSTEM_CA')).toBe(isKnown);
  },
  NODE_EXTRA_CA_CERTS: async () => {
    const authority = certificateAuthority(['DNS:localhost']);
    const port = await authority.serve((_, response) => response.end(JSON.stringify(ORGANIZATION)));
    const env = { FLOWKIWI_URL: `https://localhost:${port}`, FLOWKIWI_TOKEN: TOKEN };
    const refused = await flowkiwi(['org', 'get', 'x'], { env });
    expect(refused.status).toBe(75);
    expect(textError(refused).hint).toContain('NODE_EXTRA_CA_CERTS');
    const trusted = await flowkiwi(['org', 'get', 'x', '-q'], { env: { ...env, NODE_EXTRA_CA_CERTS: authority.path } });
    expect(trusted.stdout).toBe(`${ORGANIZATION.id}\n`);
  },
};

async function isNotAsked(env: Readonly<Record<string, string>>): Promise<void> {
  const { status, screen } = await openTerminal(['org', 'create'], { env: { ...env, FLOWKIWI_TOKEN: TOKEN } }).ended();
  expect(status).toBe(2);
  expect(screen).toContain('error: NAME is missing');
}

const named = (TOPICS.find(({ name }) => name === 'environment')?.text ?? '').matchAll(/^ {2}([A-Z_]+)(?:, ([A-Z_]+))? {2,}/gm);

/** The programs that are started to see it. */
const NEEDS: Readonly<Record<string, TestTags['needs'][]>> = {
  FLOWKIWI_NO_INPUT: ['tmux'],
  FLOWKIWI_AGENT: ['tmux'],
  CI: ['tmux'],
  BROWSER: ['curl'],
  NODE_EXTRA_CA_CERTS: ['openssl'],
  NODE_USE_SYSTEM_CA: ['openssl'],
  SSL_CERT_FILE: ['openssl'],
};

// One after the other: a terminal ends with its test.
for (const name of [...named].flatMap(([, first = '', second]) => (second === undefined ? [first] : [first, second]))) {
  test(`${name} does what its line in the help says`, { tags: NEEDS[name] ?? [] }, async () => {
    const effect = EFFECTS[name];
    if (!effect) throw new Error(`no test of ${name}`);
    await effect();
  });
}

test('with nothing set, a person is asked', { tags: ['tmux'] }, async () => {
  const terminal = openTerminal(['org', 'create'], { env: { FLOWKIWI_TOKEN: TOKEN } });
  await terminal.shows('Name of the organization:');
  terminal.press('C-c');
  expect((await terminal.ended()).status).toBe(130);
});

test.each([
  ['an XDG folder', () => ({ XDG_CONFIG_HOME: newHome() }), ({ XDG_CONFIG_HOME = '' }) => join(XDG_CONFIG_HOME, 'flowkiwi')],
  [
    'a relative one, which counts for nothing',
    () => ({ XDG_CONFIG_HOME: 'relative' }),
    ({ HOME = '' }) => join(HOME, '.config', 'flowkiwi'),
  ],
] as const)('files go to %s', async (_what, environment, folder) => {
  const home = newHome();
  const env: Record<string, string> = { FLOWKIWI_URL: server.url('status-404'), ...environment() };
  expect((await flowkiwi(['login', '--with-token'], { home, env, stdin: TOKEN })).status).toBe(0);
  expect(existsSync(join(folder({ ...env, HOME: home }), 'credentials.json'))).toBe(true);
});
