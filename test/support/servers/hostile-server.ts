import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listen } from './listen.ts';

/** What a server said of itself in a request, as it arrived. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, without the scenario. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/**
 * A server that misbehaves as it is told: the first part of the path names the behaviour, so `FLOWKIWI_URL` does:
 * `http://127.0.0.1:PORT/html`. What follows a `~` keeps runs of the same behaviour apart: `/html~7`.
 */
export interface HostileServer {
  readonly url: (scenario: Scenario, key?: string) => string;
  /** The requests that a scenario has had so far. */
  readonly requests: (scenario: Scenario, key?: string) => readonly SeenRequest[];
  /** Resolves when a scenario has had its first request. */
  readonly arrival: (scenario: Scenario, key?: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

type Answer = (exchange: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly count: number }) => void;

/** An organization that a server could answer with. */
export const ORGANIZATION = { id: '0196f3a0-1111-7000-8000-000000000001', name: 'Acme Corp', owners: [], members: [] };

/** Clears the screen, sets the title, reverses the order of letters, forges lines and a prompt. */
export const HOSTILE_TEXT = 'Acme\u001b[2J\u001b]0;pwned\u0007\u009b31m\u202ecod.exe\nerror: forged\rhint: forged\u2028\u0000\u007f';

const SCENARIOS = {
  good: json(200, ORGANIZATION),
  'status-400': problem(400, 'Syntax error'),
  'status-401': problem(401, 'Expired JWT Token'),
  'status-403': problem(403, 'Access Denied.'),
  'status-404': problem(404, 'Not Found'),
  'status-409': problem(409, 'The organization is not empty.'),
  'status-410': problem(410, 'Gone'),
  'status-418': problem(418, 'A teapot'),
  'status-422': json(422, {
    status: 422,
    detail: 'name: Too long.',
    violations: [{ propertyPath: 'name', message: 'Too long.', code: 'x' }],
  }),
  'status-429': problem(429, 'Too many', { 'retry-after': '0' }),
  'status-500': problem(500, 'Internal Server Error'),
  'status-501': problem(501, 'Not Implemented'),
  'status-502': page(502),
  'status-503': problem(503, 'Maintenance', { 'retry-after': '0' }),
  'status-504': page(504),
  /** Too many requests twice, then a good answer. */
  recovers: (exchange) => (exchange.count <= 2 ? SCENARIOS['status-503'] : SCENARIOS.good)(exchange),
  html: page(200),
  empty: ({ response }) => void response.writeHead(200).end(),
  garbage: ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from('00ff1b9c0d0afe', 'hex')),
  'not-http': ({ request }) => void request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
  'half-json': ({ response }) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(ORGANIZATION).slice(0, 40)),
  /** The connection ends in the middle of the body. */
  truncated: ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write(JSON.stringify(ORGANIZATION).slice(0, 40), () => response.destroy());
  },
  'wrong-shape': json(200, { data: { organisation: 1 } }),
  null: json(200, null),
  deep: ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(200_000)),
  /** 1 GiB, announced. */
  gigabyte: ({ response }) => endless(response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(2 ** 30) })),
  /** The same without saying so. */
  endless: ({ response }) => endless(response.writeHead(200, { 'content-type': 'application/json' })),
  /** Everything that a terminal could be led astray by, in a name and in the words of an error. */
  escapes: json(200, { ...ORGANIZATION, name: HOSTILE_TEXT }),
  'escapes-error': json(422, { detail: HOSTILE_TEXT, violations: [{ propertyPath: HOSTILE_TEXT, message: HOSTILE_TEXT }] }),
  silence: () => undefined,
  /** The request was read whole; then the connection breaks. */
  reset: ({ request }) => void request.socket.resetAndDestroy(),
  elsewhere: ({ response }) => void response.writeHead(307, { location: 'http://localhost:9/api' }).end(),
  loop: ({ request, response }) => void response.writeHead(307, { location: request.url }).end(),
} satisfies Record<string, Answer>;

export type Scenario = keyof typeof SCENARIOS;

export async function startHostileServer(): Promise<HostileServer> {
  const seen = new Map<string, SeenRequest[]>();
  const waiting = new Map<string, () => void>();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(request.url ?? '') ?? [];
    const scenario = first.replace(/~.*/, '');
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
    request.on('end', () => {
      const requests = seen.get(first) ?? [];
      const { method = '', headers } = request;
      requests.push({ method, path: rest, authorization: headers.authorization, body: Buffer.concat(chunks).toString('utf8') });
      seen.set(first, requests);
      waiting.get(first)?.();
      if (isScenario(scenario)) SCENARIOS[scenario]({ request, response, count: requests.length });
      else response.writeHead(404).end();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  const { origin } = await listen(server);
  const name = (scenario: Scenario, key: string | undefined) => (key === undefined ? scenario : `${scenario}~${key}`);

  return {
    url: (scenario, key) => `${origin}/${name(scenario, key)}`,
    requests: (scenario, key) => seen.get(name(scenario, key)) ?? [],
    arrival: (scenario, key) =>
      new Promise((resolve) => {
        if (seen.has(name(scenario, key))) resolve();
        waiting.set(name(scenario, key), resolve);
      }),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function isScenario(name: string): name is Scenario {
  return Object.hasOwn(SCENARIOS, name);
}

function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const fields = { 'content-type': 'application/ld+json; charset=utf-8', ...headers };
  return ({ response }) => void response.writeHead(status, fields).end(JSON.stringify(value));
}

function problem(status: number, detail: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(
    status,
    { '@type': 'Error', title: 'An error occurred', status, detail },
    { 'x-request-id': `request-${status}`, ...headers },
  );
}

function page(status: number): Answer {
  const html = '<!doctype html><title>Welcome</title><h1>nginx</h1><script>alert(1)</script>';
  return ({ response }) => void response.writeHead(status, { 'content-type': 'text/html', 'retry-after': '0' }).end(html);
}

function endless(response: ServerResponse): void {
  const block = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', more);
  more();
}
