import { describe, expect, test } from 'vitest';
import { requestMachineTokens } from '../../src/context/machine-tokens.ts';
import type { Environment } from '../../src/environment.ts';
import type { MachineIdentity } from '../../src/storage/credential.ts';
import { realClock } from '../support/clocks.ts';
import { ed25519 } from '../support/keys.ts';
import { deadOrigin, httpClient, metadata, type Reply, type Seen, serve } from '../support/servers/serve.ts';

const REQUEST_TOKEN = 'the-request-token-of-the-job';
const WORKLOAD: MachineIdentity = { kind: 'workload_identity', file: undefined, audience: undefined };

function githubAt(url: string): Environment {
  return { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN };
}

/** A CI's token that is good for a minute. */
function ciJwt(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ iss: 'ci', sub: 'job', aud: 'a', exp: Date.now() / 1000 + 60 })}.${part('signature')}`;
}

async function requestTokens(machine: MachineIdentity, env: Environment, tokenEndpoint: string) {
  const server = metadata(tokenEndpoint);
  return requestMachineTokens(machine, { server, clientId: 'c', http: httpClient(), clock: realClock, scopes: [], env });
}

describe('who answers at ACTIONS_ID_TOKEN_REQUEST_URL', () => {
  const says = (body: unknown, more: Partial<Reply> = {}) => ({ body, ...more });

  test.each<[what: string, reply: Reply, code: string, message: RegExp]>([
    ['no JSON', says('<html>hello</html>'), 'auth', /no ID token/],
    ['nothing', says(''), 'auth', /no ID token/],
    ['a list', says([1, 2]), 'auth', /no ID token/],
    ['no value', says({ count: 3 }), 'auth', /no ID token/],
    ['a number for the value', says({ value: 7 }), 'auth', /no ID token/],
    ['an empty value', says({ value: '' }), 'auth', /no ID token/],
    ['something that is not a JWT', says({ value: 'secret'.repeat(20) }), 'auth', /is not a JWT/],
    ['a JWT of a megabyte', says({ value: `${ciJwt()}${'a'.repeat(1_000_000)}` }), 'auth', /is not a JWT/],
    ['a line break in the token', says({ value: `${ciJwt()}\r\nX: y` }), 'auth', /is not a JWT/],
    ['401', says({ message: 'no' }, { status: 401 }), 'auth', /status 401/],
    ['403', says({ message: 'no' }, { status: 403 }), 'auth', /status 403/],
    [
      'a redirect to another machine',
      says('', { status: 302, headers: { location: 'https://evil.example/' } }),
      'unavailable',
      /redirects to https:\/\/evil/,
    ],
    ['a redirect to another scheme', says('', { status: 307, headers: { location: 'file:///etc/passwd' } }), 'unavailable', /redirects/],
  ])('%s', async (_what, reply, code, message) => {
    const [github, issuer] = await Promise.all([serve(() => reply), serve(() => ({ status: 500 }))]);
    const failure = await requestTokens(WORKLOAD, githubAt(`${github.origin}/t`), issuer.origin).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(JSON.stringify(failure)).not.toContain(REQUEST_TOKEN);
    // The sign-in server hears of nothing.
    expect(issuer.seen).toEqual([]);
  });

  test('a redirect to another port does not carry the bearer token there', async () => {
    const thief = await serve(() => ({ body: { value: ciJwt() } }));
    const github = await serve(() => ({ status: 302, headers: { location: `${thief.origin}/t` } }));
    await expect(requestTokens(WORKLOAD, githubAt(github.origin), thief.origin)).rejects.toMatchObject({ code: 'unavailable' });
    expect(thief.seen).toEqual([]);
  });

  test('an answer without end is given up', async () => {
    const github = await serve(() => ({ body: `{"value":"${'a'.repeat(17 * 1024 * 1024)}` }));
    await expect(requestTokens(WORKLOAD, githubAt(github.origin), github.origin)).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('GitHub Actions'),
    });
  });

  test('nobody', async () => {
    await expect(requestTokens(WORKLOAD, githubAt(await deadOrigin()), await deadOrigin())).rejects.toMatchObject({ code: 'unavailable' });
  });
});

/** The client's secret in a header of HTTP Basic, where it is form-encoded (RFC 6749 section 2.3.1). */
function secretOf(authorization: string): string {
  return decodeURIComponent(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':')[1] ?? '');
}

describe('who answers at the token endpoint', () => {
  const machines: readonly MachineIdentity[] = [
    WORKLOAD,
    { kind: 'client_credentials', clientSecret: 'a-client-secret' },
    { kind: 'service_account_key', subject: '1', keyId: 'k', audience: undefined, privateKey: ed25519.pem },
  ];

  /** What comes of it, in words, and every secret that was sent. */
  async function presented(machine: MachineIdentity, answer: (request: Seen) => Reply) {
    const FLOWKIWI_ID_TOKEN = ciJwt();
    const issuer = await serve(answer);
    const failure = await requestTokens(machine, { FLOWKIWI_ID_TOKEN }, issuer.origin).then(
      (outcome) => (outcome.kind === 'failed' ? outcome : undefined),
      (error: unknown) => error,
    );
    const secrets = [
      FLOWKIWI_ID_TOKEN,
      'a-client-secret',
      ...issuer.seen.flatMap(({ form }) => form['assertion'] ?? form['client_assertion'] ?? []),
    ];
    return { failure, secrets };
  }

  const answers: readonly (readonly [string, Reply])[] = [
    ['a token that is not to be presented', { body: { access_token: 'a', token_type: 'N_A', issued_token_type: 'x' } }],
    ['a token bound to a key', { body: { access_token: 'a', token_type: 'DPoP' } }],
    ['a redirect', { status: 307, headers: { location: 'https://evil.example/' } }],
    ['a web page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['a list', { body: [] }],
    ['no token', { body: { token_type: 'bearer' } }],
    ['a token that is none', { body: { access_token: 7, token_type: 'bearer' } }],
    ['a life that is none', { body: { access_token: 'a', token_type: 'bearer', expires_in: -1 } }],
    ['an error that is none', { status: 400, body: { error: { code: 7 } } }],
  ];

  test.each(machines.flatMap((machine) => answers.map(([what, reply]) => [machine.kind, what, machine, reply] as const)))(
    '%s: %s is a failure without secrets in it',
    async (_kind, _what, machine, reply) => {
      const { failure, secrets } = await presented(machine, () => reply);
      expect(failure).toBeDefined();
      const told = `${JSON.stringify(failure)}${failure instanceof Error ? failure.message : ''}`;
      for (const secret of secrets) expect(told).not.toContain(secret);
    },
  );

  test.each(machines.map((machine) => [machine.kind, machine] as const))(
    '%s: what the server repeats of the secrets is not shown',
    async (_kind, machine) => {
      const repeat = ({ form, headers: { authorization = '' } }: Seen): Reply => {
        const secret = form['subject_token'] ?? form['assertion'] ?? form['client_assertion'] ?? secretOf(authorization);
        return { status: 400, body: { error: 'invalid_grant', error_description: `I do not know ${secret}` } };
      };
      const { failure, secrets } = await presented(machine, repeat);
      expect(failure).toMatchObject({ kind: 'failed', failure: { description: 'I do not know [redacted]' } });
      for (const secret of secrets) expect(JSON.stringify(failure)).not.toContain(secret);
    },
  );
});
