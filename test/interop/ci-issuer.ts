import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { signJwt } from '../../src/oauth/signed-jwt.ts';
import { secret } from '../support/flowkiwi.ts';
import { listen } from '../support/servers/listen.ts';

/** A CI that gives its jobs tokens, as GitHub Actions does, and publishes the key that it signs them with. */
export interface CiIssuer {
  readonly origin: string;
  /** What a job of that subject finds in its environment. */
  readonly job: (subject: string) => Readonly<Record<string, string>>;
  readonly close: () => void;
}

export async function startCiIssuer(): Promise<CiIssuer> {
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'ci', alg: 'ES256', use: 'sig' }];
  const requestToken = secret('the-request-token-of-the-job');
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    const isJob = request.headers.authorization === `Bearer ${requestToken}`;
    const answer = pathname === '/jwks' ? { keys } : { value: isJob ? token(searchParams) : '' };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  const { origin } = await listen(server);
  function token(query: URLSearchParams): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: origin,
      sub: query.get('sub'),
      aud: query.get('audience'),
      iat: now,
      nbf: now,
      exp: now + 240,
      jti: randomUUID(),
    };
    return secret(signJwt({ header: { kid: 'ci', typ: 'JWT' }, claims, key }));
  }
  return {
    origin,
    job: (subject) => ({
      ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/token?sub=${subject}`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    }),
    close: () => void server.close().closeAllConnections(),
  };
}
