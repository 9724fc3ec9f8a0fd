import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  goodClaims,
  type HostileAuthorizationServer,
  type Hostility,
  type Scene,
  type Signature,
  signedIdToken,
  startHostileAuthorizationServer,
} from '../support/servers/hostile-authorization-server.ts';
import { CLIENT_ID } from '../support/servers/oidc-provider.ts';
import type { Reply } from '../support/servers/serve.ts';
import { visit } from '../support/user-agent.ts';
import { type PendingLogin, startLogin } from './pending-login.ts';

interface Attempt extends PendingLogin {
  readonly server: HostileAuthorizationServer;
  /** The page that the browser ends on. */
  readonly page: string;
  readonly status: number | null;
  readonly stderr: string;
}

/** A whole sign-in of the built command at a hostile server: the browser brings a right answer, the server does the rest. */
async function signInAt(hostility: Hostility, whenFinished: (run: () => void | Promise<void>) => void): Promise<Attempt> {
  const server = await startHostileAuthorizationServer(hostility, whenFinished);
  const pending = await startLogin(server.origin, whenFinished);
  server.expect(pending.authorization);
  const { text: page } = await visit(new URL(pending.answer({ code: 'C' }), pending.redirectUri).href);
  const { status, stderr } = await pending.login.ended;
  return { ...pending, server, page, status, stderr };
}

/** A token response with an id token of these claims. */
const idToken =
  (change: (scene: Scene) => Readonly<Record<string, unknown>>, signature?: Signature): NonNullable<Hostility['tokens']> =>
  (scene) => ({ id_token: signedIdToken({ ...goodClaims(scene), ...change(scene) }, signature) });

const { privateKey: strangersKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const userInfoEndpoint = (origin: string) => ({ userinfo_endpoint: `${origin}/me` });

describe.concurrent('a token answer that must not be used: exit 4, nothing stored, and the page says that it failed', () => {
  test.for<[what: string, hostility: Hostility, words: RegExp]>([
    ['an id token without algorithm', { tokens: idToken(() => ({}), { alg: 'none' }) }, /alg/],
    [
      'an id token without algorithm, which the server announces (OpenID Connect Core 2)',
      { metadata: () => ({ id_token_signing_alg_values_supported: ['none', 'RS256'] }), tokens: idToken(() => ({}), { alg: 'none' }) },
      /alg/,
    ],
    [
      'an id token without algorithm, and the server knows no other',
      { metadata: () => ({ id_token_signing_alg_values_supported: ['none'] }), tokens: idToken(() => ({}), { alg: 'none' }) },
      /alg/,
    ],
    ['an id token with an algorithm that was not announced', { tokens: idToken(() => ({}), { alg: 'HS256' }) }, /alg/],
    ['an id token of another issuer', { tokens: idToken(() => ({ iss: 'https://evil.example' })) }, /"iss"/],
    ['an id token for another client', { tokens: idToken(() => ({ aud: 'another-client' })) }, /"aud"/],
    ['an id token for several clients, not one of them', { tokens: idToken(() => ({ aud: ['a', 'b'], azp: 'a' })) }, /"aud"/],
    [
      'an id token for several clients that does not say to whom it was issued',
      { tokens: idToken(() => ({ aud: [CLIENT_ID, 'b'] })) },
      /audience/,
    ],
    ['an id token that was issued to another client', { tokens: idToken(() => ({ aud: [CLIENT_ID, 'b'], azp: 'b' })) }, /azp/],
    ['an id token that has expired', { tokens: idToken(() => ({ exp: Math.floor(Date.now() / 1000) - 3_600 })) }, /"exp"/],
    ['an id token without expiry', { tokens: idToken(() => ({ exp: undefined })) }, /exp/],
    ['an id token that is not valid yet', { tokens: idToken(() => ({ nbf: Math.floor(Date.now() / 1000) + 3_600 })) }, /"nbf"/],
    ['an id token with the nonce of another sign-in', { tokens: idToken(() => ({ nonce: 'another' })) }, /nonce/],
    ['an id token without nonce', { tokens: idToken(() => ({ nonce: undefined })) }, /nonce/],
    ['an id token without subject', { tokens: idToken(() => ({ sub: undefined })) }, /sub/],
    ['an id token whose subject is a number', { tokens: idToken(() => ({ sub: 1 })) }, /sub/],
    ['an id token that is encrypted', { tokens: () => ({ id_token: 'a.b.c.d.e' }) }, /not valid/],
    ['an id token that is not a JWT', { tokens: () => ({ id_token: 'e30' }) }, /not valid/],
    ['a token that has to be proved', { tokens: () => ({ token_type: 'DPoP' }) }, /bearer tokens/],
    ['an answer without access token', { tokens: () => ({ access_token: undefined }) }, /access_token/],
    ['an access token that is an object', { tokens: () => ({ access_token: { a: 1 } }) }, /access_token/],
    ['an access token that would end a header', { tokens: () => ({ access_token: 'A\r\nX-Injected: 1' }) }, /characters that no token has/],
    [
      'an access token that would write to the terminal',
      { tokens: () => ({ access_token: 'A\u001b[2J' }) },
      /characters that no token has/,
    ],
    [
      'a redirect of the token endpoint to elsewhere',
      { token: () => ({ status: 307, headers: { location: 'https://evil.example/token' } }) },
      /redirects to https:\/\/evil\.example, where the credential is not sent/,
    ],
    ['a redirect of the token endpoint to a page', { token: () => ({ status: 302, headers: { location: '/' } }) }, /302/],
    [
      'a userinfo answer about another user (OpenID Connect Core 5.3.2)',
      {
        metadata: userInfoEndpoint,
        tokens: idToken(() => ({ email: undefined })),
        userInfo: () => ({ body: { sub: 'mallory', email: 'mallory@evil.example' } }),
      },
      /an id token of one user and an access token of another/,
    ],
  ])('%s', async ([_what, hostility, words], { expect, onTestFinished }) => {
    const { status, stderr, page, stored, server } = await signInAt(hostility, onTestFinished);
    expect({ status, stored: stored() }).toEqual({ status: 4, stored: undefined });
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$/m);
    expect(stderr).toMatch(words);
    expect(page).toContain('Sign-in failed');
    expect(server.tokenRequests()).toHaveLength(1);
  });
});

