import type { Locator, Page } from 'playwright-core';

/** What may be on a page, and what a person does with it. */
export interface Step {
  readonly seen: string;
  readonly act: (page: Page) => Promise<void>;
}

/** Where the browser ends up: at the page of the command, or at one of the server that says so. */
export type IsDone = (page: Page) => Promise<boolean>;

/** Whether the browser has been sent back to the command. */
export const isAtCallback: IsDone = async (page) => /^http:\/\/(?:127\.0\.0\.1|localhost):\d+\/(?:callback|done)/.test(page.url());

/** Answers each page as it comes, whichever do, until the browser is where it should end up. */
export async function answerPages(page: Page, steps: readonly Step[], isDone: IsDone = isAtCallback): Promise<void> {
  const answered = new Set<Step>();
  const until = Date.now() + 60_000;
  while (!(await isDone(page))) {
    const step = await firstSeen(
      page,
      steps.filter((one) => !answered.has(one)),
    );
    if (step === undefined) {
      if (Date.now() > until) throw new Error(`nobody knows what to do at ${page.url()}: ${await page.locator('body').textContent()}`);
      await page.waitForTimeout(100);
      continue;
    }
    answered.add(step);
    await step.act(page);
  }
}

async function firstSeen(page: Page, steps: readonly Step[]): Promise<Step | undefined> {
  for (const step of steps) if (await isThere(page.locator(step.seen))) return step;
  return undefined;
}

/** A page that is on its way is not there yet. */
function isThere(locator: Locator): Promise<boolean> {
  return locator
    .first()
    .isVisible()
    .catch(() => false);
}
