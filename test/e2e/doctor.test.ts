import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { homeThatKnows } from '../support/every-command.ts';
import { newHome, type Run, secret } from '../support/flowkiwi.ts';
import { type InProcessOptions, inProcess } from '../support/in-process.ts';
import { deadUrl, httpServer } from '../support/servers/loopback.ts';
import type { ScriptedServer } from '../support/servers/scripted-server.ts';
import { startSteadyServer } from '../support/servers/steady-server.ts';

let server: ScriptedServer;

beforeAll(async () => {
  server = await startSteadyServer({ organization: 'Acme Corp', instances: {} });
});

afterAll(() => server?.close());

const TOKEN = secret('opaque-token-of-the-test');
const env = (more: Record<string, string> = {}) => ({ FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: TOKEN, ...more });

interface Found {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
  readonly cure: string | null;
}

async function doctor(
  options: InProcessOptions,
): Promise<Run & { readonly found: Readonly<Record<string, Found>>; readonly bad: readonly string[] }> {
  const run = await inProcess(['doctor', '--json'], options);
  const report: readonly Found[] = JSON.parse(run.stdout);
  const bad = report.filter(({ ok }) => !ok).map(({ check }) => check);
  return { ...run, found: Object.fromEntries(report.map((one) => [one.check, one])), bad };
}

const CHECKS = ['node', 'files', 'profile', 'proxy', 'api', 'clock', 'sign_in_server', 'sign_in', 'terminal', 'completion'];

test('a machine on which all is well: a line for each check, and status 0', async () => {
  const run = await doctor({ env: env() });
  expect({ status: run.status, stderr: run.stderr, bad: run.bad, checks: Object.keys(run.found) }).toEqual({
    ...{ status: 0, stderr: '', bad: [], checks: CHECKS },
  });
  expect(run.found['sign_in']?.message).toContain('from FLOWKIWI_TOKEN, accepted by the server');
  const text = await inProcess(['doctor'], { env: env() });
  expect(text.stdout.match(/^ok {4,}[a-z_]+ {2,}\S/gm)).toHaveLength(CHECKS.length);
});

test.each<[what: string, check: string, status: number, options: () => InProcessOptions | Promise<InProcessOptions>]>([
  ['an old Node.js', 'node', 2, () => ({ env: env(), edges: { nodeVersion: '20.17.0' } })],
  ['a proxy that is none', 'proxy', 2, () => ({ env: env({ FLOWKIWI_URL: 'https://id.example', HTTPS_PROXY: 'socks5://localhost' }) })],
  ['certificates that are not there', 'proxy', 2, () => ({ env: env({ NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' }) })],
  ['a profile that is not there', 'profile', 2, () => ({ env: env({ FLOWKIWI_PROFILE: 'nothing' }) })],
  ['a clock that is behind', 'clock', 2, async () => ({ env: env({ FLOWKIWI_URL: await laterServer() }) })],
  ['nobody who listens', 'api', 75, async () => ({ env: env({ FLOWKIWI_URL: (await deadUrl()).href }) })],
  ['a token that is refused', 'sign_in', 4, () => ({ env: env({ FLOWKIWI_URL: `${server.url}/refused` }) })],
  ['nobody who is signed in', 'sign_in', 4, () => ({ env: { FLOWKIWI_URL: server.url } })],
])('%s: %s, exit %i, with a cure', async (_what, check, status, options) => {
  const run = await doctor(await options());
  expect(run.found[check]).toMatchObject({ ok: false, cure: expect.stringMatching(/./) });
  expect({ status: run.status, first: JSON.parse(run.stderr).error.message }).toEqual({
    status,
    first: expect.stringMatching(`^${check}: `),
  });
});

/** A server whose clock is an hour ahead, and which answers to everything that it is not there. */
async function laterServer(): Promise<string> {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  const { url } = await httpServer((_request, response) => {
    response.writeHead(404, { date, 'content-type': 'application/json' }).end('{"title":"An error occurred","detail":"Not Found"}');
  });
  return url.origin;
}

test('the network comes before the sign-in, that before settings', async () => {
  const dead = (await deadUrl()).href;
  const run = await doctor({ env: { FLOWKIWI_URL: dead, NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' } });
  expect(run).toMatchObject({ status: 75, bad: ['proxy', 'api', 'sign_in_server', 'sign_in'] });
});

test('files that others can read are named with what closes them', async () => {
  const home = homeThatKnows(server.url, []);
  const directory = join(home, '.config', 'flowkiwi');
  chmodSync(directory, 0o755);
  const { status, found } = await doctor({ home, env: env() });
  expect({ status, cure: found['files']?.cure }).toEqual({ status: 2, cure: `chmod 700 ${directory}` });
  expect(found['files']?.message).toContain('mode 755');
  // Reading has closed it.
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test('completion is found in the usual files, and its absence is no failure', async () => {
  const home = newHome();
  const run = () => doctor({ home, env: env({ SHELL: '/bin/fish' }) });
  const before = await run();
  mkdirSync(join(home, '.config', 'fish', 'completions'), { recursive: true });
  writeFileSync(join(home, '.config', 'fish', 'completions', 'flowkiwi.fish'), 'complete -c flowkiwi -a "(flowkiwi __complete fish)"');
  const after = await run();
  expect([before.status, after.status]).toEqual([0, 0]);
  expect(before.found['completion']).toMatchObject({
    ok: true,
    message: 'not installed for fish',
    cure: expect.stringMatching(/completion install$/),
  });
  expect(after.found['completion']).toMatchObject({ ok: true, message: 'in ~/.config/fish/completions/flowkiwi.fish', cure: null });
});
