import { describe, expect, test } from 'vitest';
import { handleFor } from '../../support/servers/sandbox-in-memory.ts';
import { name, sandbox, send, useWorld, world } from './world.ts';

useWorld();

/** Section 6.5. What an answer of each operation carries: its status, and headers whose value depends on the resource. */
describe('section 6.5: success headers', () => {
  const ALWAYS = { vary: 'Accept', 'x-content-type-options': 'nosniff', 'x-frame-options': 'deny' };

  async function make(): Promise<{ organization: string; instance: string }> {
    const created = await send('POST', '/api/organizations', { token: world.owner, body: { name: 'Headers' } });
    const organization = `/api/organizations/${created.json['id']}`;
    const handle = handleFor(organization);
    const { json: instance } = await send('POST', `${organization}/instances`, { token: world.owner, body: { name: 'X', handle } });
    return { organization, instance: `${organization}/instances/${instance['id']}` };
  }

  type Made = Awaited<ReturnType<typeof make>>;
  interface Expected {
    readonly status: number;
    /** Whether it has `Location`, `Content-Location` and `Accept-Patch`. */
    readonly location: boolean;
    readonly contentLocation: boolean;
    readonly acceptPatch: boolean;
  }
  const read: Expected = { status: 200, location: false, contentLocation: false, acceptPatch: true };
  const list: Expected = { ...read, acceptPatch: false };
  const changed: Expected = { ...read, contentLocation: true };
  const created: Expected = { ...changed, status: 201, location: true };

  test.each<[operation: string, method: string, path: (made: Made) => string, body: (made: Made) => unknown, expected: Expected]>([
    ['O1', 'POST', () => '/api/organizations', () => name, created],
    ['O2', 'GET', ({ organization }) => organization, () => undefined, read],
    ['O3', 'PATCH', ({ organization }) => organization, () => name, changed],
    ['I1', 'POST', ({ organization }) => `${organization}/instances`, () => ({ name: 'X', handle: handleFor('I1') }), created],
    ['I2', 'GET', ({ organization }) => `${organization}/instances`, () => undefined, list],
    ['I3', 'GET', ({ instance }) => instance, () => undefined, read],
    ['I4', 'PATCH', ({ instance }) => instance, () => name, changed],
    ['I5', 'POST', ({ instance }) => `${instance}/transfer`, () => ({ organization_id: world.other }), changed],
  ])('0: %s %s', async (_, method, path, body, expected) => {
    const made = await make();
    const control = made.instance.replace(/^.*\/instances\//, '/_sandbox/instances/');
    await send('POST', `${control}/authorized-organizations`, { body: { organization_id: world.other } });
    const reply = await send(method, path(made), { token: world.owner, body: body(made) });
    const iri = String(reply.json['@id']);
    expect(reply.status).toBe(expected.status);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      ...ALWAYS,
      'content-type': 'application/ld+json; charset=utf-8',
      link: `<${sandbox.url}/api/docs.jsonld>; rel="http://www.w3.org/ns/hydra/core#apiDocumentation"`,
    });
    expect(reply.headers.get('location')).toBe(expected.location ? iri : null);
    expect(reply.headers.get('content-location')).toBe(expected.contentLocation ? `${iri}.jsonld` : null);
    expect(reply.headers.get('accept-patch')).toBe(expected.acceptPatch ? 'application/merge-patch+json' : null);
  });

  test('0: O4 DELETE', async () => {
    const { json } = await send('POST', '/api/organizations', { token: world.owner, body: name });
    const reply = await send('DELETE', `/api/organizations/${json['id']}`, { token: world.owner });
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(Object.fromEntries(reply.headers)).toMatchObject(ALWAYS);
  });

  test('6.2, 6.5: in plain JSON the content type and the content location say so', async () => {
    const options = { token: world.owner, body: name, headers: { accept: 'application/json' } };
    const { headers, json } = await send('POST', '/api/organizations', options);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('content-location')).toBe(`/api/organizations/${json['id']}.json`);
  });
});
