import { expect, test } from 'vitest';
import { resolveProfile } from '../../src/context/profile.ts';
import { renewTokens } from '../../src/context/renewal.ts';
import type { RefreshOutcome } from '../../src/oauth/refresh.ts';
import { realClock } from '../support/clocks.ts';
import { httpClient, idToken, metadata, serveRoutes } from '../support/servers/serve.ts';

test.each([
  ['a server that is gone', { body: '' }, 'auth'],
  ['a server with another name', { status: 200, body: metadata('https://other.example') }, 'auth'],
  ['ZITADEL that cannot read its instances', { body: { code: 5, message: 'unable to set instance using origin x' } }, 'unavailable'],
])('%s', async (_, reply, code) => {
  const { origin } = await serveRoutes({ '/.well-known/openid-configuration': () => ({ status: 404, ...reply }) });
  expect(await renew(origin)).toMatchObject({ kind: 'unavailable', cause: { code } });
});

test.each([
  ['of who signed in are taken', 'u', 'refreshed'],
  ['of somebody else are refused', 'other', 'refused'],
])('new tokens %s', async (_, sub, kind) => {
  const { origin } = await serveRoutes({
    '/.well-known/openid-configuration': (issuer) => ({ body: metadata(issuer) }),
    '/token': () => ({ body: { access_token: 'A', token_type: 'Bearer', id_token: idToken({ sub }) } }),
  });
  expect((await renew(origin)).kind).toBe(kind);
});

/** Renews the tokens of the user `u`. */
function renew(origin: string): Promise<RefreshOutcome> {
  const profile = resolveProfile({ profile: undefined }, { FLOWKIWI_URL: origin }, undefined);
  return renewTokens(
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
}
