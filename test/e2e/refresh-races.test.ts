import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textError } from './failure.ts';
import { flowkiwi, newHome, secret } from './flowkiwi.ts';
import { type RunningSandbox, startSandbox } from './sandbox.ts';

const [OLD, NEW] = [
  { access_token: secret('old-access-token-0123'), refresh_token: secret('old-refresh-token-0123') },
  { access_token: secret('new-access-token-4567'), refresh_token: secret('new-refresh-token-4567') },
];

let sandbox: RunningSandbox;
const servers: Server[] = [];

beforeAll(async () => {
  sandbox = await startSandbox(['--memory']);
});

afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await sandbox.stop();
});

/** Something that happens once and can be waited for. */
function moment(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((happened) => {
    resolve = happened;
  });
  return { promise, resolve };
}

/** A sign-in server whose token endpoint answers when it is told to. */
async function startSlowIssuer() {
  const asked = moment();
  const mayAnswer = moment();
  const revoked: (string | null)[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const answer = (content: unknown) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    if (request.url === '/token') {
      asked.resolve();
      await mayAnswer.promise;
      return answer({ ...NEW, token_type: 'Bearer', expires_in: 3600 });
    }
    if (request.url === '/revoke') {
      revoked.push(new URLSearchParams(body).get('token'));
      return answer({});
    }
    return answer({ issuer, token_endpoint: `${issuer}/token`, revocation_endpoint: `${issuer}/revoke` });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  const issuer = `http://127.0.0.1:${port}`;
  servers.push(server);
  return { issuer, asked: asked.promise, answer: mayAnswer.resolve, revoked };
}

/** Somebody whose token has expired, and a command of theirs that is just refreshing it. */
async function refreshing() {
  const issuer = await startSlowIssuer();
  const home = newHome();
  const folder = join(home, '.config', 'flowkiwi');
  const path = join(folder, 'credentials.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const entry = {
    method: 'browser',
    url: sandbox.url,
    issuer: issuer.issuer,
    client_id: 'flowkiwi-cli',
    ...OLD,
    expires_at: '2020-01-01T00:00:00.000Z',
  };
  writeFileSync(path, JSON.stringify({ version: 1, credentials: { default: entry } }), { mode: 0o600 });
  const run = (args: readonly string[], stdin = '') => flowkiwi(args, { home, env: { FLOWKIWI_URL: sandbox.url }, stdin });
  const refresh = run(['auth', 'token']);
  await issuer.asked;
  return { ...issuer, refresh, run, stored: () => JSON.parse(readFileSync(path, 'utf8')).credentials.default };
}

describe.concurrent('while a token is refreshed by another command', () => {
  test('signing out ends the session: the tokens that come later are revoked, and not stored', async () => {
    const { refresh, run, answer, revoked, stored } = await refreshing();
    expect((await run(['logout'])).status).toBe(0);
    expect([stored(), revoked]).toEqual([undefined, [OLD.refresh_token, OLD.access_token]]);
    answer();
    const ended = await refresh;
    expect({ status: ended.status, stdout: ended.stdout, message: textError(ended).message }).toEqual({
      status: 4,
      stdout: '',
      message: 'not signed in (profile default)',
    });
    expect([stored(), revoked.slice(2)]).toEqual([undefined, [NEW.refresh_token, NEW.access_token]]);
  });

  test('removing the profile does so too', async () => {
    const { refresh, run, answer, revoked, stored } = await refreshing();
    expect((await run(['profile', 'remove', 'default', '--yes'])).status).toBe(0);
    answer();
    expect((await refresh).status).toBe(4);
    expect([stored(), revoked]).toEqual([undefined, [NEW.refresh_token, NEW.access_token]]);
  });

  test('a new sign-in stays, and the other command goes on with it', async () => {
    const { refresh, run, answer, revoked, stored } = await refreshing();
    const token = await sandbox.token();
    expect((await run(['login', '--with-token'], token)).status).toBe(0);
    answer();
    expect(await refresh).toEqual({ status: 0, stdout: `${token}\n`, stderr: '' });
    expect([stored(), revoked]).toMatchObject([{ method: 'token', access_token: token }, []]);
  });

  test('signing out right before its end revokes what it brought', async () => {
    const { refresh, run, answer, revoked, stored } = await refreshing();
    const logout = run(['logout']);
    answer();
    expect((await logout).status).toBe(0);
    await refresh;
    expect(stored()).toBeUndefined();
    expect(revoked).toEqual(expect.arrayContaining([NEW.refresh_token, NEW.access_token]));
  });
});
