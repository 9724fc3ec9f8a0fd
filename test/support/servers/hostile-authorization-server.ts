import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CLIENT_ID } from './oidc-provider.ts';
import { metadata, type Reply, type Seen, serve, type TestServer } from './serve.ts';

/** What a hostile server knows when it makes up an answer. */
export interface Scene {
  readonly origin: string;
  /** Of the sign-in that is under way, from its authorization URL. */
  readonly nonce: string;
}

export interface Hostility {
  /** Put over a metadata document that is all right. */
  readonly metadata?: (origin: string) => Readonly<Record<string, unknown>>;
  readonly wellKnown?: (origin: string) => Reply;
  /** Put over a token response that is all right. */
  readonly tokens?: (scene: Scene) => Readonly<Record<string, unknown>>;
  readonly token?: (scene: Scene) => Reply;
  readonly userInfo?: (scene: Scene) => Reply;
  readonly device?: (scene: Scene) => Reply;
}

export interface HostileAuthorizationServer extends TestServer {
  /** Told of the sign-in whose code will be redeemed. */
  readonly expect: (authorization: URL) => void;
  readonly tokenRequests: () => readonly Seen[];
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** An authorization server that is correct but for what it is told to do. Closed when the test is over. */
export async function startHostileAuthorizationServer(
  hostility: Hostility,
  whenFinished?: (run: () => void) => void,
): Promise<HostileAuthorizationServer> {
  let nonce = '';
  const server = await serve((request, origin) => {
    const scene = { origin, nonce };
    switch (request.path) {
      case '/.well-known/openid-configuration':
        return hostility.wellKnown?.(origin) ?? { body: { ...metadata(origin), ...hostility.metadata?.(origin) } };
      case '/token':
        return (
          hostility.token?.(scene) ?? { body: { access_token: 'A', token_type: 'bearer', expires_in: 60, ...hostility.tokens?.(scene) } }
        );
      case '/me':
        return hostility.userInfo?.(scene) ?? { status: 404 };
      case '/device':
        return hostility.device?.(scene) ?? { status: 404 };
      default:
        return { status: 404 };
    }
  }, whenFinished);
  return {
    ...server,
    expect: (authorization) => {
      nonce = authorization.searchParams.get('nonce') ?? '';
    },
    tokenRequests: () => server.seen.filter(({ path }) => path === '/token'),
  };
}

/** The claims that an id token for this sign-in has to have (OpenID Connect Core 2). */
export function goodClaims({ origin, nonce }: Scene): Readonly<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1000);
  return { iss: origin, aud: CLIENT_ID, sub: 'jane', nonce, iat: now, exp: now + 300, email: 'jane@acme.example', name: 'Jane' };
}

export interface Signature {
  readonly alg?: string;
  readonly key?: KeyObject;
}

/** An id token, signed with RS256 unless it says otherwise; with `none` it has no signature. */
export function signedIdToken(claims: Readonly<Record<string, unknown>>, { alg = 'RS256', key = privateKey }: Signature = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${content}.${alg === 'none' ? '' : createSign('RSA-SHA256').update(content).sign(key).toString('base64url')}`;
}
