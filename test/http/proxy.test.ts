import { expect, test } from 'vitest';
import { type CliError, isCliError } from '../../src/errors.ts';
import { proxyFor, proxySecrets } from '../../src/http/proxy.ts';

const identity = 'https://identity.flowkiwi.net/api/organizations';
const [A, B] = ['http://a.example:3128', 'http://b.example:3128'];

test.each<[Record<string, string>, string, string | undefined]>([
  [{}, identity, undefined],
  [{ HTTPS_PROXY: A }, identity, A],
  [{ https_proxy: A, HTTPS_PROXY: B }, identity, A],
  [{ HTTP_PROXY: A }, identity, A],
  [{ HTTPS_PROXY: B, HTTP_PROXY: A }, identity, B],
  [{ http_proxy: A }, 'http://identity.flowkiwi.net/', A],
  [{ HTTPS_PROXY: B }, 'http://identity.flowkiwi.net/', undefined],
  // Empty means none.
  [{ https_proxy: '', HTTPS_PROXY: A, HTTP_PROXY: B }, identity, undefined],
  [{ HTTPS_PROXY: ' ' }, identity, undefined],
  // Under CGI a stranger sets HTTP_PROXY.
  [{ REQUEST_METHOD: 'GET', HTTP_PROXY: A }, identity, undefined],
  [{ REQUEST_METHOD: 'GET', http_proxy: A }, identity, A],
  // Forms of a proxy.
  [{ HTTPS_PROXY: 'a.example:3128' }, identity, A],
  [{ HTTPS_PROXY: 'https://a.example' }, identity, 'https://a.example'],
  [{ HTTPS_PROXY: 'http://[::1]:3128/' }, identity, 'http://[::1]:3128'],
  // Loopback.
  [{ HTTPS_PROXY: A, HTTP_PROXY: A }, 'http://127.0.0.1:8787/', undefined],
  [{ HTTPS_PROXY: A, HTTP_PROXY: A }, 'https://127.1.2.3/', undefined],
  [{ HTTPS_PROXY: A, HTTP_PROXY: A }, 'http://[::1]:8787/', undefined],
  [{ HTTPS_PROXY: A, HTTP_PROXY: A }, 'http://localhost:8787/', undefined],
  [{ HTTPS_PROXY: A, HTTP_PROXY: A }, 'https://id.localhost/', undefined],
  [{ HTTPS_PROXY: A }, 'https://localhost.example/', A],
  [{ HTTPS_PROXY: A, HTTP_PROXY: A }, 'https://acme.localhost.:8443/', undefined],
  [{ HTTPS_PROXY: A, HTTP_PROXY: A }, 'https://[::ffff:127.0.0.1]:8443/', undefined],
  [{ HTTPS_PROXY: A, HTTP_PROXY: A }, 'https://0.0.0.0:8443/', undefined],
  [{ HTTPS_PROXY: A, HTTP_PROXY: A }, 'https://[::]:8443/', undefined],
  // Exceptions.
  [{ HTTPS_PROXY: A, NO_PROXY: '*' }, identity, undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: 'identity.flowkiwi.net' }, identity, undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: 'other.example, flowkiwi.net' }, identity, undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '.flowkiwi.net' }, identity, undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '*.FlowKiwi.net' }, identity, undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: 'kiwi.net' }, identity, A],
  [{ HTTPS_PROXY: A, NO_PROXY: 'flowkiwi.net.example' }, identity, A],
  [{ HTTPS_PROXY: A, NO_PROXY: 'flowkiwi.net:443' }, identity, undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: 'flowkiwi.net:8443' }, identity, A],
  [{ HTTPS_PROXY: A, NO_PROXY: 'flowkiwi.net:8443' }, 'https://identity.flowkiwi.net:8443/', undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '192.0.2.7' }, 'https://192.0.2.7/', undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '2001:db8::1' }, 'https://[2001:db8::1]/', undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '[2001:db8::1]:443' }, 'https://[2001:db8::1]/', undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '[2001:db8::1]:444' }, 'https://[2001:db8::1]/', A],
  [{ HTTPS_PROXY: A, NO_PROXY: 'a.example,192.0.2.0/24' }, 'https://192.0.2.7/', undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '192.0.2.0/24' }, 'https://192.0.3.7/', A],
  [{ HTTPS_PROXY: A, NO_PROXY: '192.0.2.0/33' }, 'https://192.0.2.7/', A],
  [{ HTTPS_PROXY: A, NO_PROXY: '192.0.2.0/' }, 'https://192.0.2.0/', A],
  [{ HTTPS_PROXY: A, NO_PROXY: '0.0.0.0/0' }, 'https://[2001:db8::1]/', A],
  [{ HTTPS_PROXY: A, NO_PROXY: '2001:db8::/32' }, 'https://[2001:db8::1]/', undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '192.0.2.0/24' }, 'https://[::ffff:192.0.2.7]/', undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '192.0.2.7' }, 'https://[::ffff:192.0.2.7]/', undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '::/0' }, 'https://192.0.2.7/', A],
  [{ HTTPS_PROXY: A, NO_PROXY: '2001:0DB8:0:0::1' }, 'https://[2001:db8::1]/', undefined],
  [{ HTTPS_PROXY: A, NO_PROXY: '[2001:db8::]/32' }, 'https://[2001:db9::1]/', A],
  [{ HTTPS_PROXY: A, NO_PROXY: 'flowkiwi.net/24' }, identity, A],
  [{ HTTPS_PROXY: A, NO_PROXY: ' , ,' }, identity, A],
  [{ HTTPS_PROXY: A, no_proxy: '', NO_PROXY: '*' }, identity, A],
])('%j: %s through %s', (env, url, origin) => {
  expect(proxyFor(new URL(url), env)?.origin).toBe(origin);
});

