import type { Page } from 'playwright-core';
import { testMachines } from './machine-scenarios.ts';
import { answerPages, type Step } from './pages.ts';
import { testSignIn } from './sign-in-scenarios.ts';

const fillIn = async (page: Page, name: string) => {
  await page.locator('[name=email]').fill(`${name}@example.org`);
  await page.locator('[name=password]').fill(`${name}-password`);
};
const credentialsOf = (name: string): Step => ({
  seen: 'h1:text-is("Sign in")',
  act: async (page) => {
    await fillIn(page, name);
    await page.locator('button').click();
  },
});
const ALLOW: Step = { seen: 'h1:text-is("Consent")', act: (page) => page.locator('[value=allow]').click() };
const REFUSE: Step = { seen: 'h1:text-is("Consent")', act: (page) => page.locator('[value=deny]').click() };

testSignIn('better-auth', {
  pages: {
    signIn: (page) => answerPages(page, [credentialsOf('anna'), ALLOW]),
    // What somebody allowed once is not asked again.
    refuse: (page) => answerPages(page, [credentialsOf('bert'), REFUSE]),
    approveDevice: async (page, code) => {
      await page.locator('[name=userCode]').fill(code);
      await fillIn(page, 'anna');
      await page.locator('[value=allow]').click();
      await page.locator('h1:text-is("Done")').waitFor();
    },
  },
  hasUserInfo: true,
  logout: /the session is revoked at the server/,
});

testMachines('better-auth', {
  scope: 'onboard',
  introspectAt: (origin) => `${origin}/api/auth/oauth2/introspect`,
  hasKeys: true,
});
