import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { secret } from '../support/flowkiwi.ts';
import { asObject, call } from '../support/servers/sandbox-in-memory.ts';
import { startZitadel, type Zitadel, zitadelHome } from '../support/servers/zitadel.ts';

describe.each(['4.0', '2.70'])('a key file at ZITADEL %s, which answers 500 to an assertion that it does not accept', (version) => {
  let zitadel: Zitadel;
  let url: string;
  let key: Readonly<Record<string, unknown>>;
  let send: (method: string, path: string, body?: unknown) => Promise<Readonly<Record<string, unknown>>>;

  beforeAll(async () => {
    zitadel = await startZitadel();
    await zitadel.switches(`zitadel=${version}`);
    url = `http://localhost:${new URL(zitadel.sandbox.url).port}`;
    const token = await zitadel.sandbox.token();
    send = async (method, path, body) => (await call(url, method, path, { token, body })).json;
    const { userId } = await send('POST', '/management/v1/users/machine', { userName: 'robot', name: 'Robot' });
    await send('POST', '/admin/v1/members', { userId, roles: ['IAM_OWNER'] });
    const { keyDetails } = await send('POST', `/management/v1/users/${userId}/keys`, { type: 'KEY_TYPE_JSON' });
    key = asObject(JSON.parse(Buffer.from(String(keyDetails), 'base64').toString()));
  });

  afterAll(() => zitadel.sandbox.stop());

  function home(changes: object = {}) {
    const path = zitadelHome(url, { systemUser: false });
    const file = join(path, 'robot.json');
    writeFileSync(file, JSON.stringify({ ...key, ...changes }), { mode: 0o600 });
    return { home: path, env: { FLOWKIWI_TOKEN: '' }, file };
  }

  const login = ({ file, ...there }: ReturnType<typeof home>) => zitadel.run(['login', '--key-file', file], there);

  async function userOf({ file: _, ...there }: ReturnType<typeof home>): Promise<unknown> {
    return JSON.parse((await zitadel.run(['auth', 'status', '--json'], there)).stdout).user;
  }

  test('a personal access token is known by who is behind it', async () => {
    const there = home();
    const { token } = await send('POST', `/management/v1/users/${String(key['userId'])}/pats`, {});
    const run = await zitadel.run(['login', '--with-token'], { ...there, stdin: secret(String(token)) });
    expect(run.status).toBe(0);
    expect(await userOf(there)).toEqual({ sub: key['userId'], email: null, email_verified: null, name: 'Robot' });
  });

  test('a key that it does not know is refused with its id and its file', async () => {
    const there = home({ keyId: '999' });
    const run = await login(there);
    expect(run.status).toBe(4);
    expect(textError(run).message).toMatch(/status 500 to the key 999 of the service account \d+ .* from .*robot\.json/);
  });

  if (version === '4.0') {
    test('a server that says itself that it cannot work is asked again later', async () => {
      await zitadel.sandbox.control('faults', { rules: ['POST /oauth/v2/token=500', 'GET /debug/ready=412'] });
      const run = await login(home());
      await zitadel.sandbox.control('faults', { rules: [] });
      expect(run.status).toBe(75);
    });
  }

  test('a stored key that was deleted is named, and kept', async () => {
    const there = home();
    expect((await login(there)).status).toBe(0);
    expect(await userOf(there)).toEqual({ sub: key['userId'], email: null, email_verified: null, name: 'Robot' });
    await send('DELETE', `/management/v1/users/${String(key['userId'])}/keys/${String(key['keyId'])}`);
    await zitadel.sandbox.control('faults', { rules: ['GET /management/v1/orgs/me=401x1'] });
    const run = await zitadel.run(['org', 'get'], there);
    expect(run.status).toBe(4);
    expect(run.stderr).toContain(`the key ${String(key['keyId'])}`);
  });
});
