import type { Page } from 'playwright-core';
import { answerPages, type Step } from './pages.ts';
import type { Pages } from './person.ts';

/** Keycloak's sign-in page. */
const credentialsOf = (name: string): Step => ({
  seen: '#username',
  act: async (page: Page) => {
    await page.locator('#username').fill(name);
    await page.locator('#password').fill(`${name}-password`);
    await page.locator('#kc-login').click();
  },
});

const CREDENTIALS = credentialsOf('anna');
const ALLOW: Step = { seen: '[name=accept]', act: (page) => page.locator('[name=accept]').click() };
const REFUSE: Step = { seen: '[name=cancel]', act: (page) => page.locator('[name=cancel]').click() };

/** How a person answers them. */
export const PAGES: Pages = {
  signIn: (page) => answerPages(page, [CREDENTIALS, ALLOW]),
  // What somebody allowed once is not asked again.
  refuse: (page) => answerPages(page, [credentialsOf('bert'), REFUSE]),
  approveDevice: (page, code) => {
    const enter: Step = {
      seen: '[name=device_user_code]',
      act: async () => {
        await page.locator('[name=device_user_code]').fill(code);
        await page.locator('[type=submit]').click();
      },
    };
    return answerPages(page, [enter, CREDENTIALS, ALLOW], async () => page.getByText('Device Login Successful').isVisible());
  },
};
