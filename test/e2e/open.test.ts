import { expect, test } from 'vitest';
import { homeThatKnows } from '../support/every-command.ts';
import { jsonError, textError } from '../support/failure.ts';
import { type InProcessOptions, inProcess } from '../support/in-process.ts';
import { INSTANCE_ID, ORGANIZATION_ID, startSteadyServer } from '../support/servers/steady-server.ts';

const PRODUCTS = 'https://acme-eu.product-management.flowkiwi.net';

test.each<[args: readonly string[], url: string, env?: Record<string, string>]>([
  [['acme-eu'], PRODUCTS],
  [['sandbox'], 'https://sandbox.product-management.flowkiwi.net'],
  [[], 'https://identity.flowkiwi.net/'],
  [['--profile', 'sandbox'], 'http://127.0.0.1:8787/_sandbox/'],
  [['--profile', 'sandbox-zitadel'], 'http://127.0.0.1:8787/_sandbox/'],
  [['acme-eu', '--profile', 'sandbox'], 'http://acme-eu.product-management.localhost:8787'],
  [['--profile', 'sandbox'], 'https://id.example/', { FLOWKIWI_URL: 'https://id.example' }],
  [[], 'https://id.example/', { FLOWKIWI_URL: 'https://id.example', FLOWKIWI_PROVIDER: 'zitadel' }],
])('open %j in a pipe prints %s', async (args, url, env = {}) => {
  expect(await inProcess(['open', ...args], { env })).toEqual({ status: 0, stdout: `${url}\n`, stderr: '' });
  expect(JSON.parse((await inProcess(['open', ...args, '--json'], { env })).stdout)).toEqual({ url });
});

/** Runs it on a terminal; resolves to the URLs that a browser was started on, too. */
async function onTerminal(args: readonly string[], { env, works = true }: { env: Record<string, string>; works?: boolean }) {
  const opened: string[] = [];
  const openUrl = async (url: string) => opened.push(url) > 0 && works;
  const options: InProcessOptions = { isTerminal: true, env, edges: { platform: 'linux', openUrl } };
  return { ...(await inProcess(['open', ...args], options)), opened };
}

const DESKTOP = { DISPLAY: ':0' };

test('a person at a desktop gets a browser', async () => {
  expect(await onTerminal(['acme-eu'], { env: DESKTOP })).toMatchObject({ status: 0, stdout: '', opened: [PRODUCTS] });
  expect(await onTerminal(['acme-eu'], { env: DESKTOP, works: false })).toMatchObject({ stdout: `${PRODUCTS}\n`, opened: [PRODUCTS] });
});

test.each<[why: string, args: readonly string[], env: Record<string, string>]>([
  ['without a browser', [], {}],
  ['with --no-browser', ['--no-browser'], DESKTOP],
  ['for a coding agent', [], { ...DESKTOP, CLAUDECODE: '1' }],
  ['in CI', [], { ...DESKTOP, CI: 'true' }],
  ['as a line', ['-q'], DESKTOP],
])('%s the URL is printed on a terminal too', async (_why, args, env) => {
  expect(await onTerminal(['acme-eu', ...args], { env })).toMatchObject({ status: 0, stdout: `${PRODUCTS}\n`, opened: [] });
});

test('the page of a sandbox that does not run is not opened', async () => {
  const env = { ...DESKTOP, FLOWKIWI_URL: 'http://127.0.0.1:1' };
  const { opened, ...run } = await onTerminal(['--profile', 'sandbox', '--color', 'never'], { env });
  expect({ opened, status: run.status }).toEqual({ opened: [], status: 3 });
  expect(textError(run).message).toBe('no sandbox runs on port 1');
});

test('an id is looked up', async () => {
  const server = await startSteadyServer({ organization: 'Acme Corp', instances: { 'acme-eu': 'Acme EU' } });
  try {
    const home = homeThatKnows(server.url, [{ id: ORGANIZATION_ID, name: 'Acme Corp' }]);
    const run = await inProcess(['open', INSTANCE_ID], { home, env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'steady-token' } });
    expect(run).toMatchObject({ status: 0, stdout: `http://acme-eu.product-management.localhost:${new URL(server.url).port}\n` });
  } finally {
    server.close();
  }
});

test.each<[Record<string, string>]>([
  [{ FLOWKIWI_URL: 'https://id.example' }],
  [{ FLOWKIWI_URL: 'https://id.example', FLOWKIWI_PROVIDER: 'zitadel' }],
])('an instance that has no product management is refused: %j', async (env) => {
  expect(jsonError(await inProcess(['open', 'acme-eu', '--json'], { env }))['code']).toBe('usage');
});
