import { expect, test } from 'vitest';
import { isSecretArgument } from '../../../src/commands/kit/input-files.ts';
import { isSecretName } from '../../../src/http/secret-names.ts';

test.each([
  ...['authorization', 'Proxy-Authorization', 'Cookie', 'Set-Cookie', 'DPoP', 'X-Api-Key', 'apiKey', 'X-Auth-Token', 'refresh_token'],
  ...['client_secret', 'login[password]', 'secrets[secret]', 'passphrase', 'credential', 'credentials'],
])('%s is a secret, which --debug hides too', (name) => {
  expect([isSecretArgument(name), isSecretName(name)]).toEqual([true, true]);
});

test.each(['code', 'state', 'Idempotency-Key', 'sort_key', 'tokens', 'name', 'Accept', ''])('%s is an ordinary name', (name) => {
  expect(isSecretArgument(name)).toBe(false);
});
