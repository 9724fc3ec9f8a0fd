import { describe, expect, test } from 'vitest';
import { checkedClientId, checkedIssuer, checkedUrl, withoutPathStart } from '../../src/context/checked-settings.ts';
import { resolveProfile } from '../../src/context/profile.ts';
import { isCliError } from '../../src/errors.ts';

const usage = (words: string) => expect.objectContaining({ code: 'usage', exitStatus: 2, message: words, hint: expect.any(String) });

test.each([
  ['https://id.example/realms/flow/.well-known/openid-configuration', 'https://id.example/realms/flow'],
  ['https://id.example/.well-known/oauth-authorization-server', 'https://id.example'],
  ['https://id.example/.well-known/oauth-authorization-server/api/auth', 'https://id.example/api/auth'],
  ['https://id.example/realms/my realm', 'https://id.example/realms/my%20realm'],
  ['https://id.example/realms/Zürich', 'https://id.example/realms/Z%C3%BCrich'],
  ['https://zürich.example', 'https://xn--zrich-kva.example'],
])('the issuer %s is %s', (text, issuer) => {
  expect(checkedIssuer(text, '--issuer')).toBe(issuer);
});

describe('an issuer', () => {
  test.each(['https://id.example', 'https://id.example/', 'https://id.example/tenant/a', 'http://127.0.0.1:8787', 'HTTPS://id.example'])(
    '%s is taken unchanged',
    (text) => {
      expect(checkedIssuer(text, '--issuer')).toBe(text);
    },
  );

  test.each<[text: string, words: string]>([
    ['', '--issuer has no usable URL: ""'],
    ['nonsense', '--issuer has no usable URL: "nonsense"'],
    ['javascript:alert(1)', '--issuer has no usable URL: "javascript:alert(1)"'],
    ['file:///etc/passwd', '--issuer has no usable URL: "file:///etc/passwd"'],
    [' https://id.example', '--issuer has no usable URL'],
    ['https://id.exa\nmple', '--issuer has no usable URL: "https://id.exa\\nmple"'],
    ['http://id.example', '--issuer has a URL without encryption: http://id.example'],
    ['https://id.example?tenant=1', '--issuer has a URL with a query or a fragment, which no sign-in server has'],
    ['https://id.example/?', '--issuer has a URL with a query or a fragment, which no sign-in server has'],
    ['https://id.example/#a', '--issuer has a URL with a query or a fragment, which no sign-in server has'],
    ['https://jane@id.example', '--issuer has a URL with a user or a password in it'],
  ])('%j is none', (text, words) => {
    expect(() => checkedIssuer(text, '--issuer')).toThrow(usage(words));
  });
});

test.each([
  'https://u:SECRET@h:99999',
  'http://u:SECRET@[bad',
  'http://u:SECRET',
  'ftp://u:SECRET@x',
  'ftp://SECRET@x',
  'ftp://x/?token=SECRET',
  'https://u:SECRET@h',
  'http://u:SECRET@id.example',
  'u:SECRET@x',
  'https://u:1/SECRET@h',
  'https://u:1\\SECRET@h',
  'http://u:SECRET@x/1@h',
  'https://SECRET/x@h',
  'https:/SECRET@h',
  'https://SECRET%40h',
  `SECRET${'x'.repeat(200)}`,
  `SECRET${'x'.repeat(65)}`,
  'eyJSECRET',
])('what may be a secret is not told: %s', (text) => {
  for (const check of [checkedUrl, checkedIssuer]) {
    try {
      check(text, '--url');
      expect.unreachable();
    } catch (error) {
      if (!isCliError(error)) throw error;
      expect([error.code, `${error.message}${JSON.stringify(error.hint)}`]).toEqual(['usage', expect.not.stringContaining('SECRET')]);
    }
  }
});

describe('a client id', () => {
  test.each(['flowkiwi-cli', '288934', 'setup@acme', 'a b', 'https://app.example/client?x=1'])('%s is taken unchanged', (text) => {
    expect(checkedClientId(text, '--client-id')).toBe(text);
  });

  test.each<[text: string, words: string]>([
    ['', '--client-id is empty'],
    [' \t', '--client-id is empty'],
    [' a', '--client-id has characters that no client id has'],
    ['a\nb', '--client-id has characters that no client id has'],
    ['a\u001b[31m', '--client-id has characters that no client id has'],
    ['ä', '--client-id has characters that no client id has'],
  ])('%j is none', (text, words) => {
    expect(() => checkedClientId(text, '--client-id')).toThrow(usage(words));
  });
});

describe('the source is named', () => {
  const file = { currentProfile: 'work', profiles: new Map([['work', { url: 'https://a.example', issuer: 'x', clientId: ' ' }]]) };

  test.each<[what: string, flags: object, env: object, words: RegExp]>([
    ['a flag', { issuer: '' }, {}, /^--issuer has no/],
    ['a variable', {}, { FLOWKIWI_ISSUER: 'nonsense' }, /^FLOWKIWI_ISSUER has no/],
    ['the file', {}, {}, /^the issuer of the profile work has no/],
    ['a flag, for the client id', { issuer: 'https://id.example', clientId: '' }, {}, /^--client-id is empty/],
    ['a variable, for the client id', { issuer: 'https://id.example' }, { FLOWKIWI_CLIENT_ID: ' ' }, /^FLOWKIWI_CLIENT_ID is empty/],
    ['the file, for the client id', { issuer: 'https://id.example' }, {}, /^the client id of the profile work is empty/],
  ])('%s', (_what, flags, env, words) => {
    expect(() => resolveProfile({ profile: undefined, ...flags }, { ...env }, file)).toThrow(words);
  });
});

test.each([
  ['https://api.example/api', 'https://api.example/'],
  ['https://api.example/api//', 'https://api.example/'],
  ['https://api.example/v1/api/', 'https://api.example/v1'],
])('%s is the base URL %s', (given, base) => {
  const { url, notice } = withoutPathStart(new URL(given), '--url', '/api');
  expect([url.href, notice]).toEqual([base, expect.stringMatching(/^--url: \/api at the end/)]);
});

test.each(['https://api.example/', 'https://api.example/apis', 'https://api.example/api/v1', 'https://api.example/myapi'])(
  '%s is one already',
  (given) => {
    expect(withoutPathStart(new URL(given), '--url', '/api')).toEqual({ url: new URL(given), notice: undefined });
  },
);
