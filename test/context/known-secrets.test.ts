import { expect, test } from 'vitest';
import { knownSecrets } from '../../src/context/known-secrets.ts';
import { credentialsFile } from '../../src/storage/credentials.ts';
import { realClock } from '../support/clocks.ts';
import { newHome } from '../support/flowkiwi.ts';

const STORED = {
  method: 'token',
  url: 'https://api.example/',
  issuer: undefined,
  clientId: undefined,
  accessToken: 'stored-token',
  refreshToken: 'stored-refresh',
  expiresAt: undefined,
  scope: undefined,
  machine: undefined,
  user: undefined,
} as const;

test('another process is given what it cannot read itself, and nothing of the file, which may be long', async () => {
  const secrets = knownSecrets({ FLOWKIWI_CLIENT_SECRET: 'of-the-environment' });
  const store = { directory: newHome(), platform: process.platform, clock: realClock, warn: () => undefined };
  const file = secrets.heldFrom(credentialsFile(store));
  await file.update(
    () =>
      new Map([
        ['default', STORED],
        ['other', { ...STORED, accessToken: 'token-of-another' }],
      ]),
  );
  secrets.hold(' typed\n');
  const given = secrets.given().filter((secret) => secret !== '');
  expect(given).toEqual(['typed', 'of-the-environment']);
  expect((await secrets.all('default')).filter((secret) => secret !== '')).toEqual([...given, 'stored-token', 'stored-refresh']);
});
