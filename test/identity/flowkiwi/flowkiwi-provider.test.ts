import type { RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../../src/edges.ts';
import { CliError } from '../../../src/errors.ts';
import { helpWith } from '../../../src/hint.ts';
import { createHttpClient } from '../../../src/http/undici-client.ts';
import { flowkiwiProvider } from '../../../src/identity/flowkiwi/flowkiwi-provider.ts';
import type { FlowkiwiIdentity } from '../../../src/identity/provider.ts';
import { realClock } from '../../support/clocks.ts';
import { httpServer } from '../../support/servers/loopback.ts';

interface Asking {
  readonly provider: FlowkiwiIdentity;
  /** Every request so far, as `GET /api/organizations/1`. */
  readonly log: readonly string[];
}

/** A provider that asks a server of its own. */
async function asking(listener: RequestListener, { clock = realClock, signal = new AbortController().signal } = {}): Promise<Asking> {
  const log: string[] = [];
  const { url } = await httpServer((request, response) => {
    log.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  const http = createHttpClient({ timeoutMs: 20_000, clock: realClock, userAgent: 'flowkiwi/0', nodeVersion: process.versions.node });
  onTestFinished(() => http.close());
  const credential = {
    source: 'the token',
    remedy: '',
    accessToken: () => Promise.resolve('t'),
    renew: () => Promise.resolve(undefined),
  };
  return { provider: flowkiwiProvider({ http, url, credential, signal, clock }), log };
}

async function failure(call: () => Promise<unknown>): Promise<CliError> {
  const error = await (async () => call())().catch((reason: unknown) => reason);
  if (error instanceof CliError) return error;
  throw new Error(`expected a CliError, got ${String(error)}`);
}

async function all(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

const CALLS: readonly (readonly [what: string, call: (provider: FlowkiwiIdentity, id: string) => Promise<unknown>])[] = [
  ['getOrganization', (provider, id) => provider.getOrganization(id)],
  ['renameOrganization', (provider, id) => provider.renameOrganization(id, 'New')],
  ['deleteOrganization', (provider, id) => provider.deleteOrganization(id)],
  ['createInstance', (provider, id) => provider.createInstance(id, { name: 'New', handle: 'new' })],
  ['listInstances', (provider, id) => all(provider.listInstances(id))],
  ['getInstance in', (provider, id) => provider.getInstance(id, '1')],
  ['getInstance', (provider, id) => provider.getInstance('1', id)],
  ['renameInstance', (provider, id) => provider.renameInstance('1', id, 'New')],
  ['transferInstance', (provider, id) => provider.transferInstance('1', id, '2')],
];

test.each(CALLS)('%s asks for nothing else when an id is a step of a path', async (_, call) => {
  const { provider, log } = await asking((__, response) => response.end('{}'));
  for (const id of ['', '.', '..']) {
    expect(await failure(() => call(provider, id))).toMatchObject({ code: 'not_found', message: `${JSON.stringify(id)} cannot be an id` });
  }
  expect(log).toEqual([]);
});

test.each([
  ['../x', '..%2Fx'],
  ['%2e%2e', '%252e%252e'],
  ['...', '...'],
  ['a?b#c', 'a%3Fb%23c'],
])('the id %j arrives as %s', async (id, part) => {
  const notFound = JSON.stringify({ title: 'An error occurred', detail: 'Not Found', status: 404 });
  const { provider, log } = await asking((_, response) => response.writeHead(404).end(notFound));
  expect((await failure(() => provider.getInstance('1', id))).code).toBe('not_found');
  expect(log).toEqual([`GET /api/organizations/1/instances/${part}`]);
});

const NEW = { name: 'Acme EU', handle: 'acme-eu' };
const UNSETTLED = {
  code: 'interrupted',
  message: expect.stringMatching(/^interrupted: instance "Acme EU" \(handle acme-eu\) may or may not have been created: ./),
  hint: helpWith('see whether it is there', 'instance', 'get', { id: 'acme-eu' }, '--org', { id: '1' }),
};

/** Waits for nothing, and interrupts the wait of that number. */
function interruptedClock(controller: AbortController, number: number): Clock {
  let waits = 0;
  return {
    now: Date.now,
    sleep: (_, signal) => {
      waits += 1;
      if (waits < number) return Promise.resolve();
      controller.abort(new CliError('interrupted', 'interrupted'));
      return Promise.reject(signal?.reason);
    },
  };
}

const lost = { posts: 'cut' as const, gets: '{"member":[],"totalItems":0}' };

test.each<[when: string, server: { readonly posts: 'cut' | 'taken'; readonly gets: string | 'interrupt' }, wait: number, requests: number]>(
  [
    ['before it is sent again', lost, 1, 1],
    ['before it is sent for the last time', lost, 3, 3],
    ['while it is looked for', { ...lost, gets: 'interrupt' }, 99, 5],
    ['between two looks, because the listing lags', { ...lost, posts: 'taken' as const }, 2, 3],
  ],
)('an interruption of a create whose outcome is open says that it may be there: %s', async (_when, { posts, gets }, wait, requests) => {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new CliError('interrupted', 'interrupted'));
  let sent = 0;
  const { provider, log } = await asking(
    ({ method, socket }, response) => {
      if (method === 'GET') return gets === 'interrupt' ? interrupt() : response.end(gets);
      sent += 1;
      return posts === 'cut' || sent === 1 ? socket.resetAndDestroy() : response.writeHead(409).end();
    },
    { clock: interruptedClock(controller, wait), signal: controller.signal },
  );
  expect(await failure(() => provider.createInstance('1', NEW))).toMatchObject(UNSETTLED);
  expect(log).toHaveLength(requests);
});
