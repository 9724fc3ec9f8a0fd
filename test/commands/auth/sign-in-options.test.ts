import { expect, test } from 'vitest';
import { type SignInFlags, signInSettings } from '../../../src/commands/auth/sign-in-options.ts';

const NONE: SignInFlags = {
  ...{ scope: [], prompt: undefined, loginHint: undefined, authParam: [] },
  ...{ callbackPort: undefined, callbackPath: undefined, callbackHost: undefined },
};

test.each<[flags: Partial<SignInFlags>, settings: object]>([
  [{}, {}],
  [{ scope: ['openid', 'a b'] }, { scopes: ['openid', 'a', 'b'] }],
  [{ prompt: 'login consent' }, { prompt: 'login consent' }],
  [{ prompt: '' }, { prompt: '' }],
  [{ loginHint: 'jane@acme.example' }, { loginHint: 'jane@acme.example' }],
  [{ authParam: ['kc_idp_hint=google', 'connection='] }, { authParams: { kc_idp_hint: 'google', connection: '' } }],
  [
    { callbackPort: 8765, callbackPath: '/back', callbackHost: 'localhost' },
    { callbackPort: 8765, callbackPath: '/back', callbackHost: 'localhost' },
  ],
])('%j', (flags, settings) => {
  expect(signInSettings({ ...NONE, ...flags })).toEqual(settings);
});

test.each<[flags: Partial<SignInFlags>, message: RegExp]>([
  [{ scope: [' '] }, /^--scope is empty$/],
  [{ prompt: 'Login!' }, /^--prompt takes words of the sign-in server/],
  [{ loginHint: '' }, /^--login-hint is empty$/],
  [{ authParam: ['google'] }, /^--auth-param takes name=value$/],
  [{ authParam: ['state=x'] }, /^--auth-param: state is set by flowkiwi itself$/],
  [{ authParam: ['redirect_uri=https://x.example'] }, /^--auth-param: redirect_uri is set/],
  [{ callbackPath: 'callback' }, /^--callback-path takes the path of a URL/],
  [{ callbackPath: '//evil.example/' }, /^--callback-path takes/],
  [{ callbackPath: '/a/../b' }, /^--callback-path takes/],
  [{ callbackPath: '/a?b' }, /^--callback-path takes/],
])('%j is refused', (flags, message) => {
  expect(() => signInSettings({ ...NONE, ...flags })).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
  );
});
