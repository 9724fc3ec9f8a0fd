import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../src/edges.ts';
import { helpWith } from '../../src/hint.ts';
import { type DeviceCode, signInWithDevice } from '../../src/oauth/device.ts';
import { discoverAuthorizationServer } from '../../src/oauth/discovery.ts';
import type { DiscoveredServer } from '../../src/oauth/server-metadata.ts';
import { leapingClock, realClock } from '../support/clocks.ts';
import { CLIENT_ID, startProvider } from '../support/servers/oidc-provider.ts';
import { httpClient, idToken, metadata, type Reply, serve, type TestServer } from '../support/servers/serve.ts';

const ANSWER = { device_code: 'D', user_code: 'ABCD-EFGH', verification_uri: 'https://id.example/device', expires_in: 600 };
const TOKENS: Reply = { body: { access_token: 'A', token_type: 'Bearer', refresh_token: 'R', expires_in: 60, scope: 'openid' } };
const error = (code: string, more: object = {}, status = 400): Reply => ({ status, body: { error: code, ...more } });
const PENDING = error('authorization_pending');
/** As ZITADEL says it. */
const WITHOUT_DATABASE: Reply = { status: 404, body: 'unable to set instance using origin x: ID=QUERY-d3fas Parent=(failed to connect)' };

/** Real time, in which the shortest interval is 10 milliseconds. */
const quickClock: Clock = {
  ...realClock,
  sleep: (milliseconds, signal) => realClock.sleep(Math.min(milliseconds === 1_000 ? 10 : milliseconds, 2 ** 31 - 1), signal),
};

interface Scene {
  /** What the device authorization endpoint says besides `ANSWER`. */
  readonly answer?: object;
  /** One for each poll; the last is repeated. */
  readonly polls?: readonly (Reply | 'silence')[];
  readonly device?: Reply | ((form: Readonly<Record<string, string>>) => Reply | undefined);
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly server?: Partial<DiscoveredServer>;
  readonly scopes?: readonly string[];
  readonly timeoutMs?: number;
}

function play({
  answer = {},
  polls = [TOKENS],
  device,
  clock = leapingClock(),
  signal,
  server = {},
  scopes = ['openid'],
  timeoutMs,
}: Scene) {
  const announced: DeviceCode[] = [];
  let poll = 0;
  let started: TestServer | undefined;
  const run = async () => {
    started = await serve(({ path, form }) => {
      const refusal = typeof device === 'function' ? device(form) : device;
      if (path === '/device') return refusal ?? { body: { ...ANSWER, ...answer } };
      poll += 1;
      return polls[Math.min(poll, polls.length) - 1] ?? { status: 500 };
    });
    return signInWithDevice({
      server: metadata(started.origin, server),
      clientId: 'c',
      scopes,
      http: httpClient(),
      clock,
      signal,
      timeoutMs,
      announce: (code) => void announced.push(code),
    });
  };
  return { tokens: run(), announced, seen: () => started?.seen ?? [] };
}

describe('a sign-in that succeeds', () => {
  test('asks, shows, polls', async () => {
    const scene = play({ answer: { verification_uri_complete: 'https://id.example/device?c=ABCD-EFGH' }, polls: [PENDING, TOKENS] });
    expect(await scene.tokens).toMatchObject({
      accessToken: 'A',
      refreshToken: 'R',
      expiresAt: expect.any(Number),
      scope: 'openid',
      user: undefined,
    });
    expect(scene.announced).toEqual([
      {
        userCode: 'ABCD-EFGH',
        verificationUri: 'https://id.example/device',
        verificationUriComplete: 'https://id.example/device?c=ABCD-EFGH',
      },
    ]);
    const poll = { path: '/token', form: { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'D', client_id: 'c' } };
    expect(scene.seen()).toMatchObject([{ path: '/device', form: { client_id: 'c', scope: 'openid' } }, poll, poll]);
  });

  test('the id token names the user', async () => {
    const server = await serve(({ path }, origin) => {
      if (path === '/device') return { body: ANSWER };
      return {
        body: {
          access_token: 'A',
          token_type: 'bearer',
          id_token: idToken({ iss: origin, aud: ['c', 'p'], azp: 'c', sub: 'u', name: 'Jane' }),
        },
      };
    });
    const options = {
      server: metadata(server.origin),
      clientId: 'c',
      scopes: ['openid'],
      http: httpClient(),
      clock: leapingClock(),
      announce: () => undefined,
    };
    expect(await signInWithDevice(options)).toMatchObject({ user: { sub: 'u', name: 'Jane' } });
  });
});

