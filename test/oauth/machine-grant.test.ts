import { describe, expect, test } from 'vitest';
import {
  clientCredentialsGrant,
  type GrantOutcome,
  jwtBearerGrant,
  type MachineClient,
  tokenExchangeGrant,
} from '../../src/oauth/machine-grant.ts';
import type { DiscoveredServer } from '../../src/oauth/server-metadata.ts';
import { leapingClock } from '../support/clocks.ts';
import { httpClient, idToken, metadata, type Reply, type Seen, serve } from '../support/servers/serve.ts';

const NOW = 1_000_000;
const TOKENS = { access_token: 'A', token_type: 'Bearer', expires_in: 60 };
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

type Grant = (client: MachineClient) => Promise<GrantOutcome>;

/** What a grant comes to at a server that answers so, and the requests that arrived there. */
async function run(
  grant: Grant,
  answer: (request: Seen) => Reply = () => ({ body: TOKENS }),
  server: Partial<DiscoveredServer> = {},
  client: Partial<MachineClient> = {},
) {
  const { origin, seen } = await serve(answer);
  const common = { server: metadata(origin, server), clientId: 'client:1', http: httpClient(), clock: leapingClock(NOW), scopes: [] };
  return { outcome: await grant({ ...common, ...client }), seen, forms: seen.map(({ form }) => form) };
}

const refusal = (error: string): Reply => ({ status: 400, body: { error, error_description: 'because' } });
const failed = (error: string) => ({ kind: 'failed', failure: { kind: 'oauth_error', error, description: 'because' } });

describe('client credentials (RFC 6749 section 4.4)', () => {
  const grant: Grant = (client) => clientCredentialsGrant({ ...client, authentication: { kind: 'secret', secret: 'p@ss word+' } });
  /** Id and secret are form-encoded before they are put into the header (section 2.3.1). */
  const basic = `Basic ${Buffer.from('client%3A1:p%40ss+word%2B').toString('base64')}`;

  test.each<[methods: readonly string[] | undefined, sent: 'header' | 'body']>([
    [undefined, 'header'],
    [['client_secret_basic'], 'header'],
    [['client_secret_post', 'client_secret_basic'], 'header'],
    [['private_key_jwt'], 'header'],
    [['client_secret_post'], 'body'],
    [['none', 'client_secret_post'], 'body'],
  ])('to a server that lists %j the secret goes in the %s', async (methods, sent) => {
    const { seen } = await run(grant, undefined, methods && { token_endpoint_auth_methods_supported: methods });
    const inBody = { client_id: 'client:1', client_secret: 'p@ss word+' };
    expect(seen.map(({ form, headers: { authorization } }) => ({ form, authorization }))).toEqual([
      { form: { grant_type: 'client_credentials', ...(sent === 'body' && inBody) }, authorization: sent === 'header' ? basic : undefined },
    ]);
  });

  test.each<[scopes: readonly string[], supported: readonly string[] | undefined, sent: string | undefined]>([
    [[], undefined, undefined],
    [['a', 'urn:b:c'], undefined, 'a urn:b:c'],
    [['openid', 'a'], ['a'], 'a'],
    [['openid'], [], undefined],
  ])('scopes %j of %j', async (scopes, supported, sent) => {
    const { forms } = await run(grant, undefined, supported && { scopes_supported: supported }, { scopes });
    expect(forms[0]?.['scope']).toBe(sent);
  });

  test.each<[string, Reply, object]>([
    ['tokens', { body: TOKENS }, { kind: 'issued', tokens: { accessToken: 'A', expiresAt: NOW + 60_000, refreshToken: undefined } }],
    ['a refresh token is dropped', { body: { ...TOKENS, refresh_token: 'R' } }, { kind: 'issued', tokens: { refreshToken: undefined } }],
    [
      'an id token for another audience is nobody’s business',
      { body: { ...TOKENS, id_token: idToken({ iss: 'x', aud: 'another', sub: 's' }) } },
      { kind: 'issued', tokens: { accessToken: 'A', user: undefined } },
    ],
    [
      'a wrong secret',
      { status: 401, headers: { 'www-authenticate': 'Basic' }, body: refusal('invalid_client').body },
      failed('invalid_client'),
    ],
    ["ZITADEL's wrong secret", refusal('invalid_request'), failed('invalid_request')],
    ['a token without a type is a bearer token', { body: { access_token: 'A' } }, { kind: 'issued', tokens: { accessToken: 'A' } }],
    ['a list of scopes', { body: { ...TOKENS, scope: ['a', 'b'] } }, { kind: 'issued', tokens: { scope: 'a b' } }],
    ['500', { status: 500 }, { kind: 'failed', failure: { kind: 'http_status', status: 500 } }],
    ['no JSON', { body: '<html>' }, { kind: 'failed', failure: { kind: 'invalid_answer' } }],
    ['no token', { body: { token_type: 'Bearer' } }, { kind: 'failed', failure: { kind: 'invalid_answer' } }],
    ['an unknown type of token', { body: { ...TOKENS, token_type: 'mac' } }, { kind: 'failed', failure: { kind: 'invalid_answer' } }],
  ])('%s', async (_what, reply, expected) => {
    const { outcome } = await run(grant, () => reply);
    expect(outcome).toMatchObject(expected);
  });
});

