import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { PAGES } from './keycloak-pages.ts';
import { FIRST, isActive, newPerson, SECOND, signIn } from './person.ts';
import { askAdmin, REALM } from './servers/keycloak.ts';
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

test('a client that is deleted: the session cannot go on, is kept, and the cure is to sign in', {
  tags: ['keycloak', 'chromium'],
}, async () => {
  const facts = inject('servers').keycloak;
  if (facts === undefined) throw new Error('keycloak was not started');
  const [id, clientId] = [randomUUID(), 'deleted-soon'];
  const client = { id, clientId, enabled: true, protocol: 'openid-connect', publicClient: true, redirectUris: ['http://127.0.0.1/*'] };
  await askAdmin(facts.origin, 'POST', `/${REALM}/clients`, client);
  const person = await newPerson({ ...facts, clientId });
  await signIn(person, PAGES);
  await askAdmin(facts.origin, 'DELETE', `/${REALM}/clients/${id}`);
  person.expire();
  const kept = person.stored();
  const run = await person.run(['instance', 'get', 'acme-eu', '--org', randomUUID()]);
  expect({ status: run.status, ...textError(run) }).toEqual({
    status: 4,
    message: expect.stringMatching(/^the stored credential of profile default .* could not be refreshed: .*\(invalid_client\)$/),
    hint: 'sign in again: flowkiwi login',
  });
  expect(person.stored()).toEqual(kept);
});
