import { once } from 'node:events';
import { createServer } from 'node:http';
import * as oauth from 'openid-client';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/edges.ts';
import type { Account } from '../../../src/sandbox/accounts.ts';
import { type Database, openDatabase } from '../../../src/sandbox/database.ts';
import { authenticate, issueAccessToken } from '../../../src/sandbox/oauth/access-tokens.ts';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from '../../../src/sandbox/oauth/authorization-server.ts';
import { listen } from './listen.ts';

export const REDIRECT_URI = 'http://127.0.0.1:49152/callback';
export const SCOPE = 'openid email offline_access';

/** The real time, moved forward by hand. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void;
}

export function testClock(): TestClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    sleep: async (milliseconds) => {
      offset += milliseconds;
    },
    advance: (milliseconds) => {
      offset += milliseconds;
    },
  };
}

export interface RunningServer extends AuthorizationServer {
  readonly issuer: string;
  readonly clock: TestClock;
  readonly database: Database;
  /** Failures that clients saw as server errors. */
  readonly errors: unknown[];
  /** The account that a bearer token stands for now. */
  authenticate(bearer: string): Account | undefined;
  /** An access token for that e-mail address without a sign-in. */
  issueAccessToken(email: string): string;
  /** Ends the server and its database, before the test does. */
  stop(): Promise<void>;
}

export interface ServerSettings extends Partial<Omit<AuthorizationServerOptions, 'issuer' | 'database' | 'clock' | 'onError'>> {
  readonly data?: string;
  readonly port?: number;
}

/** Starts the authorization server on loopback; it ends with the test. */
export async function startServer({ data, port = 0, ...settings }: ServerSettings = {}): Promise<RunningServer> {
  const clock = testClock();
  const database = await openDatabase({ path: data, clock });
  const server = createServer();
  const { origin: issuer } = await listen(server, port);
  const errors: unknown[] = [];
  const authorizationServer = await createAuthorizationServer({
    autoApprove: false,
    ...settings,
    issuer,
    database,
    clock,
    onError: (error) => errors.push(error),
  });
  server.on('request', authorizationServer.handle);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await authorizationServer.close();
      await database.close();
    })();
    return stopped;
  };
  onTestFinished(stop);
  return {
    ...authorizationServer,
    issuer,
    clock,
    database,
    errors,
    authenticate: (bearer) => authenticate(database, bearer, clock.now()),
    issueAccessToken: (email) => issueAccessToken(database, email, clock.now()),
    stop,
  };
}

/** openid-client, set up from the server's own metadata. */
export async function connect(server: RunningServer): Promise<oauth.Configuration> {
  return oauth.discovery(new URL(server.issuer), 'flowkiwi-cli', undefined, oauth.None(), { execute: [oauth.allowInsecureRequests] });
}

export interface AuthorizationRequest {
  readonly url: URL;
  readonly verifier: string;
  readonly state: string;
}

/** A new authorization request with PKCE S256. `parameters` are added or replace; undefined takes one away. */
export async function authorizationRequest(
  config: oauth.Configuration,
  parameters: Record<string, string | undefined> = {},
): Promise<AuthorizationRequest> {
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const all = {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    prompt: 'consent',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...parameters,
  };
  const defined = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { url: oauth.buildAuthorizationUrl(config, Object.fromEntries(defined)), verifier, state };
}

export type Tokens = Awaited<ReturnType<typeof oauth.authorizationCodeGrant>>;

export async function exchange(config: oauth.Configuration, request: AuthorizationRequest, callback: URL): Promise<Tokens> {
  return oauth.authorizationCodeGrant(config, callback, { pkceCodeVerifier: request.verifier, expectedState: request.state });
}

/** Signs in with a user agent that fills the forms, and exchanges the code. */
export async function signIn(config: oauth.Configuration, agent = new UserAgent(), email = 'jane@acme.example'): Promise<Tokens> {
  const request = await authorizationRequest(config);
  return exchange(config, request, await agent.authorize(request.url, email));
}

export interface Answer {
  readonly status: number;
  readonly url: URL;
  readonly headers: Headers;
  readonly text: string;
}

/** A browser without scripts: keeps cookies and follows redirects on the server's own origin. */
export class UserAgent {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  async get(url: URL): Promise<Answer> {
    return this.#send(url, { method: 'GET' });
  }

  async submit(url: URL, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send(url, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  /** Goes through the sign-in and consent pages; returns the URL at the client that it was sent to. */
  async authorize(url: URL, email: string): Promise<URL> {
    let answer = await this.get(url);
    for (let pages = 0; pages < 3 && answer.url.origin === url.origin; pages += 1) {
      const action = answer.text.includes('value="sign-in"') ? 'sign-in' : 'allow';
      answer = await this.submit(answer.url, { action, email });
    }
    return answer.url;
  }

  async #send(url: URL, init: RequestInit & { headers?: Record<string, string> }): Promise<Answer> {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...init.headers, cookie: this.#cookieHeader(url) },
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    const location = response.headers.get('location');
    if (location === null) return { status: response.status, url, headers: response.headers, text: await response.text() };
    await response.arrayBuffer();
    const target = new URL(location, url);
    if (target.origin === url.origin) return this.get(target);
    return { status: response.status, url: target, headers: response.headers, text: '' };
  }

  #cookieHeader(url: URL): string {
    const sent = [...this.#cookies].filter(([, { path }]) => url.pathname === path || url.pathname.startsWith(path.replace(/\/?$/, '/')));
    return sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split('; ');
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((attribute) => attribute.startsWith('path='))?.slice('path='.length) ?? '/';
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }
}

/** The OAuth error that the promise is rejected with (RFC 6749 section 5.2), with its HTTP status. */
export async function oauthError(promise: Promise<unknown>): Promise<{ error: string; status: number }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) return { error: error.error, status: error.status };
    throw error;
  }
  throw new Error('The request was accepted.');
}
