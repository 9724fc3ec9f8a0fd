import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { assertNoSecrets, type RunOptions, start } from './flowkiwi.ts';

const PICTURES = join(import.meta.dirname, '..', '..', 'test-artifacts', 'pages');

/** A real Chromium without a window. The caller closes it. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

/** Runs something when a test is over. Tests that run at the same time must give their own. */
type WhenFinished = (run: () => void | Promise<void>) => void;

/** A page of a browser profile of its own, without scripts. What it complains about (its content security policy, say) fails the test. */
export async function openPage(browser: Browser, whenFinished: WhenFinished = onTestFinished): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Chromium notes every page that comes with an error status.
    if (!message.text().startsWith('Failed to load resource: the server responded with a status of 4')) complaints.push(message.text());
  });
  whenFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  return page;
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

async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** A sign-in that a person has to finish. */
export interface PendingSignIn {
  readonly process: ChildProcess;
  /** Waits until standard error has said it; resolves to the first group of the match. */
  readonly says: (what: RegExp) => Promise<string>;
  /** The command's end. Checks that it has printed no secret. */
  readonly ended: Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Starts a command that waits for a person. */
export function startSignIn(args: readonly string[], options: RunOptions, whenFinished: WhenFinished = onTestFinished): PendingSignIn {
  const child = start(args, options);
  child.stdin?.end();
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
    child.emit('said');
  });
  const ended = once(child, 'close').then(() => {
    assertNoSecrets(stdout + stderr, 'the output');
    return { status: child.exitCode, stdout, stderr };
  });
  whenFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    process: child,
    ended,
    says: async (what) => {
      for (;;) {
        const [, found] = what.exec(stderr) ?? [];
        if (found !== undefined) return found;
        const isOver = await Promise.race([once(child, 'said').then(() => false), ended.then(() => true)]);
        if (isOver && !what.test(stderr)) throw new Error(`the command has ended and never said ${what}: ${stderr}`);
      }
    },
  };
}
