import { expect, test } from 'vitest';
import { signedInEnvironment } from '../../../src/commands/sandbox/signed-in-environment.ts';

const CONNECTION = {
  url: 'http://127.0.0.1:1',
  secret: 'sandbox-secret',
  credential: { FLOWKIWI_TOKEN: 't' },
  configDirectory: '/c',
} as const;
const OURS = {
  FLOWKIWI_URL: 'http://127.0.0.1:1',
  FLOWKIWI_TOKEN: 't',
  FLOWKIWI_PROVIDER: 'flowkiwi',
  FLOWKIWI_PROFILE: 'sandbox',
  FLOWKIWI_CONFIG_DIR: '/c',
  FLOWKIWI_SANDBOX_SECRET: 'sandbox-secret',
};
const BOTH = (text: string) => ({ NO_PROXY: text, no_proxy: text });

test.each<[statement: string, before: Record<string, string>, after: Record<string, string>]>([
  ['what is not ours stays', { PATH: '/bin', HOME: '/h' }, { PATH: '/bin', HOME: '/h' }],
  ['what is ours goes', { FLOWKIWI_CLIENT_SECRET: 's', FLOWKIWI_ID_TOKEN: 'i', FLOWKIWI_ORG: 'o', FLOWKIWI_NEW: 'n' }, {}],
  [
    'so does the identity of a CI job',
    { ACTIONS_ID_TOKEN_REQUEST_URL: 'u', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't', ACTIONS_RUNTIME_TOKEN: 'r' },
    {},
  ],
  ['whatever the case', { flowkiwi_client_secret: 's', Actions_Runtime_Token: 'r' }, {}],
  ['how to talk stays', { FLOWKIWI_DEBUG: '1', FLOWKIWI_NO_INPUT: '1' }, { FLOWKIWI_DEBUG: '1', FLOWKIWI_NO_INPUT: '1' }],
  ['to whom, too', { FLOWKIWI_NO_SPINNER: '1', FLOWKIWI_AGENT: '0' }, { FLOWKIWI_NO_SPINNER: '1', FLOWKIWI_AGENT: '0' }],
  ['exceptions without a proxy stay as they are', { NO_PROXY: 'a' }, { NO_PROXY: 'a' }],
  ['a proxy gets an exception', { HTTPS_PROXY: 'p' }, { HTTPS_PROXY: 'p', ...BOTH('127.0.0.1') }],
  ['one more', { all_proxy: 'p', no_proxy: 'a,b' }, { all_proxy: 'p', ...BOTH('a,b,127.0.0.1') }],
])('%s', (_, before, after) => {
  expect(signedInEnvironment(before, { provider: 'flowkiwi', ...CONNECTION })).toEqual({ ...after, ...OURS });
});

test('the profile goes with the provider', () => {
  const zitadel = { FLOWKIWI_PROVIDER: 'zitadel', FLOWKIWI_PROFILE: 'sandbox-zitadel' };
  expect(signedInEnvironment({ FLOWKIWI_PROVIDER: 'flowkiwi' }, { provider: 'zitadel', ...CONNECTION })).toEqual({ ...OURS, ...zitadel });
});