describe('JWT bearer (RFC 7523 section 2.1)', () => {
  test('an unnamed client sends the assertion and nothing of itself', async () => {
    const { seen, forms } = await run((client) => jwtBearerGrant(client, 'a.b.c'), undefined, {}, { authentication: { kind: 'unnamed' } });
    expect(forms).toEqual([{ grant_type: JWT_BEARER, assertion: 'a.b.c' }]);
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  test('a public client says its id', async () => {
    const { forms } = await run((client) => jwtBearerGrant(client, 'a.b.c'));
    expect(forms).toEqual([{ grant_type: JWT_BEARER, assertion: 'a.b.c', client_id: 'client:1' }]);
  });
});

test.each([
  [true, { client_id: 'client:1' }],
  [false, {}],
])('an assertion in place of a secret (RFC 7523 section 2.2), new for each request; named: %s', async (isNamed, named) => {
  let count = 0;
  const assertion = () => {
    count += 1;
    return `a.b.${count}`;
  };
  const grant: Grant = async (client) => {
    await clientCredentialsGrant({ ...client, authentication: { kind: 'assertion', assertion, isNamed } });
    return clientCredentialsGrant({ ...client, authentication: { kind: 'assertion', assertion, isNamed } });
  };
  const { seen, forms } = await run(grant);
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  expect(forms).toEqual(
    ['a.b.1', 'a.b.2'].map((jwt) => ({ grant_type: 'client_credentials', ...named, client_assertion_type: type, client_assertion: jwt })),
  );
  expect(seen[0]?.headers.authorization).toBeUndefined();
});

describe('token exchange (RFC 8693 section 2)', () => {
  const grant: Grant = (client) => tokenExchangeGrant(client, 'ci.to.ken', { type: 'jwt' });

  test('a token of somebody else for an access token, with more parameters if any', async () => {
    const parameters = { connector_id: 'github', scope: 'chosen' };
    const { forms } = await run(
      (client) => tokenExchangeGrant(client, 'ci.to.ken', { type: 'id_token', parameters }),
      undefined,
      {},
      { scopes: ['a'] },
    );
    expect(forms).toEqual([
      {
        grant_type: TOKEN_EXCHANGE,
        subject_token: 'ci.to.ken',
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        requested_token_type: ACCESS_TOKEN,
        client_id: 'client:1',
        ...parameters,
      },
    ]);
  });

  test.each<[issued: unknown, accepted: boolean]>([
    [ACCESS_TOKEN, true],
    ['urn:ietf:params:oauth:token-type:jwt', true],
    [undefined, true],
    ['urn:ietf:params:oauth:token-type:id_token', false],
    ['urn:ietf:params:oauth:token-type:refresh_token', false],
    ['urn:ietf:params:oauth:token-type:saml2', false],
    [7, false],
  ])('issued_token_type %j', async (type, accepted) => {
    const outcome = run(grant, () => ({ body: { ...TOKENS, issued_token_type: type } })).then(({ outcome: { kind } }) => kind);
    await (accepted ? expect(outcome).resolves.toBe('issued') : expect(outcome).rejects.toMatchObject({ code: 'auth' }));
  });

  test.each(['N_A', 'DPoP'])('a token of type %s cannot be presented', async (token_type) => {
    await expect(run(grant, () => ({ body: { ...TOKENS, token_type } }))).rejects.toMatchObject({ code: 'auth' });
  });
});
