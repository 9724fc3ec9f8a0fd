import { expect, inject, test } from 'vitest';
import { CREDENTIALS, credentialsOf } from './keycloak-pages.ts';
import { answerPages, type Step } from './pages.ts';
import { FIRST, isActive, newPerson, type Pages, SECOND, signIn } from './person.ts';
import { testSignIn } from './sign-in-scenarios.ts';

const ALLOW: Step = { seen: '[name=accept]', act: (page) => page.locator('[name=accept]').click() };
const REFUSE: Step = { seen: '[name=cancel]', act: (page) => page.locator('[name=cancel]').click() };

const PAGES: Pages = {
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

testSignIn('keycloak', { pages: PAGES, hasUserInfo: true, logout: /the session is revoked at the server/ });

test('without offline access all sign-ins of a browser are one session, which none of them ends', {
  tags: ['keycloak', 'chromium'],
}, async () => {
  const facts = inject('servers').keycloak;
  if (facts === undefined) throw new Error('keycloak was not started');
  const person = await newPerson({ ...facts, loginFlags: ['--scope', 'openid', '--scope', 'email'] });
  for (const profile of [FIRST, FIRST, SECOND]) await signIn(person, PAGES, ['--profile', profile]);
  const tokens = [FIRST, SECOND].map((profile) => person.stored(profile)?.['access_token']);
  expect(await Promise.all(tokens.map((token) => isActive(facts, token)))).toEqual([true, true]);
  const { stderr } = await person.run(['--profile', SECOND, 'logout']);
  expect(stderr).toContain(`the session goes on at the server, where profile ${FIRST} uses it`);
  expect(await isActive(facts, tokens[0])).toBe(true);
  person.expire(FIRST);
  expect(await person.run(['auth', 'token'])).toMatchObject({ status: 0, stderr: '' });
});
