import { type DescMessage, fromJson, type JsonValue } from '@bufbuild/protobuf';
import { ListInstanceDomainsRequestSchema, ListOrgsRequestSchema } from '@zitadel/proto/zitadel/admin_pb.js';
import { ListInstancesRequestSchema } from '@zitadel/proto/zitadel/system_pb.js';
import { describe, expect, test } from 'vitest';
import type { HttpClient, HttpRequest } from '../../../src/http/client.ts';
import type { ZitadelIdentity } from '../../../src/identity/zitadel/zitadel-identity.ts';
import { zitadelProvider } from '../../../src/identity/zitadel/zitadel-provider.ts';
import { realClock } from '../../support/clocks.ts';

/** What a call sends to a server that has nothing but an instance without domains. */
async function sent(call: (zitadel: ZitadelIdentity) => Promise<unknown>): Promise<readonly HttpRequest[]> {
  const requests: HttpRequest[] = [];
  const http: HttpClient = {
    send: async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: request.method === 'GET' ? '{"instance":{"id":"1"}}' : '{}', url: request.url };
    },
    close: () => Promise.resolve(),
  };
  await call(zitadelAt(http));
  return requests;
}

function zitadelAt(http: HttpClient): ZitadelIdentity {
  const signedWith = (token: string) => ({
    source: token,
    remedy: '',
    accessToken: () => Promise.resolve(token),
    renew: () => Promise.resolve(undefined),
  });
  return zitadelProvider({
    http,
    url: new URL('https://zitadel.example/base'),
    credential: signedWith('user'),
    systemCredential: signedWith('system'),
    instanceHost: 'acme.localhost:8080',
    signal: new AbortController().signal,
    clock: realClock,
  });
}

async function all(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

describe('searches are what the official descriptors have, always with a limit', () => {
  test.each<[what: string, call: (zitadel: ZitadelIdentity) => Promise<unknown>, path: string, schema: DescMessage, token: string]>([
    ['organizations', (zitadel) => all(zitadel.listOrganizations()), '/admin/v1/orgs/_search', ListOrgsRequestSchema, 'user'],
    [
      'a few organizations by a part of their names',
      (zitadel) => all(zitadel.listOrganizations({ name: 'ac', limit: 3 })),
      '/admin/v1/orgs/_search',
      ListOrgsRequestSchema,
      'user',
    ],
    ['an organization', (zitadel) => zitadel.findOrganization(' Acme '), '/admin/v1/orgs/_search', ListOrgsRequestSchema, 'user'],
    ['instances', (zitadel) => all(zitadel.listInstances({})), '/system/v1/instances/_search', ListInstancesRequestSchema, 'system'],
    [
      'a few instances in an order',
      (zitadel) => all(zitadel.listInstances({ sort: { field: 'name', direction: 'desc' }, limit: 3 })),
      '/system/v1/instances/_search',
      ListInstancesRequestSchema,
      'system',
    ],
    [
      'an instance',
      (zitadel) => zitadel.findInstance('acme.example'),
      '/system/v1/instances/_search',
      ListInstancesRequestSchema,
      'system',
    ],
    ['domains', (zitadel) => zitadel.getOwnInstance(), '/admin/v1/domains/_search', ListInstanceDomainsRequestSchema, 'user'],
  ])('%s', async (_, call, path, schema, token) => {
    const request = (await sent(call)).at(-1);
    expect(request).toMatchObject({ method: 'POST', safe: true, headers: { authorization: `Bearer ${token}` } });
    expect(request?.url.href).toBe(`https://zitadel.example/base${path}`);
    const json: JsonValue = JSON.parse(String(request?.body));
    // Strict: a field that it does not have is refused.
    expect(fromJson(schema, json)).toMatchObject({ query: { limit: expect.any(Number) } });
    expect(json).toMatchObject({ query: { limit: expect.toSatisfy((limit: number) => limit > 0 && limit <= 100) } });
  });
});

test('a limit skips none: the server counts instances without a domain, which it leaves out of a page (contract section 3.2)', async () => {
  const ids = Array.from({ length: 30 }, (_, index) => `${100 + index}`);
  const http: HttpClient = {
    send: async ({ body, url }) => {
      const { offset, limit } = JSON.parse(String(body)).query;
      const page = ids.slice(Number(offset), Number(offset) + limit).filter((id) => id !== '103' && id !== '107');
      const answer = { details: { totalResult: '30' }, result: page.map((id) => ({ id })) };
      return { status: 200, headers: {}, body: JSON.stringify(answer), url };
    },
    close: () => Promise.resolve(),
  };
  const found: string[] = [];
  for await (const { id } of zitadelAt(http).listInstances({ limit: 10 })) found.push(id);
  expect(found).toEqual(['100', '101', '102', '104', '105', '106', '108', '109', '110', '111']);
});

test('the host of the instance goes to the APIs of the instance alone: the system API has none', async () => {
  const [own] = await sent((zitadel) => zitadel.getOwnInstance());
  const [other] = await sent((zitadel) => zitadel.getInstance('1'));
  expect(own?.headers['x-zitadel-instance-host']).toBe('acme.localhost:8080');
  expect(other?.headers).not.toHaveProperty('x-zitadel-instance-host');
});
