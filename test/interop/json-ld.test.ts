import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { asList, asObject, call, startInMemory } from '../support/servers/sandbox-in-memory.ts';
import { MISSING_CLIENTS } from './runtimes.mjs';

interface JsonLd {
  readonly expand: (document: object, options: { readonly base: string }) => Promise<unknown>;
}

const HYDRA = 'http://www.w3.org/ns/hydra/core#';

let sandbox: Sandbox;
let token: string;
let organization: string;

beforeAll(async () => {
  sandbox = await startInMemory();
  token = await sandbox.issueAccessToken('jane@acme.example');
  const { json } = await call(sandbox.url, 'POST', '/api/organizations', { token, body: { name: 'Acme' } });
  organization = `/api/organizations/${json['id']}`;
  await call(sandbox.url, 'POST', `${organization}/instances`, { token, body: { name: 'Acme EU', handle: 'acme-eu' } });
});
afterAll(() => sandbox.close());

function jsonLd(): JsonLd {
  if (MISSING_CLIENTS.jsonld() !== undefined) throw new Error('jsonld is missing');
  return createRequire(import.meta.url)('jsonld');
}

/** What the answer at that path says, with all of its terms written out, and the keys that have no meaning there. */
async function expanded(path: string): Promise<Readonly<Record<string, unknown>>> {
  const { json } = await call(sandbox.url, 'GET', path, { token, headers: { accept: 'application/ld+json' } });
  const [first] = asList(await jsonLd().expand(json, { base: `${sandbox.url}${path}` }));
  return first ?? {};
}

test('an organization and a list expand, and every term has a meaning', { tags: ['jsonld'] }, async () => {
  const vocabulary = `${sandbox.url}/api/docs.jsonld#`;
  const one = await expanded(organization);
  expect(one['@id']).toBe(`${sandbox.url}${organization}`);
  expect(one['@type']).toEqual([`${vocabulary}Organization`]);
  expect(one[`${vocabulary}Organization/name`]).toEqual([{ '@value': 'Acme' }]);
  expect(asObject(asList(one[`${vocabulary}Organization/owners`])[0])['@type']).toEqual([`${vocabulary}Member`]);

  const list = await expanded(`${organization}/instances`);
  expect(list['@type']).toEqual([`${HYDRA}Collection`]);
  expect(list[`${HYDRA}totalItems`]).toEqual([{ '@value': 1 }]);
  expect(JSON.stringify(list[`${HYDRA}member`])).toContain('OrganizationInstancesResource/handle');
});

test.each([['/api/organizations/00000000-0000-7000-8000-000000000000'], ['/api/nothing']])(
  'the refusal at %s expands',
  { tags: ['jsonld'] },
  async (path) => {
    expect(JSON.stringify(await expanded(path))).toMatch(/docs\.jsonld#Error\/(?:title|detail)/);
  },
);

test('the description of the API that every answer links to expands', { tags: ['jsonld'] }, async () => {
  const { headers } = await call(sandbox.url, 'GET', organization, { token });
  const [, address = ''] = /<([^>]+docs\.jsonld)>/.exec(headers.get('link') ?? '') ?? [];
  const documentation = asObject(await (await fetch(address)).json());
  const [description] = asList(await jsonLd().expand(documentation, { base: address }));
  expect(description?.['@type']).toEqual([`${HYDRA}ApiDocumentation`]);
  expect(asList(description?.[`${HYDRA}supportedClass`]).map((one) => one['@id'])).toContain(`${address}#Organization`);
});
