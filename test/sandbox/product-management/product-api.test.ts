import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { inProcess } from '../../support/in-process.ts';
import { asList, asObject, call, type Json, startInMemory } from '../../support/servers/sandbox-in-memory.ts';

let sandbox: Sandbox;
let token: string;
let organization: string;
let port: string;

beforeAll(async () => {
  sandbox = await startInMemory();
  ({ port } = new URL(sandbox.url));
  token = await sandbox.issueAccessToken('jane@acme.example');
  organization = await organizationOf(token);
  await call(sandbox.url, 'POST', `/api/organizations/${organization}/instances`, { token, body: { name: 'EU', handle: 'acme-eu' } });
});

afterAll(() => sandbox.close());

async function organizationOf(bearer: string): Promise<string> {
  return String((await call(sandbox.url, 'POST', '/api/organizations', { token: bearer, body: { name: 'Acme' } })).json['id']);
}

/** Sends a request to the product host of an instance, whose name not every system resolves. */
async function send(
  method: string,
  path: string,
  { body, handle = 'acme-eu', headers = {} }: { body?: unknown; handle?: string; headers?: Record<string, string | undefined> } = {},
): Promise<{ readonly status: number | undefined; readonly json: Json }> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/ld+json';
  const usual = { authorization: `Bearer ${token}`, 'x-flowkiwi-organization-id': organization, 'content-type': type };
  const all = Object.entries({ host: `${handle}.product-management.localhost:${port}`, ...usual, ...headers });
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: Object.fromEntries(all.filter(([, value]) => value !== undefined)),
  });
  return new Promise((resolve, reject) => {
    sent.on('error', reject).on('response', async (response) => {
      const answer = await text(response);
      resolve({ status: response.statusCode, json: answer === '' ? {} : asObject(JSON.parse(answer)) });
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

test('a thing is created, read, changed, listed and deleted, and no other instance has it', async () => {
  const made = await send('POST', '/rest/api/products', { body: { title: 'First', prices: [{ amount: 5 }] } });
  const path = `/rest/api/products/${made.json['id']}`;
  expect([made.status, made.json]).toEqual([
    201,
    { '@id': path, '@type': 'products', id: expect.any(String), title: 'First', prices: [{ amount: 5 }] },
  ]);
  expect((await send('PATCH', path, { body: { title: 'Second' } })).json).toMatchObject({ title: 'Second', prices: [{ amount: 5 }] });
  expect((await send('GET', path)).json).toMatchObject({ title: 'Second' });
  const list = await send('GET', '/rest/api/products');
  expect([list.json['hydra:totalItems'], asList(list.json['hydra:member'])[0]]).toMatchObject([1, { title: 'Second' }]);
  expect((await send('GET', '/rest/api/variants')).json).toMatchObject({ 'hydra:totalItems': 0, 'hydra:member': [] });
  expect((await send('DELETE', path)).status).toBe(204);
  expect((await send('GET', path)).status).toBe(404);
});

test.each<[what: string, path: string, options: Parameters<typeof send>[2], status: number]>([
  ['no such instance', '/rest/api/products', { handle: 'nobody' }, 404],
  ['no such path', '/api/products', {}, 404],
  ['no token', '/rest/api/products', { headers: { authorization: undefined } }, 401],
  ['a wrong token', '/rest/api/products', { headers: { authorization: 'Bearer wrong' } }, 401],
  ['no organization', '/rest/api/products', { headers: { 'x-flowkiwi-organization-id': undefined } }, 400],
  ['another organization', '/rest/api/products', { headers: { 'x-flowkiwi-organization-id': 'other' } }, 403],
  ['a page that is none', '/rest/api/products?page=0', {}, 400],
])('%s', async (_, path, options, status) => {
  expect((await send('GET', path, options)).status).toBe(status);
});

test('an organization acts there when it is authorized, and its members only', async () => {
  const theirs = await organizationOf(await sandbox.issueAccessToken('other@acme.example'));
  const headers = {
    authorization: `Bearer ${await sandbox.issueAccessToken('other@acme.example')}`,
    'x-flowkiwi-organization-id': theirs,
  };
  expect((await send('GET', '/rest/api/products', { headers })).status).toBe(403);
  const { json } = await call(sandbox.url, 'GET', `/api/organizations/${organization}/instances`, { token });
  const [instance] = asList(json['member']);
  await call(sandbox.url, 'POST', `/_sandbox/instances/${instance?.['id']}/authorized-organizations`, {
    body: { organization_id: theirs },
  });
  expect((await send('GET', '/rest/api/products', { headers })).status).toBe(200);
  expect((await send('GET', '/rest/api/products', { headers: { ...headers, authorization: `Bearer ${token}` } })).status).toBe(403);
});

test('the command of the README works without a network, and follows pages', async () => {
  const env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_TOKEN: token, FLOWKIWI_ORG: organization };
  const api = (...args: string[]) => inProcess(['api', '--instance', 'acme-eu', ...args], { env });
  for (const title of ['One', 'Two', 'Three']) {
    expect(await api('/rest/api/things', '-f', `title=${title}`, '-q')).toMatchObject({ status: 0, stderr: '' });
  }
  const all = await api('/rest/api/things?itemsPerPage=2', '--paginate', '--json');
  const titles = asList(JSON.parse(all.stdout)).map(({ title }) => title);
  expect([all.status, titles]).toEqual([0, ['One', 'Two', 'Three']]);
  const { stdout } = await inProcess(['instance', 'get', 'acme-eu', '-q', '--fields', 'product_management_url'], { env });
  expect(stdout).toBe(`http://acme-eu.product-management.localhost:${port}\n`);
});
