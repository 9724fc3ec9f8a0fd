import type { Page } from 'playwright-core';
import { answerPages, type Step } from './pages.ts';
import { testSignIn } from './sign-in-scenarios.ts';

const fillIn = async (page: Page) => {
  await page.locator('[name=email]').fill('anna@example.org');
  await page.locator('[name=password]').fill('anna-password');
};
const CREDENTIALS: Step = {
  seen: 'h1:text-is("Sign in")',
  act: async (page) => {
    await fillIn(page);
    await page.locator('button').click();
  },
};
const ALLOW: Step = { seen: 'h1:text-is("Consent")', act: (page) => page.locator('[value=allow]').click() };
const REFUSE: Step = { seen: 'h1:text-is("Consent")', act: (page) => page.locator('[value=deny]').click() };

testSignIn('better-auth', {
  pages: {
    signIn: (page) => answerPages(page, [CREDENTIALS, ALLOW]),
    refuse: (page) => answerPages(page, [CREDENTIALS, REFUSE]),
    approveDevice: async (page, code) => {
      await page.locator('[name=userCode]').fill(code);
      await fillIn(page);
      await page.locator('[value=allow]').click();
      await page.locator('h1:text-is("Done")').waitFor();
    },
  },
  hasUserInfo: true,
  logout: /the session is revoked at the server/,
});
