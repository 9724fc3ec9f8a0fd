import { isIP } from 'node:net';
import { buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { connectionFailure } from './connection-failure.ts';
import type { HttpProxy } from './proxy.ts';
import { TransportError, type TransportFailure } from './transport-error.ts';

export interface TunnelOptions {
  /** Bounds the making of one connection, to the proxy or to the server behind it. */
  readonly timeoutMs: number;
  /** Ends connections that are still being made. */
  readonly closing: AbortSignal;
  /** The authorities to trust; absent for those that Node.js trusts. */
  readonly tls?: { readonly ca: string[] } | undefined;
}

/**
 * Sends requests through tunnels that the proxy opens (CONNECT, RFC 9110 section 9.3.6). Whatever keeps a tunnel from being opened is a
 * `TransportError` that names the proxy, and nothing was sent to the server.
 */
export function createProxyDispatcher(proxy: HttpProxy, { timeoutMs, closing, tls: trust }: TunnelOptions): Dispatcher {
  const tls = { timeout: timeoutMs, signal: closing, ...trust };
  return new ProxyAgent({
    uri: proxy.origin,
    ...(proxy.authorization !== undefined && { token: proxy.authorization }),
    requestTls: tls,
    headersTimeout: 0,
    bodyTimeout: 0,
    clientFactory: (origin) => new TunnelPool(proxy, origin, { connect: withoutAddressAsName(tls), headersTimeout: 0, bodyTimeout: 0 }),
  });
}

/** An address is not a server name (RFC 6066 section 3), and Node warns on stderr of one. */
function withoutAddressAsName(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options);
  return ({ servername = '', ...rest }, callback) =>
    connect({ ...rest, servername: isIP(rest.hostname) === 0 ? servername : '' }, callback);
}

/** Connections to a proxy, with errors of its own for CONNECT: one of undici's makes it try again for ever, another hides the status. */
class TunnelPool extends Pool {
  readonly #proxy: HttpProxy;

  constructor(proxy: HttpProxy, origin: URL, options: Pool.Options) {
    super(origin, options);
    this.#proxy = proxy;
  }

  override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    const target = new URL(`https://${options.path}`);
    const answer = await super.connect(options).catch((error: unknown) => {
      throw noTunnel(error, target, this.#proxy);
    });
    if (answer.statusCode === 200) return answer;
    answer.socket.on('error', () => undefined).destroy();
    throw refusedTunnel(answer, target, this.#proxy);
  }
}

function noTunnel(error: unknown, url: URL, { origin, variable }: HttpProxy): unknown {
  const failure = connectionFailure(error, { url: new URL(origin), sent: false });
  if (failure === undefined) return error;
  // For a certificate its own hint is the right one.
  const isTls = failure.kind === 'tls' || failure.kind === 'untrusted';
  const hint = isTls ? failure.hint : `check ${variable}, which names the proxy; NO_PROXY names hosts to reach without it`;
  return new TransportError(failure.kind, `the proxy cannot be used: ${failure.message}`, {
    url,
    mayHaveBeenReceived: false,
    hint,
    cause: error,
  });
}

function refusedTunnel(
  { statusCode: status, headers }: Pick<Dispatcher.ConnectData, 'statusCode' | 'headers'>,
  url: URL,
  { origin, variable, authorization }: HttpProxy,
): TransportError {
  const details = (hint: string) => ({ url, mayHaveBeenReceived: false, hint });
  if (status === 407) {
    const schemes = schemesIn(headers['proxy-authenticate']);
    if (schemes.length > 0 && !schemes.includes('basic')) {
      return new TransportError(
        'proxy',
        `the proxy ${origin} wants ${schemes.join(' or ')}, and flowkiwi knows Basic alone (status 407)`,
        details(
          `run a proxy on this machine that signs in there, and name it in ${variable}; or name ${url.hostname} in NO_PROXY to go without it`,
        ),
      );
    }
    const what = authorization === undefined ? 'asks for a user and a password' : 'does not accept the user and the password';
    return new TransportError('proxy', `the proxy ${origin} ${what} (status 407)`, details(`give them in ${variable}: ${example(origin)}`));
  }
  // A gateway that cannot reach the server for the moment, or one that does not want to.
  const kind: TransportFailure = [429, 502, 503, 504].includes(status) ? 'unreachable' : 'proxy';
  const message = `the proxy ${origin} opens no connection to ${url.hostname} (status ${status})`;
  return new TransportError(kind, message, details(`ask the operator of the proxy, or name ${url.hostname} in NO_PROXY to go without it`));
}

/** The schemes that a challenge names, in lower case but for those of Windows (RFC 9110 section 11.6.1). One header can have several. */
function schemesIn(challenges: string | readonly string[] | undefined): readonly string[] {
  const lines = typeof challenges === 'string' ? [challenges] : (challenges ?? []);
  const found = lines.flatMap((line) => [
    ...line.replace(/"(?:[^"\\]|\\.)*"/g, '').matchAll(/(?:^|,)\s*(basic|digest|bearer|ntlm|negotiate|kerberos)\b/gi),
  ]);
  return [...new Set(found.map(([, scheme = '']) => scheme.toLowerCase()))].map((scheme) => SCHEME_NAMES[scheme] ?? scheme);
}

const SCHEME_NAMES: Readonly<Record<string, string>> = {
  ntlm: 'NTLM',
  negotiate: 'Negotiate',
  kerberos: 'Kerberos',
  digest: 'Digest',
  bearer: 'Bearer',
};

function example(origin: string): string {
  return origin.replace('://', '://USER:PASSWORD@');
}
