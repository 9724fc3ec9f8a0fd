import { expect, test } from 'vitest';
import { resolveProfile } from '../../src/context/profile.ts';
import { renewTokens } from '../../src/context/renewal.ts';
import { realClock } from '../support/clocks.ts';
import { httpClient, idToken, metadata, serveRoutes } from '../support/servers/serve.ts';

test.each([
  ['of who signed in are taken', 'u', 'refreshed'],
  ['of somebody else are refused', 'other', 'refused'],
])('new tokens %s', async (_, sub, kind) => {
  const { origin } = await serveRoutes({
    '/.well-known/openid-configuration': (issuer) => ({ body: metadata(issuer) }),
    '/token': () => ({ body: { access_token: 'A', token_type: 'Bearer', id_token: idToken({ sub }) } }),
  });
  const profile = resolveProfile({ profile: undefined }, { FLOWKIWI_URL: origin }, undefined);
  const outcome = await renewTokens(
    { http: httpClient(), env: {}, clock: realClock, profile },
    {
      method: 'browser',
      url: origin,
      issuer: origin,
      clientId: 'c',
      accessToken: 'old',
      refreshToken: 'R',
      expiresAt: undefined,
      scope: undefined,
      user: { sub: 'u', email: undefined, name: undefined },
      machine: undefined,
    },
  );
  expect(outcome.kind).toBe(kind);
});