test('with the certified provider', async () => {
  const running = await startProvider();
  onTestFinished(() => running.close());
  const http = httpClient();
  const server = await discoverAuthorizationServer({ http, apiUrl: new URL(running.issuer), issuer: undefined });
  if (server === undefined) throw new Error('the provider publishes metadata');
  const tokens = await signInWithDevice({
    server,
    clientId: CLIENT_ID,
    scopes: ['openid', 'email', 'offline_access'],
    http,
    clock: { ...realClock, sleep: async () => undefined },
    announce: ({ userCode }) => running.approve(userCode),
  });
  expect(tokens).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String), user: { sub: 'jane' } });
});

describe('PKCE (RFC 7636)', () => {
  test('a challenge is sent with the request, and its verifier with each poll', async () => {
    const scene = play({ polls: [PENDING, TOKENS] });
    await scene.tokens;
    const [device, ...polls] = scene.seen().map(({ form }) => form);
    expect(device).toMatchObject({ code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: 'S256' });
    const [verifier] = polls.map((form) => form?.['code_verifier'] ?? '');
    expect(createHash('sha256').update(String(verifier)).digest('base64url')).toBe(device?.['code_challenge']);
    expect(polls.map((form) => form?.['code_verifier'])).toEqual([verifier, verifier]);
  });

  test('a server that does not know it is asked again without; not one that refuses a poll', async () => {
    const refusal = { status: 400, body: { error: 'invalid_request' } };
    const scene = play({ device: (form) => (form['code_challenge'] ? refusal : undefined) });
    await scene.tokens;
    expect(scene.seen().map(({ path, form }) => [path, 'code_challenge' in form, 'code_verifier' in form])).toEqual([
      ['/device', true, false],
      ['/device', false, false],
      ['/token', false, false],
    ]);
    const refused = play({ polls: [refusal] });
    await expect(refused.tokens).rejects.toMatchObject({ code: 'auth' });
    expect(refused.seen()).toHaveLength(2);
  });
});

test.each<[how: string, scene: Scene]>([
  [
    'with the request',
    { device: (form) => (form['scope']?.includes('offline_access') ? { status: 400, body: { error: 'invalid_scope' } } : undefined) },
  ],
  ['with the tokens', { polls: [{ status: 400, body: { error: 'not_allowed' } }, TOKENS] }],
])('offline access that is refused %s is done without', async (_how, scene) => {
  const played = play({ ...scene, scopes: ['openid', 'offline_access'] });
  expect(await played.tokens).toMatchObject({ accessToken: 'A' });
  const asked = played.seen().filter(({ path }) => path === '/device');
  expect(asked.map(({ form }) => form['scope'])).toEqual(['openid offline_access', 'openid']);
});

test('the next request waits as long as a server that is asked too much says', async () => {
  const clock = leapingClock();
  await play({ clock, polls: [{ status: 429, headers: { 'retry-after': '42' } }, TOKENS] }).tokens;
  expect(clock.sleeps.slice(0, 2)).toEqual([5_000, 42_000]);
});

test('a server that only fails is what ends the wait, not that nobody came', async () => {
  const busy = play({ clock: quickClock, polls: [{ status: 503 }], answer: { interval: 1 }, timeoutMs: 1_500 });
  await expect(busy.tokens).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('503') });
});

