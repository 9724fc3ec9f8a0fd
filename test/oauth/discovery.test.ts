import { describe, expect, test } from 'vitest';
import type { HttpClient } from '../../src/http/client.ts';
import { discoverAuthorizationServer } from '../../src/oauth/discovery.ts';
import { deadOrigin, httpClient, metadata, type Reply, serve, serveRoutes } from '../support/servers/serve.ts';

const OIDC = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';
const RESOURCE = '/.well-known/oauth-protected-resource';

function discover(apiUrl: string, issuer?: string) {
  return discoverAuthorizationServer({ http: httpClient(), apiUrl: new URL(apiUrl), issuer });
}

describe('an issuer that is named', () => {
  test.each([
    ['OpenID discovery', '', OIDC],
    ['OAuth metadata', '', OAUTH],
    ['OpenID discovery with a path', '/tenant', `/tenant${OIDC}`],
    ['OAuth metadata with a path', '/tenant', `${OAUTH}/tenant`],
  ])('is found by %s', async (_name, path, wellKnown) => {
    const { origin } = await serveRoutes({ [wellKnown]: (origin) => ({ body: metadata(origin, { issuer: origin + path }) }) });
    const found = await discover('https://api.example', origin + path);
    expect(found).toEqual(metadata(origin, { issuer: origin + path }));
  });

  test('is taken from OAuth metadata when its OpenID document cannot be used', async () => {
    const { origin } = await serveRoutes({
      [OIDC]: () => ({ body: metadata('https://other.example') }),
      [OAUTH]: (origin) => ({ body: metadata(origin) }),
    });
    expect(await discover('https://api.example', origin)).toMatchObject({ issuer: origin });
  });

  test.each<[string, (origin: string) => Reply]>([
    ['calls itself otherwise', () => ({ body: metadata('https://evil.example') })],
    ['spells itself with a slash', (origin) => ({ body: metadata(origin, { issuer: `${origin}/` }) })],
    [
      'has a token endpoint over plain http elsewhere',
      (origin) => ({ body: metadata(origin, { token_endpoint: 'http://id.example/token' }) }),
    ],
    [
      'has a userinfo endpoint over plain http elsewhere',
      (origin) => ({ body: metadata(origin, { userinfo_endpoint: 'http://id.example/me' }) }),
    ],
    [
      'has an authorization endpoint that is a script',
      (origin) => ({ body: metadata(origin, { authorization_endpoint: 'javascript:alert(1)' }) }),
    ],
    ['has keys that come over plain http', (origin) => ({ body: { ...metadata(origin), jwks_uri: 'http://id.example/jwks' } })],
    ['has a relative endpoint', (origin) => ({ body: metadata(origin, { authorization_endpoint: '/authorize' }) })],
    ['has no token endpoint', (origin) => ({ body: { ...metadata(origin), token_endpoint: undefined } })],
    ['knows only plain PKCE', (origin) => ({ body: { ...metadata(origin), code_challenge_methods_supported: ['plain'] } })],
    ['is not there', () => ({ status: 404, body: 'no' })],
    ['sends a list', () => ({ body: [] })],
  ])('is refused when it %s', async (_name, reply) => {
    const { origin } = await serve((_request, origin) => reply(origin));
    await expect(discover('https://api.example', origin)).rejects.toMatchObject({ code: 'auth' });
  });

  test('is found behind a redirect within its origin', async () => {
    const { origin } = await serveRoutes({
      [OIDC]: () => ({ status: 301, headers: { location: `${OIDC}/` } }),
      [`${OIDC}/`]: (origin) => ({ body: metadata(origin) }),
    });
    expect(await discover('https://api.example', origin)).toMatchObject({ issuer: origin });
  });

  test('that is the bare host of a Keycloak: the hint has the form of a realm', async () => {
    const { origin } = await serveRoutes({ [`/realms/master${OIDC}`]: (origin) => ({ body: metadata(`${origin}/realms/master`) }) });
    await expect(discover('https://api.example', origin)).rejects.toMatchObject({
      code: 'auth',
      hint: expect.stringContaining(`--issuer ${origin}/realms/NAME`),
    });
  });

  test.each([
    'http://id.example',
    'ftp://id.example',
    'not a url',
    'https://id.example?x=1',
    'https://id.example#x',
    'https://user@id.example',
    'http://127.0.0.1.evil.example',
    '',
  ])('is refused when it is %j', async (issuer) => {
    await expect(discover('https://api.example', issuer)).rejects.toMatchObject({ code: 'auth' });
  });

  test('with a slash too many: the hint has the spelling that works', async () => {
    const { origin } = await serve((_request, origin) => ({ body: metadata(origin) }));
    await expect(discover('https://api.example', `${origin}/`)).rejects.toMatchObject({
      code: 'auth',
      hint: expect.stringContaining(`--issuer ${origin}`),
    });
  });

  test('with a slash of its own is found', async () => {
    const { origin } = await serve((_request, origin) => ({ body: metadata(origin, { issuer: `${origin}/` }) }));
    expect(await discover('https://api.example', `${origin}/`)).toMatchObject({ issuer: `${origin}/` });
  });

  test('that is down is an outage, not an absence', async () => {
    await expect(discover('https://api.example', await deadOrigin())).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('is read leniently', async () => {
    const { origin } = await serveRoutes({
      [OIDC]: (origin) => ({
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({
          issuer: origin,
          token_endpoint: `${origin}/t`,
          revocation_endpoint: null,
          scopes_supported: 'openid',
          x: 1,
        }),
      }),
    });
    expect(await discover('https://api.example', origin)).toEqual({
      issuer: origin,
      token_endpoint: `${origin}/t`,
      authorization_response_iss_parameter_supported: false,
    });
  });
});

describe('an issuer that the API names (RFC 9728)', () => {
  test.each([
    ['at its origin', '', RESOURCE],
    ['at its path', '/api', `${RESOURCE}/api`],
    ['at its path, with a slash', '/api/', `${RESOURCE}/api`],
  ])('%s', async (_name, path, wellKnown) => {
    const { origin: issuer } = await serve((_request, origin) => ({ body: metadata(origin) }));
    const api = await serveRoutes({
      [wellKnown]: (origin) => ({ body: { resource: origin + path.replace(/\/$/, ''), authorization_servers: [issuer] } }),
    });
    expect(await discover(api.origin + path)).toMatchObject({ issuer });
  });

  test('at the origin of an API that has a path', async () => {
    const { origin: issuer } = await serve((_request, origin) => ({ body: metadata(origin) }));
    const api = await serveRoutes({ [RESOURCE]: (origin) => ({ body: { resource: origin, authorization_servers: [issuer] } }) });
    expect(await discover(`${api.origin}/api`)).toMatchObject({ issuer });
  });

  test.each([
    ['/', '/', RESOURCE],
    ['', '/', RESOURCE],
    ['/api/', '/api/', `${RESOURCE}/api`],
    ['/api', '/', RESOURCE],
  ])('for an API at %j that calls itself %j', async (path, own, wellKnown) => {
    const { origin: issuer } = await serve((_request, origin) => ({ body: metadata(origin) }));
    const api = await serveRoutes({ [wellKnown]: (origin) => ({ body: { resource: origin + own, authorization_servers: [issuer] } }) });
    expect(await discover(api.origin + path)).toMatchObject({ issuer });
  });

  test.each([
    ['of another API', '', () => 'https://api.example'],
    ['that differs by a slash', '/api', (origin: string) => `${origin}/api/`],
    ['that differs by two', '/', (origin: string) => `${origin}//`],
  ])('is not believed in metadata %s', async (_name, path, resource) => {
    const trap = await serve((_request, origin) => ({ body: metadata(origin) }));
    const api = await serveRoutes({
      [`${RESOURCE}${path.replace(/\/$/, '')}`]: (origin) => ({
        body: { resource: resource(origin), authorization_servers: [trap.origin] },
      }),
    });
    await expect(discover(api.origin + path)).rejects.toMatchObject({ code: 'auth' });
    expect(trap.seen).toEqual([]);
  });

  test('is the next best when the metadata is of another API', async () => {
    const api = await serveRoutes({
      [RESOURCE]: () => ({ body: { resource: 'https://api.example', authorization_servers: ['https://evil.example'] } }),
      [OIDC]: (origin) => ({ body: metadata(origin) }),
    });
    expect(await discover(api.origin)).toMatchObject({ issuer: api.origin });
  });

  test('has to be there', async () => {
    const issuer = await serve(() => ({ status: 404 }));
    const api = await serveRoutes({ [RESOURCE]: (origin) => ({ body: { resource: origin, authorization_servers: [issuer.origin] } }) });
    await expect(discover(api.origin)).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining(issuer.origin) });
  });

  test('is not on this machine when the API is elsewhere', async () => {
    const trap = await serve((_request, origin) => ({ body: metadata(origin) }));
    const document = JSON.stringify({ resource: 'https://api.example', authorization_servers: [trap.origin] });
    const http: HttpClient = {
      send: async ({ url }) => ({ status: 200, headers: {}, body: document, bytes: Buffer.from(document), url }),
      close: async () => undefined,
    };
    const found = discoverAuthorizationServer({ http, apiUrl: new URL('https://api.example'), issuer: undefined });
    await expect(found).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('on this machine') });
    expect(trap.seen).toEqual([]);
  });

  test('has to be https', async () => {
    const api = await serveRoutes({
      [RESOURCE]: (origin) => ({ body: { resource: origin, authorization_servers: ['http://id.example'] } }),
    });
    await expect(discover(api.origin)).rejects.toMatchObject({ code: 'auth' });
  });
});

