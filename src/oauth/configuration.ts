import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretJwt,
  ClientSecretPost,
  Configuration,
  clockSkew,
  clockTolerance,
  customFetch,
  modifyAssertion,
  None,
} from 'openid-client';
import type { HttpClient } from '../http/client.ts';
import type { SecretMethod } from '../well-known.ts';
import { createFetch } from './fetch-adapter.ts';
import type { DiscoveredServer } from './server-metadata.ts';

/** What every operation at an authorization server needs. */
export interface OAuthClient {
  readonly server: DiscoveredServer;
  readonly clientId: string;
  /** A public client (RFC 8252 section 8.4), without a secret, when it does not say. */
  readonly authentication?: ClientAuthentication | undefined;
  readonly http: HttpClient;
  /** How far our clock is ahead of the time that assertions are signed by, in milliseconds. */
  readonly aheadMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How a client that is not public shows who it is (RFC 6749 section 2.3): with a secret; with an assertion (RFC 7523 section 2.2); or it says
 * nothing of itself, because the grant says who asks (RFC 7521 section 4.1).
 */
export type ClientAuthentication =
  | {
      readonly kind: 'secret';
      readonly secret: string;
      /** Undefined: as the server's metadata says. */
      readonly method?: SecretMethod | undefined;
      /** The time that is signed by where it is to be another than that of `aheadMs`, in milliseconds since the epoch. */
      readonly time?: (() => number) | undefined;
    }
  | {
      readonly kind: 'assertion';
      /** One for each request, for that issuer: a server may take each once only. */
      readonly assertion: (issuer: string) => string;
      /** Whether the client id is sent beside it, which is optional (RFC 7521 section 4.2). */
      readonly isNamed: boolean;
    }
  | { readonly kind: 'unnamed' };

const JWT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Clocks are minutes off at times (a virtual machine after sleep); a sign-in, or a rotated refresh token, must not be lost over it. */
const CLOCK_TOLERANCE_S = 300;

/** openid-client's view of the server, for one operation: its requests end when the signal is aborted. */
export function createConfiguration({ server, clientId, authentication, http, aheadMs = 0, signal }: OAuthClient): Configuration {
  const {
    scopes_supported: _scopes,
    grant_types_supported: _grants,
    token_endpoint_auth_methods_supported: _methods,
    id_token_signing_alg_values_supported: algorithms,
    ...metadata
  } = server;
  const configuration = new Configuration(
    { ...metadata, ...(algorithms && { id_token_signing_alg_values_supported: [...algorithms] }) },
    clientId,
    { [clockTolerance]: CLOCK_TOLERANCE_S, [clockSkew]: -Math.round(aheadMs / 1000) },
    clientAuth(authentication, server),
  );
  configuration[customFetch] = createFetch(http, signal);
  // The transport has the time limit, and the adapter decides where plain http is allowed.
  configuration.timeout = 0;
  allowInsecureRequests(configuration);
  return configuration;
}

interface SecretUse {
  /** Its name in a server's metadata. */
  readonly name: string;
  readonly present: (secret: string, time?: () => number) => ClientAuth;
}

/**
 * HTTP Basic with both parts as a form has them (RFC 6749 section 2.3.1 and appendix B). openid-client encodes `-`, `.` and `_` too, which forms
 * leave; there are servers, as glewlwyd, that decode nothing.
 */
function inHeader(secret: string): ClientAuth {
  const encoded = (text: string) => new URLSearchParams({ [text]: '' }).toString().slice(0, -1);
  return (_server, { client_id }, _body, headers) => {
    const credentials = Buffer.from(`${encoded(client_id)}:${encoded(secret)}`).toString('base64');
    headers.set('authorization', `Basic ${credentials}`);
  };
}

/** An assertion that the secret signs, with the times of that clock. */
function signedBySecret(secret: string, time: () => number = Date.now): ClientAuth {
  return ClientSecretJwt(secret, {
    [modifyAssertion]: (_header, claims) => {
      const aheadS = Math.round((Date.now() - time()) / 1000);
      for (const name of ['iat', 'nbf', 'exp']) claims[name] = Number(claims[name]) - aheadS;
    },
  });
}

const SECRET_METHODS: Readonly<Record<SecretMethod, SecretUse>> = {
  basic: { name: 'client_secret_basic', present: inHeader },
  post: { name: 'client_secret_post', present: ClientSecretPost },
  client_secret_jwt: { name: 'client_secret_jwt', present: signedBySecret },
};

/** RFC 6749 section 2.3.1: every server takes the secret in the header, but for one that lists other ways alone. */
function listedMethod(listed: readonly string[] = []): SecretMethod {
  const ways: readonly SecretMethod[] = ['basic', 'post', 'client_secret_jwt'];
  return ways.find((way) => listed.includes(SECRET_METHODS[way].name)) ?? 'basic';
}

/** How a secret is shown to that server. Pure. */
export function secretMethod({ method }: { readonly method?: SecretMethod | undefined }, server: DiscoveredServer): SecretMethod {
  return method ?? listedMethod(server.token_endpoint_auth_methods_supported);
}

/** Lets a client show who it is in a request that openid-client does not send: adds to its parameters and headers. */
export async function authenticate(
  { server, clientId, authentication }: OAuthClient,
  body: URLSearchParams,
  headers: Headers,
): Promise<void> {
  await clientAuth(authentication, server)({ issuer: server.issuer }, { client_id: clientId }, body, headers);
}

function clientAuth(authentication: ClientAuthentication | undefined, server: DiscoveredServer): ClientAuth {
  switch (authentication?.kind) {
    case undefined:
      return None();
    case 'unnamed':
      return () => undefined;
    case 'assertion':
      return (_server, { client_id }, body) => {
        if (authentication.isNamed) body.set('client_id', client_id);
        body.set('client_assertion_type', JWT_ASSERTION);
        body.set('client_assertion', authentication.assertion(server.issuer));
      };
    case 'secret':
      return SECRET_METHODS[secretMethod(authentication, server)].present(authentication.secret, authentication.time);
  }
}
