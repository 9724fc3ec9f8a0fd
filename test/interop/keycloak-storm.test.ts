import { expect, inject, test } from 'vitest';
import { SHORT_LIFE_STORM, STORM_TIME_MS } from '../attack/storm-size.ts';
import { tokenStorm } from '../support/token-storm.ts';
import { PAGES } from './keycloak-pages.ts';
import { newPerson, signIn, tokenRequests } from './person.ts';
import { askAdmin, REALM } from './servers/keycloak.ts';

// Keycloak ends a session whose refresh token comes a second time, and records an event for each refusal.
test.each([60, 30, 5])(
  'tokens of %i seconds: every process gets one, and no refresh token is used twice',
  {
    tags: ['keycloak', 'chromium'],
    timeout: STORM_TIME_MS,
  },
  async (seconds) => {
    const facts = inject('servers').keycloak;
    if (facts === undefined) throw new Error('keycloak was not started');
    // The life is set for this client alone: other tests go on beside this one.
    const clientId = `storm-${seconds}`;
    await askAdmin(facts.origin, 'POST', `/${REALM}/clients`, {
      ...{ clientId, enabled: true, protocol: 'openid-connect', publicClient: true, redirectUris: ['http://127.0.0.1/*'] },
      attributes: { 'access.token.lifespan': String(seconds) },
    });
    const person = await newPerson({ ...facts, clientId });
    await signIn(person, PAGES);
    expect(person.stored()).toMatchObject({ expires_in: seconds });

    const tokens = await tokenStorm({
      size: SHORT_LIFE_STORM,
      expire: () => person.expire(),
      askToken: () => person.run(['auth', 'token']),
    });
    expect(tokens).toBeGreaterThanOrEqual(SHORT_LIFE_STORM.rounds);

    const refreshes = (await tokenRequests(facts)).filter((one) => one.clientId === clientId && one.grantType === 'refresh_token');
    // A token may have been renewed once more before the process that got it could read it.
    expect(refreshes.length).toBeGreaterThanOrEqual(tokens);
    expect(refreshes.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(refreshes.map(({ refreshToken }) => refreshToken)).size).toBe(refreshes.length);
    const events = (type: string) => askAdmin(facts.origin, 'GET', `/${REALM}/events?type=${type}&client=${clientId}&max=10000`);
    expect(await events('REFRESH_TOKEN_ERROR')).toEqual([]);
    expect(await events('REFRESH_TOKEN')).toHaveLength(refreshes.length);
  },
);
