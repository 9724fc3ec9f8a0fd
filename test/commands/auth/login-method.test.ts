import { expect, test } from 'vitest';
import { type LoginFlags, type LoginMethod, loginMethod, NO_FLAGS } from '../../../src/commands/auth/login-method.ts';

const PERSON = { kind: 'person', secretFile: undefined, key: undefined, clientAuth: undefined, par: false } as const;
const KEY = { file: 'f', keyId: undefined, audience: undefined };

test.each<[string, Partial<LoginFlags>, LoginMethod]>([
  ['no flag', {}, { ...PERSON, flow: undefined, open: true }],
  ['--browser', { browser: true }, { ...PERSON, flow: 'browser', open: true }],
  ['--no-browser', { openBrowser: false }, { ...PERSON, flow: 'browser', open: false }],
  ['--device', { device: true }, { ...PERSON, flow: 'device', open: true }],
  [
    'a secret',
    { clientSecretFile: 'f', clientAuth: 'post' },
    { ...PERSON, flow: undefined, open: true, secretFile: 'f', clientAuth: 'post' },
  ],
  ['--device with a secret', { device: true, clientSecretFile: 'f' }, { ...PERSON, flow: 'device', open: true, secretFile: 'f' }],
  ['--browser with a key', { browser: true, keyFile: 'f' }, { ...PERSON, flow: 'browser', open: true, key: KEY }],
  [
    '--device with a key, and what is known of it',
    { device: true, keyFile: 'f', keyId: 'k', keyAudience: 'a', clientAuth: 'private_key_jwt' },
    { ...PERSON, flow: 'device', open: true, key: { file: 'f', keyId: 'k', audience: 'a' }, clientAuth: 'private_key_jwt' },
  ],
  ['--par', { par: true }, { ...PERSON, flow: undefined, open: true, par: true }],
  ['--with-token', { withToken: true }, { kind: 'token' }],
  [
    '--client-credentials',
    { clientCredentials: true, clientSecretFile: 'f', clientAuth: 'basic' },
    { kind: 'machine', machine: { kind: 'client_credentials', secretFile: 'f', clientAuth: 'basic' } },
  ],
  [
    '--key-file',
    { keyFile: 'f', keyId: 'k', keyAudience: 'a' },
    { kind: 'machine', machine: { kind: 'service_account_key', file: 'f', keyId: 'k', audience: 'a', grant: undefined } },
  ],
  [
    '--key-file --client-auth private_key_jwt',
    { keyFile: 'f', clientAuth: 'private_key_jwt' },
    {
      kind: 'machine',
      machine: { kind: 'service_account_key', file: 'f', keyId: undefined, audience: undefined, grant: 'client_credentials' },
    },
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
  expect(loginMethod({ ...NO_FLAGS, ...flags })).toEqual(method);
});

test.each<[string, Partial<LoginFlags>]>([
  ['--browser and --device exclude each other', { browser: true, device: true }],
  ['--no-browser and --oidc exclude each other', { openBrowser: false, oidc: true }],
  ['--with-token and --key-file exclude each other', { withToken: true, keyFile: 'f' }],
  ['--client-credentials and --key-file and --oidc exclude each other', { clientCredentials: true, keyFile: 'f', oidc: true }],
  [
    '--client-secret-file goes with --client-credentials or --browser or --device, which is not given',
    { clientSecretFile: 'f', oidc: true },
  ],
  ['--client-secret-file and --key-file exclude each other', { browser: true, clientSecretFile: 'f', keyFile: 'k' }],
  ['--client-auth post and --key-file exclude each other', { device: true, clientAuth: 'post', keyFile: 'k' }],
  ['--client-auth private_key_jwt goes with --key-file, which is not given', { browser: true, clientAuth: 'private_key_jwt' }],
  ['--client-auth private_key_jwt goes with --key-file, which is not given', { clientAuth: 'private_key_jwt' }],
  ['--client-auth post goes with --client-credentials or --browser or --device, which is not given', { clientAuth: 'post', keyFile: 'k' }],
  ['--par goes with --browser, which is not given', { par: true, device: true }],
  ['--key-id goes with --key-file, which is not given', { keyId: 'k' }],
  ['--key-audience goes with --key-file, which is not given', { keyAudience: 'a', oidc: true }],
  ['--oidc-audience goes with --oidc, which is not given', { oidcAudience: 'a' }],
  ['--oidc-token-file goes with --oidc, which is not given', { oidcTokenFile: 'f', keyFile: 'k' }],
])('%s', (message, flags) => {
  expect(() => loginMethod({ ...NO_FLAGS, ...flags })).toThrow(expect.objectContaining({ code: 'usage', message }));
});

test.each<[text: string, message: string]>([
  ['connector_id', '--oidc-param takes name=value'],
  ['=github', '--oidc-param takes name=value'],
  ['client_secret=abcdefgh', '--oidc-param: client_secret is a secret, which others on this machine could read in the command line'],
  ['subject_token=a.b.c', '--oidc-param: subject_token is set by flowkiwi itself'],
  ['grant_type=password', '--oidc-param: grant_type is set by flowkiwi itself'],
])('--oidc-param %s', (text, message) => {
  expect(() => loginMethod({ ...NO_FLAGS, oidc: true, oidcParam: [text] })).toThrow(expect.objectContaining({ code: 'usage', message }));
});
