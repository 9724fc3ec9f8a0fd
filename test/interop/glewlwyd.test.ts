import type { Page } from 'playwright-core';
import { testMachine } from './machine-scenarios.ts';
import { isAtCallback } from './pages.ts';
import { ADMIN, MACHINE, MACHINE_SCOPE } from './servers/glewlwyd.ts';
import { testSignIn } from './sign-in-scenarios.ts';

/** Signs in and allows, by what the server's page asks of it: its own form is a program. */
async function allow(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  await page.request.post(`${origin}/api/auth/`, { data: ADMIN });
  await page.request.put(`${origin}/api/auth/grant/flowkiwi-cli`, { data: { scope: 'openid offline_access profile email' } });
}

testSignIn('glewlwyd', {
  pages: {
    signIn: async (page) => {
      if (await isAtCallback(page)) return;
      await allow(page);
      await page.goto(`${new URL(page.url()).searchParams.get('callback_url')}&g_continue`);
    },
    approveDevice: async (page, code) => {
      await allow(page);
      await page.goto(`${new URL(page.url()).origin}/api/oidc/device?code=${code}&g_continue`);
    },
  },
  hasUserInfo: true,
  who: / as /,
  // Only clients with a secret may revoke there.
  logout: /the server refused to revoke \(status 401\)/,
  endsTokens: false,
});

testMachine('glewlwyd', {
  machine: MACHINE,
  scope: MACHINE_SCOPE,
  introspectAt: (origin) => `${origin}/api/oidc/introspect`,
});
