import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { awaitMachineTokens, type MachineOutcome, requestMachineTokens } from '../../src/context/machine-tokens.ts';
import { withServerClock } from '../../src/http/server-clock.ts';
import type { DiscoveredServer } from '../../src/oauth/server-metadata.ts';
import type { MachineIdentity } from '../../src/storage/credential.ts';
import { leapingClock } from '../support/clocks.ts';
import { httpClient, metadata, type Reply, type Seen, serve } from '../support/servers/serve.ts';

const NOW = 1_750_000_000_000;
const PEM = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey;
const KEY = { kind: 'service_account_key', subject: '7', keyId: 'k', audience: undefined, privateKey: PEM } as const;
const TOKENS: Reply = { body: { access_token: 'A', token_type: 'Bearer', expires_in: 60 } };

/** What comes of it when the server answers so at first, and how often it was asked. */
async function asked(first: readonly Reply[], patienceMs?: number) {
  const { origin, seen } = await serve(() => first[seen.length - 1] ?? TOKENS);
  const options = { server: metadata(origin), clientId: 'c', http: httpClient(), clock: leapingClock(NOW), scopes: [], env: {} };
  const { kind } = await awaitMachineTokens(KEY, options, patienceMs);
  return { kind, assertions: seen.map(({ form }) => form['client_assertion']) };
}

const DOWN: Reply = { status: 503, headers: { 'retry-after': '3600' } };

test.each<[what: string, first: readonly Reply[], times: number, kind: string, patienceMs?: number]>([
  ['tokens at once', [], 1, 'issued'],
  ['a failure that passes', [DOWN], 2, 'issued'],
  ['too many requests', [{ status: 429 }], 2, 'issued'],
  ['a gateway that has no answer', [{ status: 504 }], 2, 'issued'],
  ['a failure that lasts', [DOWN, DOWN, DOWN, DOWN, DOWN], 4, 'failed'],
  ['a failure, and no time for another attempt', [DOWN], 1, 'failed', 100],
  ['a refusal', [{ status: 400, body: { error: 'invalid_grant' } }], 1, 'failed'],
])('%s', async (_what, first, times, kind, patienceMs) => {
  const { assertions, ...outcome } = await asked(first, patienceMs);
  expect({ ...outcome, times: assertions.length }).toEqual({ kind, times });
  // A server may take each once only (RFC 7523 section 3).
  expect(new Set(assertions).size).toBe(times);
});

/** What comes of a key whose first assertion is refused so, by a server whose clock is that far behind; the times of the assertions by its clock. */
async function askedInTime(error: string, behindS: number, machine: MachineIdentity = { ...KEY, grant: 'jwt-bearer' }) {
  const { origin, seen } = await serve(() => ({
    headers: { date: new Date(NOW - behindS * 1_000).toUTCString() },
    ...(seen.length === 1 ? { status: error === 'server_error' ? 500 : 400, body: { error } } : TOKENS),
  }));
  const clock = leapingClock(NOW);
  const [http, serverClock] = withServerClock(httpClient(), clock);
  const outcome = await requestMachineTokens(machine, {
    server: metadata(origin),
    clientId: 'c',
    http,
    clock,
    serverClock,
    scopes: [],
    env: {},
  });
  const issuedAt = seen.map(({ form }) => {
    const claims = JSON.parse(Buffer.from((form['assertion'] ?? form['client_assertion'])?.split('.')[1] ?? '', 'base64url').toString());
    return claims.iat - (NOW / 1_000 - behindS);
  });
  return { outcome, issuedAt };
}

