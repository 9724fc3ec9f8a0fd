import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/environment.ts';
import { ciToken } from '../../src/oauth/ci-token.ts';
import { leapingClock } from '../support/clocks.ts';
import { httpClient, type Reply, serve } from '../support/servers/serve.ts';

const NOW = 1_700_000_000_000;

/** A token of a CI with these claims besides the usual ones. */
function jwt(claims: Readonly<Record<string, unknown>> = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const usual = { iss: 'https://ci.example', sub: 'repo:acme/onboarding', aud: 'https://id.example', exp: NOW / 1000 + 60 };
  return `${part({ alg: 'RS256' })}.${part({ ...usual, ...claims })}.${part('signature')}`;
}

function ask(env: Environment, file?: string) {
  return ciToken({ http: httpClient(), env, clock: leapingClock(NOW), file, audience: 'https://id.example/a?b&c' });
}

function fileWith(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'flowkiwi-ci-')), 'token');
  writeFileSync(path, content);
  return path;
}

describe('where the token is found', () => {
  const [inFile, inVariable, atGithub] = [jwt({ jti: 'file' }), jwt({ jti: 'variable' }), jwt({ jti: 'github' })];

  async function everywhere() {
    const github = await serve(() => ({ body: { value: atGithub, count: atGithub.length } }));
    const env = {
      FLOWKIWI_ID_TOKEN: `${inVariable}\n`,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${github.origin}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    };
    return { github, env };
  }

  test('the file first, then FLOWKIWI_ID_TOKEN', async () => {
    const { github, env } = await everywhere();
    for (const content of [`${inFile}\n`, `Bearer ${inFile}\r\n`, `\uFEFF"${inFile}"`]) {
      expect((await ask(env, fileWith(content))).token).toBe(inFile);
    }
    expect((await ask(env)).token).toBe(inVariable);
    expect(github.seen).toEqual([]);
  });

  test('GitHub last: asked for the audience, with its own bearer token', async () => {
    const { github, env } = await everywhere();
    const found = await ask({ ...env, FLOWKIWI_ID_TOKEN: '' });
    expect(found).toEqual({
      token: atGithub,
      description: 'the CI token of GitHub Actions (iss https://ci.example, sub repo:acme/onboarding, aud https://id.example)',
    });
    const [request] = github.seen;
    expect(request?.headers.authorization).toBe('Bearer request-token');
    expect([...new URL(request?.path ?? '', github.origin).searchParams]).toEqual([
      ['api-version', '2.0'],
      ['audience', 'https://id.example/a?b&c'],
    ]);
  });
});

describe('no token that can be used', () => {
  const request = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://github.example/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' };
  const one = (FLOWKIWI_ID_TOKEN: string) => ({ FLOWKIWI_ID_TOKEN });

  test.each<[what: string, env: Environment, code: string, message: string, hint: string]>([
    ['nothing at all', {}, 'usage', 'neither --oidc-token-file nor FLOWKIWI_ID_TOKEN', 'FLOWKIWI_ID_TOKEN'],
    ['GitHub, without the permission', { GITHUB_ACTIONS: 'true' }, 'usage', 'may not ask GitHub Actions', 'id-token: write'],
    ['GitHub, half of it', { ...request, ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' }, 'usage', 'FLOWKIWI_ID_TOKEN', 'id-token: write'],
    ['GitLab', { GITLAB_CI: 'true' }, 'usage', 'FLOWKIWI_ID_TOKEN', 'id_tokens:'],
    ['no JWT', one('hello'), 'auth', 'the CI token in FLOWKIWI_ID_TOKEN is not a JWT', 'the CI gives it once'],
    ['a JWT without a signature', one('e30.e30.'), 'auth', 'is not a JWT', ''],
    ['claims that are none', one('e30.W10.e30'), 'auth', 'is not a JWT', ''],
    [
      'an expired one',
      one(jwt({ exp: NOW / 1000 })),
      'auth',
      'the CI token in FLOWKIWI_ID_TOKEN has expired: it was good until 2023-11-14T22:13:20.000Z',
      'longer life',
    ],
    ['one that expired before all time', one(jwt({ exp: -1e300 })), 'auth', 'it was good until 1970', ''],
    [
      'plain http elsewhere',
      { ...request, ACTIONS_ID_TOKEN_REQUEST_URL: 'http://github.example/' },
      'auth',
      'ACTIONS_ID_TOKEN_REQUEST_URL is not an https URL',
      '',
    ],
    ['no URL', { ...request, ACTIONS_ID_TOKEN_REQUEST_URL: 'x' }, 'auth', 'ACTIONS_ID_TOKEN_REQUEST_URL is not an https URL', ''],
    ['a line break in its token', { ...request, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a\nb: c' }, 'auth', 'TOKEN is not a token', ''],
  ])('%s', async (_what, env, code, message, hint) => {
    await expect(ask(env)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  test.each<[string, () => string, string, string]>([
    ['a file that is not there', () => '/nonexistent/token', 'usage', '/nonexistent/token cannot be read (ENOENT)'],
    ['an empty file', () => fileWith(''), 'auth', 'is not a JWT'],
    ['an expired token in a file', () => fileWith(jwt({ exp: 1 })), 'auth', 'has expired'],
  ])('%s', async (_what, file, code, message) => {
    const env = one(jwt());
    await expect(ask(env, file())).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

test.each<[reply: Reply, code: string, detail: string | undefined, hint: string]>([
  [{ status: 403, body: { message: 'The job may not.' } }, 'auth', 'The job may not.', 'id-token: write'],
  [
    { status: 400, body: 'audience: too long', headers: { 'content-type': 'text/plain' } },
    'auth',
    'audience: too long',
    'check the audience',
  ],
  [{ status: 403, body: '<html>Forbidden</html>' }, 'auth', undefined, 'id-token: write'],
])('%j says it in its own words', async (reply, code, detail, hint) => {
  const github = await serve(() => reply);
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: github.origin, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' };
  await expect(ask(env)).rejects.toMatchObject({ code, detail, hint: expect.stringContaining(hint) });
});

test('GitHub is asked again when it fails', async () => {
  const github = await serve((): Reply => (github.seen.length < 3 ? { status: 500 } : { body: { value: jwt() } }));
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: github.origin, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' };
  expect((await ask(env)).token).toBe(jwt());
});

test.each<[claims: Readonly<Record<string, unknown>>, description: string]>([
  [{ aud: ['a', 'b'] }, ' (iss https://ci.example, sub repo:acme/onboarding, aud a, b)'],
  [{ iss: undefined, sub: 7, aud: undefined }, ''],
  [{ exp: undefined, sub: 's'.repeat(10_000) }, ' (iss https://ci.example, sub sss'],
])('what the token says of itself: %j', async (claims, description) => {
  const { description: told } = await ask({ FLOWKIWI_ID_TOKEN: jwt(claims) });
  expect(told.slice(0, 33 + description.length)).toBe(`the CI token in FLOWKIWI_ID_TOKEN${description}`);
  expect(told.length).toBeLessThan(500);
});
