import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { type Sandbox, startSandbox } from '../../../../src/sandbox/server.ts';
import { testClock } from '../../../support/servers/sandbox-authorization-server.ts';
import { asObject, call } from '../../../support/servers/sandbox-in-memory.ts';
import { rsaKeys } from '../../../support/servers/zitadel-in-memory.ts';
import { type Difference, differencesOf } from './difference.ts';
import { answerOf, type Exchange, type Version } from './exchange.ts';
import { claimNames, normalForm } from './normal-form.ts';
import { answerDevice, type Browse, follow, signIn } from './people.ts';
import { createPlaceholders, type Placeholders } from './placeholders.ts';

export interface ReplayedDifference extends Difference {
  /** Group and label. */
  readonly exchange: string;
}

/** What makes names of the exchanges with the APIs their own, and then those of all others. */
const [API_SUFFIX, OAUTH_SUFFIX] = ['replayed', 'once2more'];

/** Sends the exchanges one after the other to a stand-in of that version, and answers in what it differs from the recorded server. */
export async function replay(exchanges: readonly Exchange[], version: Version): Promise<ReplayedDifference[]> {
  const failures: unknown[] = [];
  const clock = testClock();
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    secret: undefined,
    data: undefined,
    autoApprove: false,
    clock,
    switches: [`zitadel=${version}`],
    onError: (error) => failures.push(error),
  });
  try {
    const base = baseOf(sandbox);
    const placeholders = await prepare(sandbox, createPlaceholders(base, clock));
    const discovery = exchanges
      .map((exchange) => answerOf(exchange, version))
      .find((recorded) => recorded.discovery && recorded.body)?.body;
    const differences: ReplayedDifference[] = [];
    let previous: Exchange | undefined;
    for (const exchange of exchanges) {
      if (exchange.group === 'oauth: preparation') placeholders.save('SFX', OAUTH_SUFFIX);
      clock.advance((exchange.waitSeconds ?? 0) * 1000);
      await before(exchange, previous, { sandbox, placeholders });
      const [recorded, reply] = [answerOf(exchange, version), await send(base, exchange, placeholders.fill)];
      save(exchange, reply, placeholders);
      const found = differencesOf(recorded, answeredOf(reply, base, placeholders.fill('{SFX}')), discovery);
      differences.push(...found.map((difference) => ({ exchange: `${exchange.group}: ${exchange.label}`, ...difference })));
      previous = exchange;
    }
    if (failures.length > 0) throw new AggregateError(failures, 'the stand-in failed');
    return differences;
  } finally {
    await sandbox.close();
  }
}

function answeredOf({ status, headers, text, json }: Reply, base: string, suffix: string) {
  const known = { base, suffix };
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const { id_token: idToken, access_token: accessToken } = asObject(json);
  const isText = typeof json !== 'object' || json === null;
  return {
    status,
    headers: asObject(normalForm(texts, known)),
    body: normalForm(isText ? text : json, known),
    idToken: claimNames(idToken),
    accessToken: claimNames(accessToken),
  };
}

/** The server's origin under its name: requests name `localhost`, as the recorded ones did. */
function baseOf({ url }: Sandbox): string {
  return `http://localhost:${new URL(url).port}`;
}

/** Makes what the recorded servers had before the first exchange: a first organization of that name, a machine user and a system user. */
async function prepare(sandbox: Sandbox, placeholders: Placeholders): Promise<Placeholders> {
  const { url } = sandbox;
  const owner = await sandbox.issueAccessToken('owner@acme.example');
  const { publicKey, privateKey } = rsaKeys();
  const post = async (path: string, body: unknown) => (await call(url, 'POST', path, { token: owner, body })).json;
  await post('/_sandbox/zitadel/system-users', { name: 'provisioner', public_key: publicKey, system_roles: ['SYSTEM_OWNER', 'IAM_OWNER'] });
  await call(url, 'PUT', '/management/v1/orgs/me', { token: owner, body: { name: 'ZITADEL' } });
  const userId = textAt(await post('/management/v1/users/machine', { userName: 'admin-sa', name: 'Admin SA' }), 'userId');
  await post('/admin/v1/members', { userId, roles: ['IAM_OWNER'] });
  const read = async (path: string) => (await call(url, 'GET', path, { token: owner })).json;
  placeholders.save('SFX', API_SUFFIX);
  placeholders.save('SYSTEMKEY', privateKey);
  placeholders.save('PAT', textAt(await post(`/management/v1/users/${userId}/pats`, {}), 'token'));
  placeholders.save('OWN', textAt(await read('/admin/v1/instances/me'), 'instance.id'));
  placeholders.save('DEF', textAt(await read('/admin/v1/orgs/default'), 'org.id'));
  return placeholders;
}