test.each<[error: string, behindS: number, issuedAt: readonly number[], words: string | undefined]>([
  ['invalid_grant', 45, [15, -30], '45 s ahead of'],
  ['invalid_client', -301, [-331, -30], '5 min behind'],
  ['invalid_request', 10_800, [10_770, -30], '3 h ahead of'],
  // ZITADEL's word for every assertion that it does not accept.
  ['server_error', 60, [30, -30], '60 s ahead of'],
  ['server_error', -600, [-630, -30], '10 min behind'],
  // A few seconds are no wrong clock, and the form of a request is no matter of time.
  ['invalid_grant', 5, [-25], undefined],
  ['unsupported_grant_type', 45, [15], undefined],
])('a key that is refused with %s at a server whose clock is %d s behind', async (error, behindS, issuedAt, words) => {
  const asked = await askedInTime(error, behindS);
  expect(asked.issuedAt).toEqual(issuedAt);
  expect(asked.outcome).toMatchObject(
    words === undefined ? { kind: 'failed' } : { kind: 'issued', wrongClock: expect.stringContaining(`clock is ${words} 127.0.0.1:`) },
  );
});

test('a secret that signs an assertion is presented again by the time of the server', async () => {
  const machine = { kind: 'client_credentials', clientSecret: 'a'.repeat(32), method: 'client_secret_jwt' } as const;
  const { outcome, issuedAt } = await askedInTime('invalid_client', -301, machine);
  expect(outcome).toMatchObject({ kind: 'issued', wrongClock: expect.stringContaining('5 min behind') });
  // openid-client has the real clock.
  const [first = 0, second = 0] = issuedAt;
  expect(Math.abs(second - first - 301)).toBeLessThanOrEqual(2);
});

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The token of a CI job, another one each time. */
function jobToken(count: number): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ iss: 'ci', sub: 'job', aud: 'a', exp: NOW / 1000 + 60, jti: String(count) })}.${part('signature')}`;
}

/** What a server sees of it, in a word: the assertion with client credentials, JWT bearer, or what kind of token is exchanged. */
function wordOf({ form }: Seen): string {
  switch (form['grant_type']) {
    case EXCHANGE:
      return form['subject_token_type'] === 'urn:ietf:params:oauth:token-type:jwt' ? 'jwt' : 'id_token';
    case BEARER:
      return 'bearer';
    default:
      return form['client_assertion'] === undefined ? 'secret' : 'assertion';
  }
}

interface Tried {
  readonly outcome: MachineOutcome;
  readonly words: readonly string[];
  /** Each JWT that was presented. */
  readonly presented: readonly (string | undefined)[];
}

/** What comes of a machine at a server that answers the words so. */
async function tried(
  machine: MachineIdentity,
  answers: Readonly<Record<string, string>>,
  listed: Partial<DiscoveredServer> = {},
  known?: { readonly oidcGrant: string },
): Promise<Tried> {
  const { origin, seen } = await serve((one) => {
    const error = answers[wordOf(one)];
    return error === undefined ? TOKENS : { status: 400, body: { error, error_description: `no ${error}` } };
  });
  const github = await serve(() => ({ body: { value: jobToken(github.seen.length) } }));
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: github.origin, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' };
  const client = { server: metadata(origin, listed), clientId: 'c', http: httpClient(), clock: leapingClock(NOW), scopes: [] };
  const outcome = await requestMachineTokens(machine, { ...client, env, known });
  const presented = seen.map(({ form }) => form['assertion'] ?? form['client_assertion'] ?? form['subject_token']);
  return { outcome, words: seen.map(wordOf), presented };
}

const JOB: MachineIdentity = { kind: 'workload_identity', file: undefined, audience: undefined };
const ALL = ['assertion', 'bearer', 'jwt', 'id_token'];
const [unknown, client, unauthorized] = ['unsupported_grant_type', 'invalid_client', 'unauthorized_client'];
const listing = (grants: readonly string[], methods: readonly string[] = ['none']): Partial<DiscoveredServer> => ({
  grant_types_supported: grants,
  token_endpoint_auth_methods_supported: methods,
});

test.each<
  [what: string, answers: Readonly<Record<string, string>>, listed: Partial<DiscoveredServer>, words: readonly string[], kind: string]
>([
  ['a server that lists nothing', {}, {}, ['assertion'], 'issued'],
  ['one that takes assertions of clients', {}, listing(['client_credentials', BEARER], ['private_key_jwt']), ['assertion'], 'issued'],
  ['one that takes secrets alone with client credentials', {}, listing(['client_credentials', BEARER]), ['bearer'], 'issued'],
  ['one that lists token exchange', {}, listing([EXCHANGE]), ['jwt'], 'issued'],
  ['one that lists no such grant', {}, listing(['authorization_code']), ['assertion'], 'issued'],
  ['one that takes id tokens alone in exchange', { assertion: unknown, bearer: unknown, jwt: unknown }, {}, ALL, 'issued'],
  ['one that does not say which it takes', { jwt: 'subject_token_type' }, listing([EXCHANGE]), ['jwt', 'id_token'], 'issued'],
  ['another form, when the client is refused', { assertion: client }, {}, ['assertion', 'bearer'], 'issued'],
  ['another form, when the client may not use the grant', { assertion: unauthorized }, {}, ['assertion', 'bearer'], 'issued'],
  ['one more after that, and no other', { assertion: client, bearer: unauthorized }, {}, ['assertion', 'bearer'], 'failed'],
  ['grants that are not known do not count', { assertion: client, bearer: unknown }, {}, ['assertion', 'bearer', 'jwt'], 'issued'],
  ['nothing is known', Object.fromEntries(ALL.map((word) => [word, unknown])), {}, ALL, 'failed'],
  ['a refusal of the token', { assertion: 'invalid_grant' }, {}, ['assertion'], 'failed'],
  ['a request that is wrong', { assertion: 'invalid_request' }, {}, ['assertion'], 'failed'],
])('a job: %s', async (_what, answers, listed, words, kind) => {
  const { outcome, presented, ...seen } = await tried(JOB, answers, listed);
  expect({ kind: outcome.kind, ...seen }).toEqual({ kind, words });
  expect(new Set(presented).size).toBe(words.length);
});

test('a grant that was chosen is the only one; one that is known is the first', async () => {
  const refusing = { jwt: unknown, id_token: unknown };
  expect(await tried({ ...JOB, grant: 'token-exchange' }, refusing)).toMatchObject({ words: ['jwt'], outcome: { kind: 'failed' } });
  const known = { oidcGrant: 'token-exchange-id-token' };
  expect(await tried(JOB, {}, listing([BEARER]), known)).toMatchObject({ words: ['id_token'], outcome: { isRetried: false } });
  expect(await tried(JOB, refusing, listing([BEARER]), known)).toMatchObject({
    words: ['id_token', 'bearer'],
    outcome: { kind: 'issued', isRetried: true, machine: { grant: 'jwt-bearer' } },
  });
});

test('the refusal has what was tried', async () => {
  const { outcome } = await tried(JOB, { assertion: client, bearer: unauthorized }, listing([BEARER]));
  expect(outcome).toMatchObject({
    failure: { error: client },
    presented: 'the CI token of GitHub Actions (iss ci, sub job, aud a)',
    remarks: [
      'that was client_credentials; refused before: jwt-bearer: no unauthorized_client (unauthorized_client)',
      `its metadata lists no grant of type client_credentials, only ${BEARER}; and no client authentication by private_key_jwt, only none`,
    ],
  });
});

test.each<
  [
    what: string,
    grant: 'jwt-bearer' | undefined,
    answers: Readonly<Record<string, string>>,
    listed: Partial<DiscoveredServer>,
    words: readonly string[],
  ]
>([
  ['a server that lists nothing', undefined, {}, {}, ['assertion']],
  ['one that lists JWT bearer', undefined, {}, listing([BEARER]), ['bearer']],
  ['one that refuses the first', undefined, { assertion: client }, {}, ['assertion', 'bearer']],
  ['one that refuses both', undefined, { assertion: client, bearer: unknown }, {}, ['assertion', 'bearer']],
  ['one that refuses what is in it', undefined, { assertion: 'invalid_grant' }, {}, ['assertion']],
  ['a file that says it', 'jwt-bearer', { bearer: unknown }, {}, ['bearer']],
])('a key: %s', async (_what, grant, answers, listed, words) => {
  const { presented, ...seen } = await tried({ ...KEY, grant }, answers, listed);
  expect(seen.words).toEqual(words);
  expect(new Set(presented).size).toBe(words.length);
});
