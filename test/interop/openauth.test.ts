import { answerPages, type Step } from './pages.ts';
import { testSignIn } from './sign-in-scenarios.ts';

const NAME: Step = {
  seen: '[name=name]',
  act: async (page) => {
    await page.locator('[name=name]').fill('anna');
    await page.locator('button').click();
  },
};

testSignIn('openauth', {
  pages: { signIn: (page) => answerPages(page, [NAME]) },
  hasUserInfo: false,
  who: /Signed in/,
  logout: /the server names no way to revoke; its tokens live until they expire/,
});
