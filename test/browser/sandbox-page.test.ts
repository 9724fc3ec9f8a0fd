// @module-tag chromium
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { checkPage, openPage, type PageOptions } from '../support/browser.ts';
import { flowkiwi } from '../support/flowkiwi.ts';
import { ownPort } from '../support/own-port.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

const HOSTILE = '<script>document.title = "taken over"</script>';

let sandbox: RunningSandbox;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = await sandbox.environment();
});

afterAll(async () => {
  await sandbox?.stop();
});

/** The page with its script. */
async function openLive(options: PageOptions = {}, { url, secret } = sandbox): Promise<Page> {
  const page = await openPage({ javaScriptEnabled: true, ...options });
  await page.goto(`${url}/_sandbox/#secret=${secret}`);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

async function create(name: string): Promise<string> {
  const { status, stdout } = await flowkiwi(['org', 'create', name, '-q', '--no-use'], { env });
  expect(status).toBe(0);
  return stdout.trim();
}

test('the address shows the secret no more, and a reload needs it no more', async () => {
  const page = await openLive();
  expect(page.url()).toBe(`${sandbox.url}/_sandbox/`);
  await page.reload();
  await page.getByText('Live', { exact: true }).waitFor();
});

test('without the secret it shows nothing but the command that opens it', async () => {
  await create('Before the page');
  const page = await openPage({ javaScriptEnabled: true });
  await page.goto(`${sandbox.url.replace('127.0.0.1', 'localhost')}/_sandbox/`);
  await page.getByText('flowkiwi sandbox open', { exact: true }).waitFor();
  expect(page.url()).toBe(`${sandbox.url}/_sandbox/`);
  expect(await page.locator('main').textContent()).not.toContain('Before the page');
  await checkPage(page, 'sandbox-locked');
});

test('what is created appears by itself, with what asked for it', async () => {
  const page = await openLive();
  const id = await create(HOSTILE);
  await page.getByText(HOSTILE).waitFor();
  const handle = await flowkiwi(['instance', 'create', 'Zürich 東京', '--handle', 'zurich', '--org', id], { env });
  expect(handle.status).toBe(0);
  await page.getByText('zurich', { exact: true }).waitFor();
  const failed = await flowkiwi(['org', 'get', '0196f3a0-9999-7000-8000-000000000001'], { env });
  expect(failed.status).toBe(3);
  const latest = page.getByRole('table', { name: 'Latest requests' }).getByRole('row').nth(1);
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
  await checkPage(page, 'sandbox-overview');
});

test('a screen reader finds its way, and is told only whether the page is live', async () => {
  const page = await openLive();
  expect(await page.locator('h1, h2').allTextContents()).toEqual([
    'Flowkiwi sandbox',
    'Organizations and instances',
    'Latest requests',
    'Faults and switches',
  ]);
  expect(await page.getByRole('columnheader').allTextContents()).toEqual(['Time', 'Method', 'Path', 'Status', 'Took']);
  expect(await page.locator('[aria-live], [role=status], [role=alert], [role=log]').allTextContents()).toEqual(['Live']);
});

test('a request opens to its headers and bodies and a curl line, by the keyboard, without secrets', async () => {
  await create('Opened by the keyboard');
  const page = await openLive();
  const opener = page.getByRole('button', { name: '/api/organizations', exact: true }).first();
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'curl', exact: true }).waitFor();
  expect(await opener.getAttribute('aria-expanded')).toBe('true');
  const shown = (await page.locator('.detail').textContent()) ?? '';
  for (const text of ['authorization: Bearer [redacted]', 'Opened by the keyboard', 'curl -X POST']) expect(shown).toContain(text);
  expect(shown).not.toContain(env['FLOWKIWI_TOKEN'] ?? 'no token');
  await page.keyboard.press('Enter');
  await page.locator('.detail').waitFor({ state: 'detached' });
});

test('requests are filtered, and those of signing in are folded', async () => {
  await fetch(`${sandbox.url}/.well-known/openid-configuration`);
  await fetch(`${sandbox.url}/api/nothing-here`);
  const page = await openLive();
  const discovery = page.getByRole('button', { name: '/.well-known/openid-configuration' }).first();
  const missing = page.getByRole('button', { name: '/api/nothing-here' }).first();
  await missing.waitFor();
  expect(await discovery.isVisible()).toBe(false);
  await page.getByLabel('Sign-in traffic').check();
  await discovery.waitFor();
  await page.getByLabel('Filter').fill('nothing-');
  await discovery.waitFor({ state: 'hidden' });
  await page.getByLabel('Status').selectOption('2xx');
  await missing.waitFor({ state: 'hidden' });
});

test('fault rules and switches are set on the page, and what is wrong with one is said', async () => {
  const own = await startSandbox();
  onTestFinished(async () => void (await own.stop()));
  const page = await openLive({}, own);
  await page.locator('#rules').fill('GET /api/broken=418\n');
  await page.locator('#switches').fill('duplicateHandle=409');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await page.locator('#behaviour-result', { hasText: 'Set' }).waitFor();
  expect((await fetch(`${own.url}/api/broken`)).status).toBe(418);
  await expect.poll(() => page.locator('#switches').inputValue()).toContain('tokenExchange=on');
  expect(await page.locator('#switches').inputValue()).toContain('duplicateHandle=409');
  await page.locator('#rules').fill('no rule');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await page.getByText('"no rule" is not a fault rule').waitFor();
});

test('everything is deleted from the page after a question, and the empty page says what fills it', async () => {
  const own = await startSandbox();
  onTestFinished(async () => void (await own.stop()));
  const { status } = await flowkiwi(['org', 'create', 'Gone soon', '--no-use'], { env: await own.environment() });
  expect(status).toBe(0);
  const page = await openLive({}, own);
  await page.getByText('Gone soon', { exact: true }).waitFor();
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByText('flowkiwi --profile sandbox instance create').waitFor();
  expect(await page.locator('#tree').textContent()).not.toContain('Gone soon');
});

test('on a phone the table keeps its meaning and a long name its place', async () => {
  await create('A very long name without any place to break it'.replaceAll(' ', '').repeat(5));
  const page = await openLive({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  expect(await page.locator('html').evaluate((root) => root.scrollWidth)).toBe(360);
  expect(await page.getByRole('columnheader').count()).toBe(5);
});

test('it says when the sandbox has gone, and is locked when another one is in its place', async () => {
  const args = ['--memory', '--port', String(await ownPort())];
  const own = await startSandbox(args);
  const page = await openLive({ mayComplain: true }, own);
  await own.stop();
  await page.getByText('Not connected, trying again').waitFor();
  const again = await startSandbox(args);
  onTestFinished(async () => void (await again.stop()));
  await page.getByText('flowkiwi sandbox open', { exact: true }).waitFor();
});
