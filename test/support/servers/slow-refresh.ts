import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { flowkiwi, newHome, secret } from '../flowkiwi.ts';
import { listen } from './listen.ts';

export const [OLD, NEW] = [
  { access_token: secret('old-access-token-0123'), refresh_token: secret('old-refresh-token-0123') },
  { access_token: secret('new-access-token-4567'), refresh_token: secret('new-refresh-token-4567') },
];

/** Something that happens once and can be waited for. */
function moment(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((happened) => {
    resolve = happened;
  });
  return { promise, resolve };
}

/** A sign-in server whose token endpoint answers when it is told to; it ends with the tests. */
async function startSlowIssuer() {
  const asked = moment();
  const mayAnswer = moment();
  const revoked: (string | null)[] = [];
  const exchanged: (string | null)[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const answer = (content: unknown) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    if (request.url === '/token') {
      exchanged.push(new URLSearchParams(body).get('refresh_token'));
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
  const { origin: issuer } = await listen(server);
  server.unref();
  return { issuer, asked: asked.promise, answer: mayAnswer.resolve, revoked, exchanged };
}

/** Somebody whose token for the API at `url` has expired; their sign-in server answers when it is told to. */
export async function expiredSession(url: string) {
  const issuer = await startSlowIssuer();
  const home = newHome();
  const folder = join(home, '.config', 'flowkiwi');
  const path = join(folder, 'credentials.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const entry = {
    method: 'browser',
    url,
    issuer: issuer.issuer,
    client_id: 'flowkiwi-cli',
    ...OLD,
    expires_at: '2020-01-01T00:00:00.000Z',
  };
  writeFileSync(path, JSON.stringify({ version: 1, credentials: { default: entry } }), { mode: 0o600 });
  const options = { home, env: { FLOWKIWI_URL: url } };
  return {
    ...issuer,
    options,
    folder,
    run: (args: readonly string[], stdin = '') => flowkiwi(args, { ...options, stdin }),
    stored: () => JSON.parse(readFileSync(path, 'utf8')).credentials.default,
  };
}

/** The same, with a command of theirs that is just refreshing it. */
export async function startRefresh(url: string) {
  const session = await expiredSession(url);
  const refresh = session.run(['auth', 'token']);
  await session.asked;
  return { ...session, refresh };
}
