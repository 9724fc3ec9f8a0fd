import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startZitadel, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;
let port: string;

beforeAll(async () => {
  zitadel = await startZitadel();
  ({ port } = new URL(zitadel.sandbox.url));
  const owner = { human: { userName: 'jane', email: { email: 'jane@host.example' }, profile: { firstName: 'J', lastName: 'D' } } };
  await zitadel.system('POST', '/instances/_create', { instanceName: 'Hosted', customDomain: 'host.example', ...owner });
});

afterAll(() => zitadel.sandbox.close());

/** Sends a request with any `Host`, as a page does whose own name was resolved to this machine. Resolves to its status. */
async function sendTo(host: string, path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const authorization = `Bearer ${zitadel.owner}`;
  const [response] = await once(request({ host: '127.0.0.1', port, path, headers: { authorization, ...headers, host } }).end(), 'response');
  response.resume();
  return response.statusCode;
}

test.each(['127.0.0.1', 'localhost'])('%s is the default instance, with any port', async (host) => {
  expect(await sendTo(`${host}:${port}`, '/management/v1/orgs/me')).toBe(200);
  expect(await sendTo(`${host}:1`, '/management/v1/orgs/me')).toBe(200);
});

test('the domain of an instance is that instance, which knows no owner of the default one', async () => {
  expect(await sendTo('host.example', '/management/v1/orgs/me')).toBe(401);
});

test.each([
  ['/management/v1/orgs/me', 404],
  ['/admin/v1/orgs/_search', 404],
  ['/system/v1/healthz', 403],
  ['/zitadel.system.v1.SystemService/Healthz', 403],
  ['/.well-known/openid-configuration', 404],
  ['/oauth/v2/token', 404],
])('any other name is refused at %s, also when other headers name an instance', async (path, status) => {
  expect(await sendTo('rebound.example', path)).toBe(status);
  for (const [name, value] of [
    ['x-zitadel-instance-host', 'localhost'],
    ['x-zitadel-instance-host', 'host.example'],
    ['x-forwarded-host', 'localhost'],
    ['forwarded', 'host=localhost'],
  ] as const) {
    expect(await sendTo('rebound.example', path, { [name]: value })).toBe(403);
  }
});
