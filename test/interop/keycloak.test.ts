import { CREDENTIALS, credentialsOf } from './keycloak-pages.ts';
import { answerPages, type Step } from './pages.ts';
import { testSignIn } from './sign-in-scenarios.ts';

const ALLOW: Step = { seen: '[name=accept]', act: (page) => page.locator('[name=accept]').click() };
const REFUSE: Step = { seen: '[name=cancel]', act: (page) => page.locator('[name=cancel]').click() };

testSignIn('keycloak', {
  pages: {
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
  },
  hasUserInfo: true,
  logout: /the session is revoked at the server/,
});
