import type { Page } from 'playwright-core';
import { openPage, type PageOptions } from './browser.ts';
import type { RunningSandbox } from './servers/sandbox.ts';

/** For tests that go through a page step by step, which takes a busy machine its time. */
export const MANY_STEPS = { timeout: 240_000 };

/** The page of a sandbox with its script, as soon as it is live. */
export async function openSandboxPage({ url, secret }: RunningSandbox, options: PageOptions = {}): Promise<Page> {
  const page = await openPage({ javaScriptEnabled: true, ...options });
  await page.goto(`${url}/_sandbox/#secret=${secret}`);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

/** The part of the page under that heading. */
export function part(page: Page, heading: string) {
  return page.getByRole('region', { name: heading, exact: true });
}

/** What was copied last, for a page with the permission `clipboard-read`. */
export function clipboardOf(page: Page): Promise<string> {
  return page.evaluate<string>('navigator.clipboard.readText()');
}
