import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { createSandbox, Sandbox } from '../../src/sandbox/library/interface.ts';
import { asObject, call, type Json } from '../support/servers/sandbox-in-memory.ts';

// As it is in the package: the provider goes by the clock of the sandbox where both are bundled.
const library: { readonly createSandbox: typeof createSandbox } = createRequire(import.meta.url)('../../dist/sandbox.js');

const HOUR = 60 * 60;
const DAY = 24 * HOUR;

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await library.createSandbox({ startTime: new Date('2031-01-31T09:30:00Z') });
});

beforeEach(() => sandbox.reset());

afterAll(() => sandbox.close());

async function post(path: string, form: Readonly<Record<string, string>>, at = sandbox): Promise<Json> {
  const response = await fetch(`${at.address}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'flowkiwi-cli', ...form }),
  });
  return asObject(await response.json());
}

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

const statusWith = async (token: unknown) =>
  (await call(sandbox.address, 'GET', '/api/organizations/nothing', { token: String(token) })).status;

test('what it makes has the time of its clock, which a reset puts back', async () => {
  const token = await sandbox.tokens('jane@acme.example');
  const { json } = await call(sandbox.address, 'POST', '/api/organizations', { token, body: { name: 'Acme' } });
  expect(json['created_at']).toMatch(/^2031-01-31T09:/);
  sandbox.clock.advance(12 * HOUR);
  await call(sandbox.address, 'POST', '/management/v1/orgs', { token, body: { name: 'Acme' } });
  const { flowkiwi, zitadel } = await sandbox.state();
  expect(flowkiwi.organizations[0]?.created_at).toMatch(/^2031-01-31T09:/);
  const made = zitadel.instances[0]?.organizations.find(({ name }) => name === 'Acme');
  expect(made?.created_at).toMatch(/^2031-01-31T21:/);
  await sandbox.reset();
  expect(sandbox.clock.now().toISOString()).toMatch(/^2031-01-31T09:/);
});

test('the tokens of a sign-in end by its clock', async () => {
  const { device_code: code } = await post('/oauth/device_authorization', { scope: 'openid offline_access' });
  const signedIn = await post('/oauth/token', { grant_type: DEVICE_CODE, device_code: String(code) });
  expect(signedIn).toMatchObject({ expires_in: HOUR });
  expect(await statusWith(signedIn['access_token'])).toBe(404);
  const claims: unknown = JSON.parse(Buffer.from(String(signedIn['id_token']).split('.')[1] ?? '', 'base64url').toString());
  expect(new Date(Number(asObject(claims)['iat']) * 1000).getUTCFullYear()).toBe(2031);

  sandbox.clock.advance(HOUR + 1);
  expect(await statusWith(signedIn['access_token'])).toBe(401);
  const renewed = await post('/oauth/token', { grant_type: 'refresh_token', refresh_token: String(signedIn['refresh_token']) });
  expect(await statusWith(renewed['access_token'])).toBe(404);

  sandbox.clock.advance(31 * DAY);
  const late = await post('/oauth/token', { grant_type: 'refresh_token', refresh_token: String(renewed['refresh_token']) });
  expect(late).toMatchObject({ error: 'invalid_grant' });
});

test('a device code that nobody approves ends by its clock, and two sandboxes have a clock each', async () => {
  const asking = await library.createSandbox({ autoApprove: false });
  try {
    const { device_code: code, expires_in: seconds } = await post('/oauth/device_authorization', { scope: 'openid' }, asking);
    const poll = () => post('/oauth/token', { grant_type: DEVICE_CODE, device_code: String(code) }, asking);
    sandbox.clock.advance(DAY);
    asking.clock.advance(Number(seconds) - 60);
    expect(await poll()).toMatchObject({ error: 'authorization_pending' });
    asking.clock.advance(61);
    expect(await poll()).toMatchObject({ error: 'expired_token' });
  } finally {
    await asking.close();
  }
});

test('it cannot be put back, nor to no time', async () => {
  for (const seconds of [-1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => sandbox.clock.advance(seconds)).toThrow(RangeError);
  await expect(library.createSandbox({ startTime: new Date('never') })).rejects.toThrow('startTime: a valid Date is needed');
});
