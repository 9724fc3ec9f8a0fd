import { describe, expect, test } from 'vitest';
import { profileName, resolveProfile } from '../../src/context/profile.ts';
import type { Environment } from '../../src/environment.ts';
import { isCliError } from '../../src/errors.ts';
import type { Config, StoredProfile } from '../../src/storage/config.ts';

function config(profiles: Readonly<Record<string, StoredProfile>>, currentProfile?: string): Config {
  return { currentProfile, profiles: new Map(Object.entries(profiles)) };
}

describe('the name', () => {
  test.each<[flag: string | undefined, env: Environment, current: string | undefined, name: string]>([
    ['flag', { FLOWKIWI_PROFILE: 'env' }, 'file', 'flag'],
    [undefined, { FLOWKIWI_PROFILE: 'env' }, 'file', 'env'],
    [undefined, { FLOWKIWI_PROFILE: '' }, 'file', 'file'],
    [undefined, {}, 'file', 'file'],
    [undefined, {}, undefined, 'default'],
  ])('flag %s, environment %j, file %s: %s', (flag, env, current, name) => {
    expect(profileName({ profile: flag }, env, config({}, current))).toBe(name);
  });
});

describe('what is resolved', () => {
  const stored = { own: { url: 'https://own.example/base', issuer: 'https://issuer.example', clientId: 'own-client', scopes: ['openid'] } };

  test('what is built in', () => {
    const builtIn = {
      provider: 'flowkiwi',
      issuer: undefined,
      clientId: 'flowkiwi-cli',
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      namedScopes: [],
      signIn: {},
      machineScopes: [],
    };
    expect(resolveProfile({ profile: undefined }, {}, undefined)).toEqual({
      ...builtIn,
      name: 'default',
      url: new URL('https://identity.flowkiwi.net'),
    });
    expect(resolveProfile({ profile: 'sandbox' }, {}, undefined)).toEqual({
      ...builtIn,
      name: 'sandbox',
      url: new URL('http://127.0.0.1:8787'),
    });
  });

  test('the file over what is built in, the environment over the file, the flag over the environment', () => {
    expect(resolveProfile({ profile: 'own' }, {}, config(stored))).toEqual({
      name: 'own',
      provider: 'flowkiwi',
      url: new URL('https://own.example/base'),
      issuer: 'https://issuer.example',
      clientId: 'own-client',
      scopes: ['openid'],
      namedScopes: ['openid'],
      signIn: {},
      machineScopes: ['openid'],
    });
    const env = { FLOWKIWI_URL: 'https://env.example', FLOWKIWI_ISSUER: 'https://env-issuer.example', FLOWKIWI_CLIENT_ID: 'env-client' };
    expect(resolveProfile({ profile: 'own' }, env, config(stored))).toMatchObject({
      url: new URL('https://env.example'),
      issuer: 'https://env-issuer.example',
      clientId: 'env-client',
    });
    const flags = { profile: 'own', issuer: 'https://flag-issuer.example', clientId: 'flag-client' };
    expect(resolveProfile(flags, env, config(stored))).toMatchObject({ issuer: 'https://flag-issuer.example', clientId: 'flag-client' });
  });

  test('a machine asks for what its provider needs, and for what the profile says', () => {
    const scopes = (provider: string, own?: readonly string[]) =>
      resolveProfile({ profile: 'p' }, {}, config({ p: { provider, url: 'https://p.example', ...(own && { scopes: own }) } }))
        .machineScopes;
    const zitadel = ['openid', 'urn:zitadel:iam:org:project:id:zitadel:aud'];
    expect(scopes('flowkiwi')).toEqual([]);
    expect(scopes('flowkiwi', ['x', 'y'])).toEqual(['x', 'y']);
    expect(scopes('zitadel')).toEqual(zitadel);
    expect(scopes('zitadel', ['x', 'openid'])).toEqual([...zitadel, 'x']);
  });

  test('ZITADEL: its sign-in server is at its URL, its scope is always asked for, its system user is its own', () => {
    const system = { systemUser: 'jane', systemKey: '/key.pem' };
    const resolved = (own: StoredProfile, env = {}) =>
      resolveProfile({ profile: 'p' }, env, config({ p: { provider: 'zitadel', url: 'https://p.example/base', ...own } }));
    expect(resolved({ scopes: ['openid'], instanceHost: 'acme.localhost:8080', ...system })).toMatchObject({
      issuer: 'https://acme.localhost:8080',
      scopes: ['openid', 'offline_access', 'urn:zitadel:iam:org:project:id:zitadel:aud'],
      instanceHost: 'acme.localhost:8080',
      systemUser: { name: 'jane', key: '/key.pem', audience: 'https://p.example' },
    });
    expect(resolved({ scopes: ['foo'] }).scopes).toEqual(['openid', 'foo', 'offline_access', 'urn:zitadel:iam:org:project:id:zitadel:aud']);
    expect(resolved({ ...system, systemAudience: 'https://system.example' }).systemUser?.audience).toBe('https://system.example');
    expect(resolved({ issuer: 'https://login.example' }).issuer).toBe('https://login.example');
    expect(resolved({}, { FLOWKIWI_URL: 'https://env.example' })).toMatchObject({ issuer: 'https://env.example', systemUser: undefined });
  });

  test('what was added in place of a built-in profile has a system user of its own, or none', () => {
    const sandbox = (own: StoredProfile) =>
      resolveProfile({ profile: 'sandbox-zitadel' }, {}, config({ 'sandbox-zitadel': own })).systemUser;
    expect(sandbox({ organizations: {} })).toMatchObject({ name: 'sandbox', audience: 'http://127.0.0.1:8787' });
    expect(sandbox({ url: 'http://127.0.0.1:9000' })).toBeUndefined();
  });

  test('an empty variable counts for nothing', () => {
    const env = { FLOWKIWI_URL: '', FLOWKIWI_ISSUER: '', FLOWKIWI_CLIENT_ID: '', FLOWKIWI_PROVIDER: '' };
    expect(resolveProfile({ profile: 'own' }, env, config(stored))).toMatchObject({
      issuer: 'https://issuer.example',
      clientId: 'own-client',
    });
  });

  test('an entry of a built-in profile that says nothing of the URL', () => {
    expect(resolveProfile({ profile: 'sandbox' }, {}, config({ sandbox: { organizations: {} } })).url.href).toBe('http://127.0.0.1:8787/');
  });

  test.each([
    ['https://api.example', 'https://api.example/'],
    ['https://api.example/base/?q=1#f', 'https://api.example/base/'],
    ['http://localhost:1', 'http://localhost:1/'],
    ['http://127.0.0.1', 'http://127.0.0.1/'],
    ['http://[::1]:80', 'http://[::1]/'],
  ])('the URL %s is %s', (given, url) => {
    expect(resolveProfile({ profile: undefined }, { FLOWKIWI_URL: given }, undefined).url.href).toBe(url);
  });

  test.each<[url: string, words: string]>([
    ['api.example', 'no usable URL'],
    ['ftp://api.example', 'no usable URL'],
    ['javascript:alert(1)', 'no usable URL'],
    ['file:///etc/passwd', 'no usable URL'],
    ['http://api.example', 'without encryption'],
    ['http://127.0.0.1.example', 'without encryption'],
    ['http://localhost.example', 'without encryption'],
    ['https://jane:secret@api.example', 'a user or a password'],
    ['https://token@api.example', 'a user or a password'],
  ])('the URL %s is refused: %s', (url, words) => {
    const error = refusal(() => resolveProfile({ profile: undefined }, { FLOWKIWI_URL: url }, undefined));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(words), hint: expect.any(String) });
    expect(JSON.stringify([error?.message, error?.hint])).not.toMatch(/secret|token@/);
  });

  test('an unknown profile, with what was meant and what there is', () => {
    expect(refusal(() => resolveProfile({ profile: 'onw' }, {}, config(stored)))).toMatchObject({
      code: 'usage',
      message: 'there is no profile "onw"; did you mean "own"?',
      hint: 'the profiles are default, sandbox, sandbox-zitadel, own',
    });
  });

  test('an unknown provider', () => {
    expect(refusal(() => resolveProfile({ profile: undefined }, { FLOWKIWI_PROVIDER: 'acme' }, undefined))).toMatchObject({
      code: 'usage',
    });
  });
});

function refusal(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (isCliError(error)) return error;
    throw error;
  }
  return undefined;
}
