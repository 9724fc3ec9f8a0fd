import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { isRecord, parseJson } from '../../src/record.ts';
import { collect } from '../support/flowkiwi.ts';
import { listen } from '../support/servers/listen.ts';

/** A request to the token endpoint, as it was answered. */
export interface TokenRequest {
  readonly grantType: string;
  /** What the form says; a client may be named by its authentication instead. */
  readonly clientId: string | undefined;
  readonly status: number;
  /** The `error` of a refusal. */
  readonly error: string | undefined;
  /** The refresh token that was presented. */
  readonly refreshToken: string | undefined;
}

/** What stands before a sign-in server, under the address that the server gives as its own, and writes down what the token endpoint is asked. */
export interface Gateway {
  readonly origin: string;
  readonly requests: () => readonly TokenRequest[];
  readonly close: () => void;
}

/** Path, at each gateway, of what it has written down. */
export const REQUESTS_PATH = '/_gateway/requests';

/** Passes everything on to a server on this machine, unchanged, the host that was asked for included. */
export async function startGateway(upstreamPort: number): Promise<Gateway> {
  const requests: TokenRequest[] = [];
  const server = createServer(async (incoming, response) => {
    if (incoming.url === REQUESTS_PATH) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(requests));
      return;
    }
    try {
      const body = await collect(incoming);
      const answer = await passOn(incoming, body, upstreamPort);
      const text = await sendBack(answer, response);
      const form = new URLSearchParams(body);
      const grantType = form.get('grant_type');
      if (incoming.method === 'POST' && grantType !== null) requests.push(readRequest(grantType, form, answer.statusCode ?? 0, text));
    } catch {
      response.destroy();
    }
  });
  const { origin } = await listen(server);
  return { origin, requests: () => requests, close: () => void server.close().closeAllConnections() };
}

function passOn({ method, url, headers }: IncomingMessage, body: string, port: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path: url, headers }, resolve).once('error', reject).end(body);
  });
}

async function sendBack(answer: IncomingMessage, response: ServerResponse): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(Buffer.from(chunk));
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, headers).end(Buffer.concat(chunks));
  return Buffer.concat(chunks).toString('utf8');
}

function readRequest(grantType: string, form: URLSearchParams, status: number, text: string): TokenRequest {
  const answer = parseJson(text);
  const error = isRecord(answer) && typeof answer['error'] === 'string' ? answer['error'] : undefined;
  const field = (name: string) => form.get(name) ?? undefined;
  return { grantType, clientId: field('client_id'), status, error, refreshToken: field('refresh_token') };
}
