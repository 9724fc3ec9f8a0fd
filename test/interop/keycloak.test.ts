import { expect, inject, test } from 'vitest';
import { PAGES } from './keycloak-pages.ts';
import { FIRST, isActive, newPerson, SECOND, signIn } from './person.ts';
import { testSignIn } from './sign-in-scenarios.ts';

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
