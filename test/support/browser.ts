import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished, TestRunner } from 'vitest';
import type { WhenFinished } from './pending-sign-in.ts';
import { findProgram } from './programs.mjs';

const PICTURES = join(import.meta.dirname, '..', '..', 'test-artifacts', 'pages');

export interface PageOptions extends BrowserContextOptions {
  /** Whether what the page complains about, as its content security policy, is all right. */
  readonly mayComplain?: boolean;
  readonly whenFinished?: WhenFinished;
}

let launched: Promise<Browser> | undefined;

/** A page in a browser profile of its own, without scripts unless it is told otherwise. What it complains about fails the test. */
export async function openPage(options: PageOptions = {}): Promise<Page> {
  const { mayComplain = false, whenFinished = onTestFinished, ...profile } = options;
  launched ??= launchChromium();
  const context = await (await launched).newContext({ javaScriptEnabled: false, ...profile });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Chromium notes every page that comes with an error status.
    if (!message.text().startsWith('Failed to load resource: the server responded with a status of 4')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const opener = TestRunner.getCurrentTest();
  whenFinished(async () => {
    // What it looked like then says more than what was not found on it.
    if (opener?.result?.state === 'fail') await takePicture(page, `failed-${opener.name.replace(/\W+/g, '-').slice(0, 80)}`);
    await context.close();
    if (!mayComplain) expect(complaints).toEqual([]);
  });
  return page;
}

/** A real Chromium without a window, which ends with this process. */
function launchChromium(): Promise<Browser> {
  const executablePath = findProgram('chromium');
  if (executablePath === undefined) throw new Error('there is no chromium: the test has to have its tag');
  return chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

/** Checks what every page owes its reader; with `PICTURES` in the environment it keeps the page as pictures: light, dark, and 360 pixels wide. */
export async function checkPage(page: Page, name: string): Promise<void> {
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.locator('h1').count()).toBe(1);
  expect(await page.locator('main').count()).toBe(1);
  expect(await page.title()).toContain((await page.locator('h1').textContent()) ?? '');
  for (const field of await page.locator('input:not([type=hidden])').all()) {
    expect(await page.locator(`label[for="${await field.getAttribute('id')}"]`).count()).toBe(1);
  }
  if (process.env['PICTURES']) {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await takePicture(page, `${name}-${colorScheme}`);
    }
  }
  const viewport = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ width: 360, height: 740 });
  if (process.env['PICTURES']) await takePicture(page, `${name}-360`);
  const contentWidth = await page.locator('body').evaluate((body) => body.scrollWidth);
  expect(contentWidth, `${name} is wider than a phone`).toBeLessThanOrEqual(360);
  await page.setViewportSize(viewport);
}

/** Keeps what is to be seen of the page, in `test-artifacts/pages`. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