interface World {
  readonly sandbox: Sandbox;
  readonly placeholders: Placeholders;
}

/** Does what somebody did between the two exchanges. */
async function before({ before: deed }: Exchange, previous: Exchange | undefined, { sandbox, placeholders }: World): Promise<void> {
  const { fill, save } = placeholders;
  const browse = browserOf(baseOf(sandbox));
  if (deed === 'sign in') {
    const { cookie, requestId } = await signIn(browse, fill(previous?.path ?? ''), fill('{HUMAN}'));
    save('COOKIE', cookie);
    for (const [name, place] of Object.entries(previous?.saves ?? {})) if (place === 'location:authRequestID') save(name, requestId);
  } else if (deed === 'follow') {
    const [name = ''] = Object.keys(previous?.saves ?? {});
    await follow(browse, `/ui/login/login?authRequestID=${fill(`{${name}}`)}`, fill('{COOKIE}'));
  } else if (deed?.startsWith('database')) {
    await call(sandbox.url, 'POST', '/_sandbox/faults', { body: { rules: deed.endsWith('down') ? ['database-down'] : [] } });
  } else if (deed !== undefined) {
    const [verb = '', code = ''] = deed.split(' ');
    await answerDevice(browse, verb === 'deny' ? 'deny' : 'allow', fill(code), fill('{HUMAN}'));
  }
}

function browserOf(base: string): Browse {
  return async (method, path, { cookie, form } = {}) => {
    const body = form === undefined ? {} : { form: new URLSearchParams(form).toString() };
    const headers = cookie === undefined ? {} : { headers: { cookie } };
    const reply = await send(base, { method, path: path.replace(base, ''), ...body, ...headers }, (text) => text);
    return { status: reply.status, location: reply.headers.location ?? '', cookie: cookieIn(reply, 'zitadel.useragent'), text: reply.text };
  };
}

function save({ saves = {} }: Exchange, reply: Reply, placeholders: Placeholders): void {
  for (const [name, place] of Object.entries(saves)) {
    const [, source, key = ''] = /^(location|cookie):(.*)$/.exec(place) ?? [];
    const value =
      source === 'location'
        ? (new URL(reply.headers.location ?? '', 'http://localhost').searchParams.get(key) ?? '')
        : source === 'cookie'
          ? cookieIn(reply, key)
          : textAt(reply.json, place);
    if (value !== '') placeholders.save(name, value);
  }
}

function cookieIn({ headers }: Reply, name: string): string {
  const cookies = headers['set-cookie'] ?? [];
  return (
    cookies
      .find((cookie) => cookie.startsWith(`${name}=`))
      ?.split(';', 1)
      .join() ?? ''
  );
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Undefined when the text is not JSON. */
  readonly json: unknown;
}

const agent = new Agent({ keepAlive: true });

type Sent = Pick<Exchange, 'method' | 'path' | 'as' | 'headers' | 'body' | 'form' | 'bodyHex'>;

/** Sends no other headers than the recorded ones, and the path as it is, which `fetch` would not. */
function send(base: string, exchange: Sent, fill: Placeholders['fill']): Promise<Reply> {
  const { method, path, as, headers = {}, body, form, bodyHex } = exchange;
  const { host, port } = new URL(base);
  const bytes = bodyHex === undefined ? Buffer.from(fill(form ?? body ?? '')) : Buffer.from(bodyHex, 'hex');
  const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]));
  const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const authorization = as === undefined ? {} : { authorization: fill(as.startsWith('BASIC_') ? `Basic {${as}}` : `Bearer {${as}}`) };
  const length = bytes.length === 0 && !['POST', 'PUT', 'PATCH'].includes(method) ? {} : { 'content-length': String(bytes.length) };
  const options = { agent, host: '127.0.0.1', port, method, path: fill(path).replaceAll(' ', '%20') };
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, headers: { host, ...length, ...type, ...authorization, ...filled } }, (response) => {
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