test.each([
  ['http://jane:pa%3Ass@a.example:3128', 'jane:pa:ss'],
  ['http://jane@a.example:3128', 'jane:'],
  ['http://jane:100%@a.example:3128', 'jane:100%'],
  ['jane:x@a.example:3128', 'jane:x'],
  ['http://jane:x:y@a.example:3128/', 'jane:x:y'],
  ['HTTP://jane:p%40%2F%23%3F%5Cw@a.example:3128', 'jane:p@/#?\\w'],
])('%s has the user and password %s, and shows neither', (value, credentials) => {
  const proxy = proxyFor(new URL(identity), { HTTPS_PROXY: value });
  expect(proxy).toEqual({ origin: A, variable: 'HTTPS_PROXY', authorization: `Basic ${Buffer.from(credentials).toString('base64')}` });
});

test.each([
  ['http://jane:pa%3Ass@a.example:3128', ['pa%3Ass', 'pa:ss', 'amFuZTpwYTpzcw==']],
  ['jane:x@a.example:3128', ['x', 'x', 'amFuZTp4']],
  ['http://to%2Bken@a.example', ['to%2Bken', 'to+ken']],
  [A, ['', '']],
  ['http://jane:hunter2@[bad', ['hunter2', 'hunter2', 'amFuZTpodW50ZXIy']],
  ['http://jane:hun/ter@2@a.example', ['hun/ter@2', 'hun/ter@2', 'amFuZTpodW4vdGVyQDI=']],
  ['socks5://jane:x@a.example', ['x', 'x', 'amFuZTp4']],
])('the secrets of %s', (value, secrets) => {
  expect(proxySecrets(value)).toEqual(secrets);
});

test.each(['socks5://jane:hunter2@a.example:1080', 'socks5h://jane:hunter2@a.example', 'SOCKS://hunter2'])(
  '%s is said to be SOCKS',
  (value) => {
    expect(() => proxyFor(new URL(identity), { https_proxy: value })).toThrow(
      expect.objectContaining({ code: 'usage', message: 'https_proxy names a SOCKS proxy, which is not supported' }),
    );
  },
);

test.each(['socks5://jane:hunter2@a.example:1080', 'http://jane:hunter2@a.example:3128'])(
  'ALL_PROXY=%s is refused where it would be the one',
  (value) => {
    expect(() => proxyFor(new URL(identity), { ALL_PROXY: value })).toThrow(
      expect.objectContaining({ code: 'usage', message: 'ALL_PROXY is not supported: flowkiwi reads HTTPS_PROXY and HTTP_PROXY' }),
    );
    expect(proxyFor(new URL(identity), { ALL_PROXY: value, HTTPS_PROXY: A })).toMatchObject({ variable: 'HTTPS_PROXY' });
    expect(proxyFor(new URL(identity), { all_proxy: value, HTTPS_PROXY: '' })).toBeUndefined();
    expect(proxyFor(new URL(identity), { all_proxy: value, NO_PROXY: '*' })).toBeUndefined();
    expect(proxyFor(new URL('http://127.0.0.1:8787'), { all_proxy: value })).toBeUndefined();
    expect(proxyFor(new URL(identity), { ALL_PROXY: ' ' })).toBeUndefined();
  },
);

test.each(['http://', 'http://jane:hunter2@[bad', 'ftp://hunter2', '://hunter2'])(
  '%s is a usage error that does not repeat it',
  (value) => {
    expect(() => proxyFor(new URL(identity), { https_proxy: value })).toThrow(
      expect.objectContaining({ code: 'usage', message: 'https_proxy does not name an http or https proxy' }),
    );
  },
);

test.each([
  ...['@', '/', '#', '?', '\\', '\n'].flatMap((character) => [
    `http://jane:hun${character}ter2@a.example:3128`,
    `jane:12${character}ter2@a.example`,
    `https://hun${character}ter2@a.example`,
  ]),
  'http:/jane:hunter2@a.example',
  'http://jane:hun@ter/2@a.example:3128',
])('%j is a usage error that says to percent-encode, and shows no part of it', (value) => {
  const refusal = thrownBy(() => proxyFor(new URL(identity), { https_proxy: value }));
  expect(refusal).toMatchObject({ code: 'usage', message: 'https_proxy has a user or a password that is not percent-encoded' });
  expect(refusal.hint).toMatch(/^percent-encode them: /);
});

function thrownBy(run: () => unknown): CliError {
  try {
    run();
  } catch (error) {
    if (isCliError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
