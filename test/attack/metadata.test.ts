import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { startHostileAuthorizationServer } from '../support/servers/hostile-authorization-server.ts';
import { metadata, type Reply, serve } from '../support/servers/serve.ts';
import { visit } from '../support/user-agent.ts';
import { startLogin } from './pending-login.ts';

type WhenFinished = (run: () => void) => void;

/** A sign-in that must fail before a browser is sent anywhere; `args` and `env` lead it to the servers. */
async function refusedLogin(args: readonly string[], env: Readonly<Record<string, string>>, status = 4): Promise<string> {
  const home = newHome();
  const run = await flowkiwi(['login', '--no-browser', '--timeout', '5s', ...args], { home, env });
  expect(run.status).toBe(status);
  expect(existsSync(join(home, '.config', 'flowkiwi', 'credentials.json'))).toBe(false);
  return textError(run).message;
}

/** The body of a metadata document in which some members are other ones. */
const document =
  (changes: (origin: string) => object) =>
  (origin: string): Reply => ({ body: { ...metadata(origin), ...changes(origin) } });

describe.concurrent('metadata that must not be used: exit 4, nothing stored, no token request', () => {
  test.for<[what: string, wellKnown: (origin: string) => Reply, words: string]>([
    ['another issuer (RFC 8414 section 3.3)', document(() => ({ issuer: 'https://evil.example' })), 'says that it is https://evil.example'],
    ['an issuer that differs by a slash', document((origin) => ({ issuer: `${origin}/` })), 'says that it is'],
    ['an issuer that differs in case', document((origin) => ({ issuer: origin.replace('http', 'HTTP') })), 'says that it is'],
    [
      'a token endpoint over http elsewhere',
      document(() => ({ token_endpoint: 'http://id.example/token' })),
      'token endpoint that is not https',
    ],
    [
      'an authorization endpoint over http elsewhere',
      document(() => ({ authorization_endpoint: 'http://id.example/authorize' })),
      'authorization endpoint that is not https',
    ],
    ['a userinfo endpoint over http elsewhere', document(() => ({ userinfo_endpoint: 'http://id.example/me' })), 'userinfo endpoint'],
    ['a revocation endpoint over http elsewhere', document(() => ({ revocation_endpoint: 'http://id.example/r' })), 'revocation endpoint'],
    ['a host that begins like loopback', document(() => ({ token_endpoint: 'http://127.0.0.1.evil.example/' })), 'token endpoint'],
    [
      'a password in an endpoint',
      document(() => ({ token_endpoint: 'https://a:b@id.example/token' })),
      'names a token endpoint that has a user name or a password in it',
    ],
    [
      'an authorization endpoint that is a script',
      document(() => ({ authorization_endpoint: 'javascript:alert(1)' })),
      'authorization endpoint',
    ],
    [
      'an authorization endpoint that is a file',
      document(() => ({ authorization_endpoint: 'file:///etc/passwd' })),
      'authorization endpoint',
    ],
    [
      'a fragment in an endpoint (RFC 6749 sections 3.1 and 3.2)',
      document((origin) => ({ authorization_endpoint: `${origin}/authorize#` })),
      'with a fragment',
    ],
    ['no S256 (RFC 7636 section 4.2, RFC 9700 section 2.1.1)', document(() => ({ code_challenge_methods_supported: ['plain'] })), 'S256'],
    ['no PKCE at all', document(() => ({ code_challenge_methods_supported: [] })), 'S256'],
    ['no token endpoint', document(() => ({ token_endpoint: null })), 'no token endpoint'],
    ['a redirect on the same host', () => ({ status: 302, headers: { location: '/elsewhere' } }), 'no sign-in server'],
  ])('%s', async ([_what, wellKnown, words], { expect, onTestFinished }) => {
    const server = await startHostileAuthorizationServer({ wellKnown }, onTestFinished);
    expect(await refusedLogin(['--issuer', server.origin], { FLOWKIWI_URL: 'http://127.0.0.1:9' })).toContain(words);
    expect(server.tokenRequests()).toEqual([]);
  });

  test('a redirect to elsewhere, which a network in between may have sent, too: exit 75', async ({ expect, onTestFinished }) => {
    const wellKnown = () => ({ status: 302, headers: { location: 'https://evil.example/metadata' } });
    const server = await startHostileAuthorizationServer({ wellKnown }, onTestFinished);
    const message = await refusedLogin(['--issuer', server.origin], { FLOWKIWI_URL: 'http://127.0.0.1:9' }, 75);
    expect(message).toContain('redirects to https://evil.example');
    expect(server.tokenRequests()).toEqual([]);
  });

  test('metadata of another API (RFC 9728 section 3.3), whose sign-in server is not asked', async ({ expect, onTestFinished }) => {
    const trap = await startHostileAuthorizationServer({}, onTestFinished);
    const api = await serveResource(() => ({ resource: 'https://api.example', authorization_servers: [trap.origin] }), onTestFinished);
    expect(await refusedLogin([], { FLOWKIWI_URL: api })).toContain('metadata of another API');
    expect(trap.seen).toEqual([]);
  });

  test('a sign-in server over http that an API names', async ({ expect, onTestFinished }) => {
    const api = await serveResource((resource) => ({ resource, authorization_servers: ['http://id.example'] }), onTestFinished);
    expect(await refusedLogin([], { FLOWKIWI_URL: api })).toContain('has to be an https URL');
  });
});

describe.concurrent('what the specifications allow works', () => {
  test.for<[what: string, metadata: (other: string) => Readonly<Record<string, unknown>>]>([
    [
      'endpoints on another origin: RFC 8414 section 2 binds the issuer, not where its endpoints are',
      (other) => ({ token_endpoint: `${other}/token`, authorization_endpoint: `${other}/authorize` }),
    ],
    // It ignores what it does not know (RFC 6749 section 3.1); `state` and nonce are there without it.
    ['no word about PKCE', () => ({ code_challenge_methods_supported: undefined })],
    ['no word about iss, which comes all the same and is right (RFC 9207 section 2.4)', () => ({})],
  ])('%s', async ([_what, more], { expect, onTestFinished }) => {
    const other = await startHostileAuthorizationServer({}, onTestFinished);
    const server = await startHostileAuthorizationServer({ metadata: () => more(other.origin) }, onTestFinished);
    const { login, answer, redirectUri } = await startLogin(server.origin, onTestFinished);
    const page = await visit(new URL(answer({ code: 'C' }), redirectUri).href);
    expect(page.text).toContain('You are signed in');
    expect(await login.ended).toMatchObject({ status: 0 });
  });
});

/** An API that publishes protected-resource metadata (RFC 9728); resolves to its URL. */
async function serveResource(describe: (origin: string) => object, whenFinished: WhenFinished): Promise<string> {
  const { origin } = await serve(
    ({ path }, origin) => (path === '/.well-known/oauth-protected-resource' ? { body: describe(origin) } : { status: 404 }),
    whenFinished,
  );
  return origin;
}
