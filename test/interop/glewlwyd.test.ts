import type { Page } from 'playwright-core';
import { describe, expect, inject, test } from 'vitest';
import { startSignIn } from '../support/pending-sign-in.ts';
import { visit } from '../support/user-agent.ts';
import { testMachines } from './machine-scenarios.ts';
import { isAtCallback } from './pages.ts';
import { expectReminder } from './person.ts';
import type { ServerFacts } from './running-server.ts';
import { ADMIN, MACHINE_SCOPE } from './servers/glewlwyd.ts';
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

testMachines('glewlwyd', {
  scope: MACHINE_SCOPE,
  introspectAt: (origin) => `${origin}/api/oidc/introspect`,
  hasKeys: true,
  keyAudience: (origin) => `${origin}/api/oidc/token`,
});

describe('what glewlwyd refuses', { tags: ['glewlwyd'] }, () => {
  const server = (): ServerFacts => {
    const { glewlwyd } = inject('servers');
    if (glewlwyd === undefined) throw new Error('glewlwyd was not started');
    return glewlwyd;
  };

  const start = (clientId: string, ...more: readonly string[]) => {
    const { issuer, loginFlags = [] } = server();
    const env = { FLOWKIWI_URL: 'http://127.0.0.1:9/', FLOWKIWI_ISSUER: issuer, FLOWKIWI_CLIENT_ID: clientId };
    return startSignIn(['login', '--no-browser', ...loginFlags, ...more], { env });
  };

  // Its page has no button that refuses. This is the refusal that it sends back.
  test('a sign-in without a question, of somebody whom it does not know', async () => {
    const login = start('flowkiwi-cli', '--prompt', 'none');
    await visit(await login.says(/^ {2}(http\S+)$/m));
    const { status, stderr } = await login.ended;
    expect([status, stderr]).toEqual([4, expect.stringMatching(/^error: the sign-in server refused: .*(?:login|interaction)_required/m)]);
  });

  test('a client that it does not know, with an empty page: the command says after a while what to check', async () => {
    const login = start('stranger');
    expect(await visit(await login.says(/^ {2}(http\S+)$/m))).toMatchObject({ status: 403, text: '' });
    await expectReminder(login, 'stranger');
  });
});
