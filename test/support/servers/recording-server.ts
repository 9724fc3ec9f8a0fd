import { createServer, request as send } from 'node:http';
import { isRecord, parseJson } from '../../../src/record.ts';
import { listen } from './listen.ts';

/** What came over the wire, in the order of the answers. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly name: string | undefined;
  /** Of `Idempotency-Key`. */
  readonly key: string | undefined;
  /** Of the answer of the server behind. */
  readonly status: number;
  readonly id: string | undefined;
}

/** A server between the command and a sandbox, that writes down what the sandbox has answered, whether the command gets it or not. */
export interface RecordingServer {
  readonly url: string;
  readonly exchanges: Exchange[];
  /** Names of the organizations whose creates have come, whatever became of them. */
  readonly arrived: ReadonlySet<string>;
  /** Whether all that has come is done. */
  readonly isIdle: () => boolean;
  /** Ids of the organizations of that name that there are, by what was answered. */
  readonly organizations: (name?: string) => readonly string[];
  /** Cuts the connection in place of the answers to so many creates of organizations. */
  readonly lose: (count: number) => void;
  readonly close: () => void;
}

export async function recordingServer(target: string): Promise<RecordingServer> {
  const exchanges: Exchange[] = [];
  const arrived = new Set<string>();
  let underWay = 0;
  let toLose = 0;
  const { hostname, port } = new URL(target);
  const server = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const { method = '', url: path = '', headers } = incoming;
    const body = Buffer.concat(chunks);
    const name = textIn(parseJson(body.toString()), 'name');
    if (method === 'POST' && path === '/api/organizations' && name !== undefined) arrived.add(name);
    const { host: _, ...rest } = headers;
    underWay += 1;
    const passed = send({ hostname, port, method, path, headers: rest }, async (response) => {
      const parts: Buffer[] = [];
      try {
        for await (const part of response) parts.push(Buffer.from(part));
      } catch {
        answer.destroy();
        return;
      } finally {
        const got = parseJson(Buffer.concat(parts).toString());
        exchanges.push({
          ...{ method, path, status: response.statusCode ?? 0, name, id: textIn(got, 'id') },
          key: typeof headers['idempotency-key'] === 'string' ? headers['idempotency-key'] : undefined,
        });
      }
      if (method === 'POST' && path === '/api/organizations' && toLose > 0) {
        toLose -= 1;
        answer.destroy();
        return;
      }
      answer.writeHead(response.statusCode ?? 500, response.headers).end(Buffer.concat(parts));
    });
    passed.on('close', () => {
      underWay -= 1;
    });
    passed.on('error', () => answer.destroy());
    passed.end(body);
  });
  const { origin: url } = await listen(server);
  return {
    url,
    exchanges,
    arrived,
    isIdle: () => underWay === 0,
    organizations: (name) => {
      const made = exchanges.filter((one) => one.method === 'POST' && one.path === '/api/organizations' && one.status === 201);
      const gone = new Set(
        exchanges.filter((one) => one.method === 'DELETE' && one.status === 204).map((one) => one.path.split('/').at(-1)),
      );
      return made.flatMap((one) =>
        one.id !== undefined && !gone.has(one.id) && (name === undefined || one.name === name) ? [one.id] : [],
      );
    },
    lose: (count) => {
      toLose = count;
    },
    close: () => void server.close().closeAllConnections(),
  };
}

function textIn(json: unknown, name: string): string | undefined {
  const value = isRecord(json) ? json[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
