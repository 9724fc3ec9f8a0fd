import { expect, test } from 'vitest';
import { type LoginFlags, type LoginMethod, loginMethod } from '../../../src/commands/auth/login-method.ts';

const NONE: LoginFlags = {
  browser: false,
  openBrowser: true,
  device: false,
  withToken: false,
  clientCredentials: false,
  clientSecretFile: undefined,
  keyFile: undefined,
  keyId: undefined,
  keyAudience: undefined,
  oidc: false,
  oidcAudience: undefined,
  oidcTokenFile: undefined,
  oidcGrant: undefined,
  oidcParam: [],
};

test.each<[string, Partial<LoginFlags>, LoginMethod]>([
  ['no flag', {}, { kind: 'person', flow: undefined, open: true }],
  ['--browser', { browser: true }, { kind: 'person', flow: 'browser', open: true }],
  ['--no-browser', { openBrowser: false }, { kind: 'person', flow: 'browser', open: false }],
  ['--device', { device: true }, { kind: 'person', flow: 'device', open: true }],
  ['--with-token', { withToken: true }, { kind: 'token' }],
  [
    '--client-credentials',
    { clientCredentials: true, clientSecretFile: 'f' },
    { kind: 'machine', machine: { kind: 'client_credentials', secretFile: 'f' } },
  ],
  [
    '--key-file',
    { keyFile: 'f', keyId: 'k', keyAudience: 'a' },
    { kind: 'machine', machine: { kind: 'service_account_key', file: 'f', keyId: 'k', audience: 'a' } },
  ],
  [
    '--oidc',
    { oidc: true, oidcAudience: 'a', oidcTokenFile: 'f', oidcGrant: 'jwt-bearer', oidcParam: ['a=b', 'c=', 'd=e=f'] },
    {
      kind: 'machine',
      machine: { kind: 'workload_identity', file: 'f', audience: 'a', grant: 'jwt-bearer', parameters: { a: 'b', c: '', d: 'e=f' } },
    },
  ],
])('%s', (_name, flags, method) => {
  expect(loginMethod({ ...NONE, ...flags })).toEqual(method);
});

test.each<[string, Partial<LoginFlags>]>([
  ['--browser and --device exclude each other', { browser: true, device: true }],
  ['--no-browser and --oidc exclude each other', { openBrowser: false, oidc: true }],
  ['--with-token and --key-file exclude each other', { withToken: true, keyFile: 'f' }],
  ['--client-credentials and --key-file and --oidc exclude each other', { clientCredentials: true, keyFile: 'f', oidc: true }],
  ['--client-secret-file goes with --client-credentials, which is not given', { clientSecretFile: 'f' }],
  ['--key-id goes with --key-file, which is not given', { keyId: 'k' }],
  ['--key-audience goes with --key-file, which is not given', { keyAudience: 'a', oidc: true }],
  ['--oidc-audience goes with --oidc, which is not given', { oidcAudience: 'a' }],
  ['--oidc-token-file goes with --oidc, which is not given', { oidcTokenFile: 'f', keyFile: 'k' }],
])('%s', (message, flags) => {
  expect(() => loginMethod({ ...NONE, ...flags })).toThrow(expect.objectContaining({ code: 'usage', message }));
});

test.each<[text: string, message: string]>([
  ['connector_id', '--oidc-param takes name=value'],
  ['=github', '--oidc-param takes name=value'],
  ['client_secret=abcdefgh', '--oidc-param: client_secret is a secret, which others on this machine could read in the command line'],
  ['subject_token=a.b.c', '--oidc-param: subject_token is set by flowkiwi itself'],
  ['grant_type=password', '--oidc-param: grant_type is set by flowkiwi itself'],
])('--oidc-param %s', (text, message) => {
  expect(() => loginMethod({ ...NONE, oidc: true, oidcParam: [text] })).toThrow(expect.objectContaining({ code: 'usage', message }));
});
