import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { type Sandbox, startSandbox } from '../../../../src/sandbox/server.ts';
import { realClock } from '../../../support/clocks.ts';
import { asObject, call } from '../../../support/servers/sandbox-in-memory.ts';
import { rsaKeys, systemToken } from '../../../support/servers/zitadel-in-memory.ts';
import { type Difference, differencesOf } from './difference.ts';
import { answerOf, type Exchange, type Version } from './exchange.ts';
import { normalForm } from './normal-form.ts';

export interface ReplayedDifference extends Difference {
  /** Group and label. */
  readonly exchange: string;
}

const SUFFIX = 'replayed';

/** Sends the exchanges one after the other to a stand-in of that version, and answers in what it differs from the recorded server. */
export async function replay(exchanges: readonly Exchange[], version: Version): Promise<ReplayedDifference[]> {
  const failures: unknown[] = [];
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    data: undefined,
    autoApprove: true,
    clock: realClock,
    switches: [`zitadel=${version}`],
    onError: (error) => failures.push(error),
  });
  try {
    const { fill, save } = await prepare(sandbox);
    const base = baseOf(sandbox);
    const differences: ReplayedDifference[] = [];
    for (const exchange of exchanges) {
      const [recorded, reply] = [answerOf(exchange, version), await send(base, exchange, fill)];
      for (const [name, path] of Object.entries(exchange.saves ?? {})) save(name, textAt(reply.json, path));
      const body = typeof recorded.body === 'string' ? reply.text : reply.json;
      const answered = { status: reply.status, ...asForm(reply.headers, body, base) };
      const found = differencesOf(recorded, answered);
      differences.push(...found.map((difference) => ({ exchange: `${exchange.group}: ${exchange.label}`, ...difference })));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'the stand-in failed');
    return differences;
  } finally {
    await sandbox.close();
  }
}

function asForm(headers: IncomingHttpHeaders, body: unknown, base: string) {
  const known = { base, suffix: SUFFIX };
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return { headers: asObject(normalForm(texts, known)), body: normalForm(body, known) };
}

/** The server's origin under its name: requests name `localhost`, as the recorded ones did. */
function baseOf({ url }: Sandbox): string {
  return `http://localhost:${new URL(url).port}`;
}

interface Placeholders {
  readonly fill: (template: string) => string;
  readonly save: (name: string, value: string) => void;
}

/** Makes what the recorded servers had before the first exchange: a first organization of that name, a machine user and a system user. */
async function prepare(sandbox: Sandbox): Promise<Placeholders> {
  const { url } = sandbox;
  const owner = await sandbox.issueAccessToken('owner@acme.example');
  const { publicKey, privateKey } = rsaKeys();
  const post = async (path: string, body: unknown) => (await call(url, 'POST', path, { token: owner, body })).json;
  await post('/_sandbox/zitadel/system-users', { name: 'provisioner', public_key: publicKey, system_roles: ['SYSTEM_OWNER', 'IAM_OWNER'] });
  await call(url, 'PUT', '/management/v1/orgs/me', { token: owner, body: { name: 'ZITADEL' } });
  const userId = textAt(await post('/management/v1/users/machine', { userName: 'admin-sa', name: 'Admin SA' }), 'userId');
  await post('/admin/v1/members', { userId, roles: ['IAM_OWNER'] });
  const read = async (path: string) => (await call(url, 'GET', path, { token: owner })).json;
  const saved = new Map([
    ['SFX', SUFFIX],
    ['PAT', textAt(await post(`/management/v1/users/${userId}/pats`, {}), 'token')],
    ['OWN', textAt(await read('/admin/v1/instances/me'), 'instance.id')],
    ['DEF', textAt(await read('/admin/v1/orgs/default'), 'org.id')],
  ]);
  const base = baseOf(sandbox);
  const now = Math.floor(realClock.now() / 1000);
  const claims: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    SYS: {},
    SYSAHEAD: { iat: now + 60 },
    SYSBEHIND: { iat: now - 4000 },
    SYSEXP: { iat: now - 600, exp: now - 60 },
    SYSAUD: { aud: 'http://other.example' },
  };
  for (const [name, changes] of Object.entries(claims)) {
    saved.set(name, systemToken(privateKey, base, realClock, { iss: 'provisioner', sub: 'provisioner', ...changes }));
  }
  return {
    fill: (template) => template.replace(/\{([A-Z][A-Z0-9_]*)\}/g, (whole, name: string) => saved.get(name) ?? whole),
    save: (name, value) => saved.set(name, value),
  };
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Undefined when the text is not JSON. */
  readonly json: unknown;
}

const agent = new Agent({ keepAlive: true });

/** Sends no other headers than the recorded ones, and the path as it is, which `fetch` would not. */
function send(base: string, exchange: Exchange, fill: Placeholders['fill']): Promise<Reply> {
  const { method, path, as, headers = {}, body, bodyHex } = exchange;
  const { host, port } = new URL(base);
  const bytes = bodyHex === undefined ? Buffer.from(fill(body ?? '')) : Buffer.from(bodyHex, 'hex');
  const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]));
  const authorization = as === undefined ? {} : { authorization: fill(`Bearer {${as}}`) };
  const length = bytes.length === 0 && !['POST', 'PUT', 'PATCH'].includes(method) ? {} : { 'content-length': String(bytes.length) };
  const options = { agent, host: '127.0.0.1', port, method, path: fill(path).replaceAll(' ', '%20') };
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, headers: { host, ...length, ...authorization, ...filled } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
      });
    });
    sent.on('error', reject);
    sent.end(bytes);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textAt(document: unknown, path: string): string {
  const value = path.split('.').reduce<unknown>((inner, name) => asObject(inner)[name], document);
  return typeof value === 'string' ? value : '';
}
