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
    { oidc: true, oidcAudience: 'a', oidcTokenFile: 'f' },
    { kind: 'machine', machine: { kind: 'workload_identity', file: 'f', audience: 'a' } },
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