describe('waits (RFC 8628 section 3.5), in seconds', () => {
  test.each<[string, Scene, number[]]>([
    ['5 by default, before the first request', {}, [5]],
    ["the server's interval", { answer: { interval: 2 } }, [2]],
    ['an interval as text', { answer: { interval: '7' } }, [7]],
    ['an interval of nothing', { answer: { interval: 0 } }, [5]],
    ['an interval below nothing', { answer: { interval: -3 } }, [5]],
    ['no hot loop', { answer: { interval: 0.001 } }, [1]],
    ['pending keeps the interval', { polls: [PENDING, PENDING, TOKENS] }, [5, 5, 5]],
    ['slow_down adds 5 for good', { polls: [error('slow_down'), PENDING, error('slow_down'), TOKENS] }, [5, 10, 10, 15]],
    ['slow_down with a longer interval', { polls: [error('slow_down', { interval: 30 }), TOKENS] }, [5, 30]],
    ['slow_down with a shorter interval', { polls: [error('slow_down', { interval: 1 }), TOKENS] }, [5, 10]],
    ['silence doubles', { polls: ['silence', 'silence', TOKENS] }, [5, 10, 20]],
    ['doubling ends at a minute', { polls: ['silence', 'silence', 'silence', 'silence', 'silence', TOKENS] }, [5, 10, 20, 40, 60, 60]],
    ['an outage after slow_down: never faster again', { polls: [error('slow_down'), 'silence', PENDING, TOKENS] }, [5, 10, 20, 20]],
    ['503 doubles', { polls: [{ status: 503 }, TOKENS] }, [5, 10]],
    ['429 doubles', { polls: [{ status: 429, body: 'busy' }, TOKENS] }, [5, 10]],
    ['a server without its database is waited out', { polls: [WITHOUT_DATABASE, WITHOUT_DATABASE, TOKENS] }, [5, 10, 20]],
    ['a proxy whose server is gone is waited out', { polls: [{ status: 404, body: '<html>' }, { status: 403 }, TOKENS] }, [5, 5, 5]],
    ['500 is waited out', { polls: [{ status: 500 }, { status: 502, body: '<html>' }, TOKENS] }, [5, 5, 5]],
  ])('%s', async (_name, scene, seconds) => {
    const clock = leapingClock();
    expect(await play({ ...scene, clock }).tokens).toMatchObject({ accessToken: 'A' });
    expect(clock.sleeps).toEqual(seconds.map((each) => each * 1000));
  });
});