describe('no issuer named', () => {
  test.each([OIDC, OAUTH])('the API itself is asked: %s', async (wellKnown) => {
    const api = await serveRoutes({ [wellKnown]: (origin) => ({ body: metadata(origin) }) });
    expect(await discover(`${api.origin}/api`)).toMatchObject({ issuer: api.origin });
  });

  test.each<[string, Reply]>([
    ['nothing there', { status: 404, body: 'no' }],
    ['nothing any more', { status: 410 }],
    ['JSON for every path', { body: { hello: 'world' } }],
    ['a method that is not implemented', { status: 501 }],
  ])('none is found: %s', async (_name, reply) => {
    const api = await serve(() => reply);
    expect(await discover(`${api.origin}/api`)).toBeUndefined();
  });

  const PAGE = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>x</title>' };
  test.each<[string, Reply, code: string, words: RegExp]>([
    ['a sign-in wall', { status: 401 }, 'auth', /status 401/],
    ['forbidden', { status: 403, body: '<html>no</html>' }, 'forbidden', /a web page \(status 403\)/],
    ['a web page for every path', PAGE, 'unavailable', /a web page \(status 200\)/],
    ['half a document', { headers: { 'content-type': 'application/json' }, body: '{"issuer":' }, 'unavailable', /status 200/],
    ['a portal', { status: 302, headers: { location: 'https://portal.example/' } }, 'unavailable', /redirects to https:\/\/portal/],
  ])('%s is said, and is no absence', async (_name, reply, code, words) => {
    const { origin } = await serve(() => reply);
    for (const issuer of [undefined, origin]) {
      await expect(discover(origin, issuer)).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    }
  });

  test.each<[string, Reply]>([
    ['a server in trouble', { status: 500 }],
    ['too many requests', { status: 429, headers: { 'retry-after': '0' } }],
  ])('%s is an outage', async (_name, reply) => {
    const api = await serve(() => reply);
    await expect(discover(api.origin)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('a server that is down is an outage', async () => {
    await expect(discover(await deadOrigin())).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('an abort ends it with its reason', async () => {
    const reason = new Error('stop');
    const controller = new AbortController();
    const api = await serve(() => {
      controller.abort(reason);
      return 'silence';
    });
    const options = { http: httpClient(), apiUrl: new URL(api.origin), issuer: undefined, signal: controller.signal };
    await expect(discoverAuthorizationServer(options)).rejects.toBe(reason);
  });
});
