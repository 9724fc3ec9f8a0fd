import type { Page } from 'playwright-core';
import type { Step } from './pages.ts';

/** Keycloak's sign-in page. */
export const credentialsOf = (name: string): Step => ({
  seen: '#username',
  act: async (page: Page) => {
    await page.locator('#username').fill(name);
    await page.locator('#password').fill(`${name}-password`);
    await page.locator('#kc-login').click();
  },
});

export const CREDENTIALS = credentialsOf('anna');
