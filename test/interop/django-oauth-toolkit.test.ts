import { expect, inject, test } from 'vitest';
import { testMachines } from './machine-scenarios.ts';
import { answerPages, type Step } from './pages.ts';
import { newPerson } from './person.ts';
import { testSignIn } from './sign-in-scenarios.ts';

const CREDENTIALS: Step = {
  seen: '[name=username]',
  act: async (page) => {
    await page.locator('[name=username]').fill('anna');
    await page.locator('[name=password]').fill('anna-password');
    await page.locator('[type=submit]').click();
  },
};
const ALLOW: Step = { seen: '[name=allow]', act: (page) => page.locator('[name=allow]').click() };
const REFUSE: Step = { seen: '[name=allow]', act: (page) => page.locator('input[type=submit]:not([name=allow])').click() };

testSignIn('django-oauth-toolkit', {
  pages: {
    signIn: (page) => answerPages(page, [CREDENTIALS, ALLOW]),
    refuse: (page) => answerPages(page, [CREDENTIALS, REFUSE]),
  },
  hasUserInfo: true,
  // It is known by its number: the first.
  who: / as 1 /,
  logout: /the server names no way to revoke; its tokens live until they expire/,
  endsTokens: false,
});

testMachines('django-oauth-toolkit', {
  scope: 'onboard',
  introspectAt: (origin) => `${origin}/o/introspect/`,
  logout: /its access token lasts at the server until it expires/,
  endsTokens: false,
});

test('scopes that it does not know are named, with the flag', { tags: ['django-oauth-toolkit', 'chromium'] }, async () => {
  const facts = inject('servers')['django-oauth-toolkit'];
  if (facts === undefined) throw new Error('it was not started');
  const person = await newPerson({ ...facts, loginFlags: [] });
  const login = person.start(['login', '--no-browser']);
  await person.page.goto(await login.says(/^ {2}(http\S+)$/m));
  await answerPages(person.page, [CREDENTIALS]);
  const { status, stderr } = await login.ended;
  expect([status, stderr]).toEqual([4, expect.stringMatching(/asked for openid profile email; ask for others.*--scope/)]);
});
