import { expect, test } from 'vitest';
import { systemTokenClaims } from '../../../src/identity/zitadel/system-token.ts';

test('a token is for one command: from half a minute ago until five minutes from now', () => {
  expect(systemTokenClaims({ user: 'provisioning', audience: 'https://zitadel.example', now: 1_700_000_000_999 })).toEqual({
    iss: 'provisioning',
    sub: 'provisioning',
    aud: 'https://zitadel.example',
    iat: 1_699_999_970,
    exp: 1_700_000_300,
  });
});