describe.concurrent('what an answer may be', () => {
  /**
   * The code flow has the id token from the token endpoint itself, where the connection vouches for it in place of the signature
   * (OpenID Connect Core 3.1.3.7, item 6): TLS, or loopback, which nothing outside this machine can touch. A signature would add
   * nothing: the access token arrives beside it, unsigned.
   */
  test.for<[what: string, signature: Signature]>([
    ['signed', {}],
    ['signed with a key of a stranger', { key: strangersKey }],
  ])('an id token, %s', async ([_what, signature], { expect, onTestFinished }) => {
    const { status, stored } = await signInAt({ tokens: idToken(() => ({}), signature) }, onTestFinished);
    expect(status).toBe(0);
    expect(JSON.parse(stored() ?? '')).toMatchObject({ credentials: { default: { user: { sub: 'jane', email: 'jane@acme.example' } } } });
  });

  test('a userinfo answer about the same user', async ({ expect, onTestFinished }) => {
    const userInfo = (): Reply => ({ body: { sub: 'jane', email: 'jane@acme.example' } });
    const hostility = { metadata: userInfoEndpoint, tokens: idToken(() => ({ email: undefined })), userInfo };
    const { status, stored } = await signInAt(hostility, onTestFinished);
    expect(status).toBe(0);
    expect(JSON.parse(stored() ?? '')).toMatchObject({ credentials: { default: { user: { email: 'jane@acme.example' } } } });
  });
});

test('what is new for each sign-in: verifier, state and nonce; the challenge is the hash of the verifier (RFC 7636 section 4.2)', async ({
  onTestFinished,
}) => {
  const attempts = await Promise.all([signInAt({}, onTestFinished), signInAt({}, onTestFinished)]);
  const secrets = attempts.map(({ authorization, server }) => {
    const {
      code_challenge: challenge,
      code_challenge_method: method,
      state = '',
      nonce = '',
    } = Object.fromEntries(authorization.searchParams);
    const verifier = server.tokenRequests()[0]?.form['code_verifier'] ?? '';
    expect(verifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
    expect({ challenge, method }).toEqual({ challenge: createHash('sha256').update(verifier).digest('base64url'), method: 'S256' });
    expect(authorization.href).not.toContain(verifier);
    return [verifier, state, nonce];
  });
  // 256 bits each, and no two alike.
  expect(secrets.flat().map((secret) => Buffer.from(secret, 'base64url').length)).toEqual([32, 32, 32, 32, 32, 32]);
  expect(new Set(secrets.flat()).size).toBe(6);
});
