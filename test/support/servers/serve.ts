import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/edges.ts';
import type { HttpClient } from '../../../src/http/client.ts';
import { createHttpClient } from '../../../src/http/undici-client.ts';
import type { DiscoveredServer } from '../../../src/oauth/server-metadata.ts';
import { realClock } from '../clocks.ts';
import { ownPort } from '../own-port.ts';
import { listen } from './listen.ts';

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
}

export interface TestServer {
  readonly origin: string;
  readonly seen: Seen[];
}

/**
 * A server on loopback that answers as told; 'silence' answers never. Closed when the test is over; tests that run at the same time must
 * give their own `whenFinished`.
 */
export async function serve(
  answer: (request: Seen, origin: string) => Reply | 'silence' | Promise<Reply | 'silence'>,
  whenFinished: (run: () => void) => void = onTestFinished,
): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    const one: Seen = { method: request.method ?? '', path: request.url ?? '', form, headers: request.headers };
    seen.push(one);
    const reply = await answer(one, origin);
    if (reply === 'silence') return void silences.emit('silence');
    const { status = 200, headers = {}, body } = reply;
    const isJson = typeof body === 'object';
    response.writeHead(status, { ...(isJson && { 'content-type': 'application/json' }), ...headers });
    response.end(isJson ? JSON.stringify(body) : (body ?? ''));
  });
  const { origin } = await listen(server);
  whenFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin, seen };
}

/** A server that answers by path; any other path is 404. */
export function serveRoutes(routes: Readonly<Record<string, (origin: string, request: Seen) => Reply | 'silence'>>): Promise<TestServer> {
  return serve((request, origin) => routes[request.path.split('?')[0] ?? '']?.(origin, request) ?? { status: 404, body: 'Not Found' });
}

const TIME_LIMIT_MS = 30_000;
const silences = new EventEmitter();

/** Its time limit for a request is over as soon as a server of this file stays silent, however quick or busy the machine is, and not before. */
const untilSilence: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) =>
    milliseconds === TIME_LIMIT_MS
      ? once(silences, 'silence', signal && { signal }).then(() => undefined)
      : realClock.sleep(milliseconds, signal),
};

export function httpClient(): HttpClient {
  const http = createHttpClient({
    timeoutMs: TIME_LIMIT_MS,
    clock: untilSilence,
    userAgent: 'flowkiwi/test',
    nodeVersion: process.versions.node,
    random: () => 0,
  });
  onTestFinished(() => http.close());
  return http;
}

/** Metadata of a server at `origin` with every endpoint. */
export function metadata(origin: string, more: Partial<DiscoveredServer> = {}): DiscoveredServer {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    device_authorization_endpoint: `${origin}/device`,
    revocation_endpoint: `${origin}/revoke`,
    authorization_response_iss_parameter_supported: false,
    ...more,
  };
}

/** A port of loopback where nobody listens. */
export async function deadOrigin(): Promise<string> {
  return `http://127.0.0.1:${await ownPort()}`;
}

/** An id token with these claims. Its signature is not checked in the code flow, TLS vouches for it (OpenID Connect Core 3.1.3.7). */
export function idToken(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'RS256' })}.${part({ iat: now, exp: now + 300, ...claims })}.${part('signature')}`;
}
