import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { takePicture } from './browser.ts';

/** The rules of WCAG 2.2 A and AA, and what axe holds to be good practice. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const VIEWS = [
  ['light', 'desktop', { width: 1280, height: 900 }],
  ['dark', 'desktop', { width: 1280, height: 900 }],
  ['light', 'phone', { width: 360, height: 740 }],
  ['dark', 'phone', { width: 360, height: 740 }],
] as const;

let program: string | undefined;

/**
 * Checks what is on the page with axe, light and dark, on a desktop and on a phone, where nothing may be wider than the screen. With `PICTURES` in
 * the environment it keeps a picture of each.
 */
export async function checkAccessibility(page: Page, name: string): Promise<void> {
  program ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(program);
  const options: RunOptions = { runOnly: { type: 'tag', values: RULES } };
  for (const [colorScheme, device, viewport] of VIEWS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(viewport);
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
    expect(found, `${name}, ${colorScheme}, ${device}`).toEqual([]);
    if (process.env['PICTURES']) await takePicture(page, `${name.replaceAll(' ', '-')}-${device}-${colorScheme}`);
    const width = await page.locator('html').evaluate((root) => root.scrollWidth);
    expect(width, `${name}, ${device}`).toBeLessThanOrEqual(viewport.width);
  }
  await page.setViewportSize(VIEWS[0][2]);
}