describe('a sign-in that fails', () => {
  test.each([
    ['a life of days is cut to an hour', { expires_in: 1e9, interval: 3000 }, [3000, 600]],
    ['without a life it is ten minutes', { expires_in: undefined, interval: 400 }, [400, 200]],
    ['a life that makes no sense counts as none', { expires_in: -1, interval: 400 }, [400, 200]],
    ['the last wait ends with the code', { expires_in: 12 }, [5, 5, 2]],
  ])('%s', async (_name, answer, seconds) => {
    const clock = leapingClock();
    await expect(play({ answer, polls: [PENDING], clock }).tokens).rejects.toMatchObject({ code: 'auth' });
    expect(clock.sleeps).toEqual(seconds.map((each) => each * 1000));
  });

  test.each<[string, Scene, string]>([
    ['access_denied', { polls: [PENDING, error('access_denied')] }, 'auth'],
    ['expired_token', { polls: [PENDING, error('expired_token')] }, 'auth'],
    ['invalid_grant', { polls: [error('invalid_grant')] }, 'auth'],
    ['unauthorized_client', { polls: [error('unauthorized_client', { error_description: 'not allowed' })] }, 'auth'],
    ['an unknown error', { polls: [error('whatever')] }, 'auth'],
    [
      'access_denied with a challenge',
      { polls: [{ ...error('access_denied', {}, 401), headers: { 'www-authenticate': 'Bearer' } }] },
      'auth',
    ],
    ['a web page', { polls: [{ body: '<h1>Wi-Fi</h1>', headers: { 'content-type': 'text/html' } }] }, 'auth'],
    ['expired while pending', { answer: { expires_in: 12 }, polls: [PENDING] }, 'auth'],
    ['expired while the proxy has no server', { answer: { expires_in: 12 }, polls: [{ status: 404, body: '<html>' }] }, 'auth'],
    ['expired while the server is down', { answer: { expires_in: 12 }, polls: [{ status: 500 }] }, 'unavailable'],
    ['the server refuses to start', { device: error('invalid_client', {}, 401) }, 'auth'],
    ['the server cannot start', { device: { status: 500 } }, 'unavailable'],
    ['no such endpoint after all', { device: { status: 404, body: '<h1>no</h1>' } }, 'auth'],
    ['no codes', { device: { body: {} } }, 'auth'],
    ['no JSON', { device: { body: 'hello' } }, 'auth'],
    ['a user code of a thousand characters', { answer: { user_code: 'x'.repeat(1000) } }, 'auth'],
    [
      'an id token for another client',
      { polls: [{ body: { access_token: 'A', token_type: 'bearer', id_token: idToken({ iss: 'x', aud: 'y', sub: 'u' }) } }] },
      'auth',
    ],
  ])('%s', async (_name, scene, code) => {
    await expect(play(scene).tokens).rejects.toMatchObject({ code, hint: expect.anything() });
  });

  test.each<[what: string, scene: Scene]>([
    ['an interval of years', { answer: { interval: 1e9 } }],
    ['an interval of weeks after slow_down', { answer: { interval: 0.001 }, polls: [error('slow_down', { interval: 1e6 })] }],
  ])('the time that is allowed ends the wait: %s', async (_what, scene) => {
    await expect(play({ ...scene, clock: quickClock, timeoutMs: 60 }).tokens).rejects.toMatchObject({ code: 'timeout', exitStatus: 6 });
  });

  test('the time that is allowed ends a request that is under way', async () => {
    let asked = false;
    const { origin } = await serve(({ path }) => {
      if (path === '/device') return { body: { ...ANSWER, interval: 1 } };
      asked = true;
      return new Promise(() => undefined);
    });
    const common = { clientId: 'c', scopes: [], http: httpClient(), clock: quickClock, announce: () => undefined };
    const tokens = signInWithDevice({ ...common, server: metadata(origin), timeoutMs: 300 });
    await expect(tokens).rejects.toMatchObject({ code: 'timeout', hint: { say: expect.stringContaining('--timeout') } });
    expect(asked).toBe(true);
  });

  test('a refusal has the words of the server', async () => {
    const { tokens } = play({ polls: [error('access_denied', { error_description: 'You are no partner' })] });
    await expect(tokens).rejects.toMatchObject({ message: 'sign-in was refused: You are no partner (access_denied)' });
  });

  test('the device code is not told, also where the server repeats it', async () => {
    const { tokens } = play({
      answer: { device_code: 'device-code-1' },
      polls: [error('whatever', { error_description: 'no device-code-1' })],
    });
    await expect(tokens).rejects.toMatchObject({ message: expect.stringContaining('no [redacted] (whatever)') });
  });

  test.each([
    ['plain http', { verification_uri: 'http://id.example/device' }],
    ['a script', { verification_uri: 'javascript:alert(1)' }],
    ['a file', { verification_uri: 'file:///etc/passwd' }],
    ['no URL', { verification_uri: 'id.example/device' }],
    ['none', { verification_uri: undefined }],
    ['a name before the host', { verification_uri: 'https://id.example@evil.example/' }],
    ['a script as the complete address', { verification_uri_complete: 'javascript:alert(1)' }],
  ])('an address that may not be opened is never shown: %s', async (_name, answer) => {
    const scene = play({ answer });
    await expect(scene.tokens).rejects.toMatchObject({ code: 'auth' });
    expect(scene.announced).toEqual([]);
  });

  test('a server without device sign-in: the hint has the flag that works', async () => {
    const { device_authorization_endpoint: _, ...server } = metadata('https://id.example');
    const options = { server, clientId: 'c', scopes: [], http: httpClient(), clock: leapingClock(), announce: () => undefined };
    await expect(signInWithDevice(options)).rejects.toMatchObject({
      code: 'auth',
      hint: helpWith('sign in with a browser', 'login', '--browser'),
    });
  });

  test('nothing is asked once the code has expired', async () => {
    const scene = play({ answer: { expires_in: 12 }, polls: [PENDING] });
    await expect(scene.tokens).rejects.toMatchObject({ code: 'auth' });
    expect(scene.seen().filter(({ path }) => path === '/token')).toHaveLength(2);
  });
});

describe('an abort ends it at once with its reason', () => {
  test('while waiting', async () => {
    const reason = new Error('stop');
    const controller = new AbortController();
    const waiting: Clock = {
      now: Date.now,
      sleep: (milliseconds, signal) => {
        queueMicrotask(() => controller.abort(reason));
        return realClock.sleep(milliseconds, signal);
      },
    };
    await expect(play({ clock: waiting, signal: controller.signal }).tokens).rejects.toBe(reason);
  });

  test('while the server is silent', async () => {
    const reason = new Error('stop');
    const controller = new AbortController();
    const server = await serve(({ path }) => {
      if (path === '/device') return { body: ANSWER };
      controller.abort(reason);
      return 'silence';
    });
    const common = { clientId: 'c', scopes: [], http: httpClient(), clock: leapingClock(), announce: () => undefined };
    await expect(signInWithDevice({ ...common, server: metadata(server.origin), signal: controller.signal })).rejects.toBe(reason);
  });
});
