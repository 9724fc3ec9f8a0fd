// @module-tag chromium
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkPage, openPage } from '../support/browser.ts';
import { flowkiwi } from '../support/flowkiwi.ts';
import { ownPort } from '../support/own-port.ts';
import { clipboardOf, MANY_STEPS, openSandboxPage, part } from '../support/sandbox-page.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

const HOSTILE = '<img src=x onerror="document.title = 1"><script>document.title = "taken over"</script>';

let sandbox: RunningSandbox;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = await sandbox.environment();
}, MANY_STEPS.timeout);

afterAll(async () => {
  await sandbox?.stop();
});

/** Calls Flowkiwi's API, as somebody who is signed in. */
async function api(method: string, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${env['FLOWKIWI_TOKEN']}`, 'content-type': 'application/json' };
  const response = await fetch(`${sandbox.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return response.json();
}

async function create(name: string): Promise<string> {
  return String(Object(await api('POST', '/api/organizations', { name }))['id']);
}

describe('the secret', () => {
  test('is in the address no more, and a reload needs it no more', MANY_STEPS, async () => {
    const page = await openSandboxPage(sandbox);
    expect(page.url()).toBe(`${sandbox.url}/_sandbox/`);
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  test('is needed: without it the page shows nothing but the command that opens it', MANY_STEPS, async () => {
    await create('Before the page');
    const page = await openPage({ javaScriptEnabled: true });
    await page.goto(`${sandbox.url.replace('127.0.0.1', 'localhost')}/_sandbox/`);
    await page.getByText('flowkiwi sandbox open', { exact: true }).waitFor();
    expect(page.url()).toBe(`${sandbox.url}/_sandbox/`);
    expect(await page.locator('main').textContent()).not.toContain('Before the page');
    await checkPage(page, 'sandbox-locked');
  });

  test('of another sandbox in its place locks the page, and it says meanwhile that it is not connected', MANY_STEPS, async () => {
    const args = ['--memory', '--port', String(await ownPort())];
    const own = await startSandbox(args);
    const page = await openSandboxPage(own, { mayComplain: true });
    await own.stop();
    await page.getByText('Not connected, trying again').waitFor();
    const again = await startSandbox(args);
    onTestFinished(async () => void (await again.stop()));
    await page.getByText('flowkiwi sandbox open', { exact: true }).waitFor();
    expect(await part(page, 'Requests').count()).toBe(0);
  });
});

describe('requests', () => {
  test('and what they make appear by themselves, as text', MANY_STEPS, async () => {
    const page = await openSandboxPage(sandbox);
    const id = await create(HOSTILE);
    await page.getByRole('button', { name: HOSTILE, exact: true }).waitFor();
    await api('POST', `/api/organizations/${id}/instances`, { name: 'Zürich 東京', handle: 'zurich' });
    await page.getByText('zurich', { exact: true }).waitFor();
    const { status } = await flowkiwi(['org', 'get', '0196f3a0-9999-7000-8000-000000000001'], { env });
    expect(status).toBe(3);
    const latest = page.getByRole('table', { name: 'Requests' }).getByRole('row').nth(1);
    await latest.getByRole('cell', { name: '404', exact: true }).waitFor();
    expect(await latest.getByRole('cell').allTextContents()).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d$/),
      'GET',
      '/api/organizations/0196f3a0-9999-7000-8000-000000000001',
      '404',
      expect.stringMatching(/^[\d.]+ ms$/),
    ]);
    expect(await page.title()).toBe('Flowkiwi sandbox');
    expect(await page.content()).not.toContain(env['FLOWKIWI_TOKEN'] ?? 'no token');
  });

  test('open to headers, bodies and a curl line, by the keyboard, without secrets; Escape gives the focus back', MANY_STEPS, async () => {
    await create('Opened by the keyboard');
    const page = await openSandboxPage(sandbox, { permissions: ['clipboard-read', 'clipboard-write'] });
    const opener = page.getByRole('button', { name: 'POST /api/organizations, details' }).first();
    await opener.focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog', { name: 'POST /api/organizations' });
    await panel.getByRole('heading', { name: 'curl', exact: true }).waitFor();
    const shown = (await panel.textContent()) ?? '';
    for (const text of ['authorization: Bearer [redacted]', 'Opened by the keyboard', 'curl -X POST', '201']) expect(shown).toContain(text);
    expect(shown).not.toContain(env['FLOWKIWI_TOKEN'] ?? 'no token');
    await panel.getByRole('button', { name: 'Copy the curl line' }).click();
    await panel.getByRole('status').getByText('Copied the curl line').waitFor();
    expect(await clipboardOf(page)).toContain('curl -X POST');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await expect.poll(() => opener.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  });

  test('are filtered by path, status and any text by the sandbox, and those of signing in are folded', MANY_STEPS, async () => {
    for (let count = 0; count < 3; count += 1) await fetch(`${sandbox.url}/.well-known/openid-configuration`);
    await api('GET', '/api/nothing-here');
    await create('Only in a body');
    const page = await openSandboxPage(sandbox);
    const table = page.getByRole('table', { name: 'Requests' });
    const [discovery, missing] = ['/.well-known/openid-configuration', '/api/nothing-here'].map((path) =>
      table.getByRole('button', { name: `GET ${path}, details` }).first(),
    );
    await missing?.waitFor();
    expect(await discovery?.count()).toBe(0);
    const fold = table.getByRole('button', { name: /^\d+ sign-in requests$/ }).first();
    await fold.click();
    await discovery?.waitFor();
    expect(await fold.getAttribute('aria-expanded')).toBe('true');
    const rows = () => table.locator('tbody tr').count();
    await page.getByLabel('Text').fill('only IN a body');
    await expect.poll(rows).toBe(1);
    await page.getByLabel('Text').fill('');
    await page.getByLabel('Path', { exact: true }).first().fill('nothing-');
    await page.getByLabel('Status').selectOption('4xx');
    await expect.poll(rows).toBe(1);
    await missing?.waitFor();
    await page.getByLabel('Status').selectOption('2xx');
    await page.getByText('No request of the last 1,000 is like that.').waitFor();
  });

  test('beyond the first hundred are fetched when they are asked for', MANY_STEPS, async () => {
    const own = await startSandbox();
    onTestFinished(async () => void (await own.stop()));
    for (let count = 0; count < 130; count += 1) await fetch(`${own.url}/api/number-${count}`);
    const page = await openSandboxPage(own);
    const rows = page.getByRole('table', { name: 'Requests' }).locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(100);
    await page.getByRole('button', { name: 'Show older requests' }).click();
    await expect.poll(() => rows.count()).toBe(130);
    await page.getByRole('button', { name: 'GET /api/number-0, details' }).waitFor();
  });

  test('wait while the table pauses', MANY_STEPS, async () => {
    const page = await openSandboxPage(sandbox);
    await page.getByRole('button', { name: 'Pause' }).click();
    await api('GET', '/api/while-it-pauses');
    const counts = page.locator('#counts');
    const shown = page.getByRole('button', { name: 'GET /api/while-it-pauses, details' });
    const { requests } = Object(
      await (await fetch(`${sandbox.url}/_sandbox/status`, { headers: { authorization: `Bearer ${sandbox.secret}` } })).json(),
    );
    await expect.poll(() => counts.textContent()).toContain(`${requests.toLocaleString('en')} request`);
    expect(await shown.count()).toBe(0);
    await page.getByRole('button', { name: 'Pause' }).click();
    await shown.waitFor();
  });
});

test(
  'faults are added and removed on the page, the others stay as they are, and what is wrong with a rule is said',
  MANY_STEPS,
  async () => {
    const own = await startSandbox();
    onTestFinished(async () => void (await own.stop()));
    await own.control('faults', { rules: ['/api/twice=500x2'] });
    await fetch(`${own.url}/api/twice`);
    const page = await openSandboxPage(own);
    const faults = part(page, 'Faults');
    await faults.getByText('1 request left').waitFor();
    await faults.getByLabel('Path').fill('/api/broken');
    await faults.getByLabel('Effect').fill('418');
    await faults.getByLabel('Times').fill('3');
    await faults.getByRole('button', { name: 'Add the rule' }).click();
    await faults.getByText('3 requests left').waitFor();
    expect((await fetch(`${own.url}/api/broken`)).status).toBe(418);
    await faults.getByText('2 requests left').waitFor();
    await faults.getByText('1 request left').waitFor();
    await faults.getByLabel('Effect').fill('nonsense');
    await faults.getByRole('button', { name: 'Add the rule' }).click();
    await faults.getByText('is not a fault rule').waitFor();
    await faults.getByRole('button', { name: 'Remove the rule /api/twice=500x2' }).click();
    await faults.getByText('1 request left').waitFor({ state: 'detached' });
    await faults.getByLabel('Latency in ms').fill('1');
    await faults.getByRole('button', { name: 'Set both' }).click();
    await page.getByRole('status').getByText('Set latency and rate').waitFor();
  },
);

test('switches are chosen on the page, and set back', MANY_STEPS, async () => {
  const own = await startSandbox(['--memory', '--switch', 'lag=5']);
  onTestFinished(async () => void (await own.stop()));
  const page = await openSandboxPage(own);
  const switches = part(page, 'Switches');
  await switches.getByLabel('duplicateHandle').selectOption('409');
  await page.getByRole('status').getByText('duplicateHandle is 409').waitFor();
  expect(await switches.getByLabel('lag').inputValue()).toBe('5');
  await switches.getByLabel('maxItemsPerPage').fill('many');
  await switches.getByLabel('maxItemsPerPage').press('Enter');
  await switches.getByText('the switch maxItemsPerPage takes a whole number').waitFor();
  await switches.getByRole('button', { name: 'All as usual' }).click();
  await expect.poll(() => switches.getByLabel('duplicateHandle').inputValue()).toBe('422');
  expect(await switches.getByLabel('lag').inputValue()).toBe('0');
});
