import { describe, expect, test } from 'vitest';
import { asList, handleFor } from '../../support/servers/sandbox-in-memory.ts';
import { fill, INSTANCE, INSTANCES, name, ORG, sandbox, send, UNKNOWN, useWorld, world } from './world.ts';

useWorld();

describe('answers', () => {
  const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;
  const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

  test('2.2: a new organization has its creator as the sole owner', async () => {
    const reply = await send('POST', '/api/organizations', { token: world.owner, body: { name: 'New', unknown: true } });
    const id = String(reply.json['id']);
    expect(reply.status).toBe(201);
    expect(id).toMatch(UUID7);
    expect(reply.json).toEqual({
      '@context': '/api/contexts/Organization',
      '@id': `/api/organizations/${id}`,
      '@type': 'Organization',
      id,
      name: 'New',
      created_at: expect.stringMatching(TIMESTAMP),
      updated_at: reply.json['created_at'],
      owners: [
        {
          '@id': expect.stringMatching(/^\/api\/\.well-known\/genid\/[0-9a-f]+$/),
          '@type': 'Member',
          id: expect.stringMatching(UUID7),
          email: 'jane@acme.example',
          role: 'owner',
          joined_at: expect.stringMatching(TIMESTAMP),
        },
      ],
      members: [],
    });
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'application/ld+json; charset=utf-8',
      location: `/api/organizations/${id}`,
      'content-location': `/api/organizations/${id}.jsonld`,
      vary: 'Accept',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'deny',
      'accept-patch': 'application/merge-patch+json',
      link: `<${sandbox.url}/api/docs.jsonld>; rel="http://www.w3.org/ns/hydra/core#apiDocumentation"`,
    });
  });

  test('2.2: names are not unique', async () => {
    const create = () => send('POST', '/api/organizations', { token: world.owner, body: { name: 'Twice' } });
    const [first, second] = [await create(), await create()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.json['id']).not.toBe(second.json['id']);
  });

  test('2.1: a member reads the organization and is not repeated among the owners', async () => {
    const { json: found } = await send('GET', fill(ORG), { token: world.member, headers: { accept: 'application/json' } });
    expect(asList(found['owners']).map(({ email }) => email)).toEqual(['jane@acme.example']);
    expect(asList(found['members']).map(({ email, role }) => [email, role])).toEqual([['member@acme.example', 'member']]);
    expect(JSON.stringify(found)).not.toContain('"@');
  });

  test('1: the organization header is ignored', async () => {
    const headers = { 'x-flowkiwi-organization-id': UNKNOWN };
    expect((await send('GET', fill(ORG), { token: world.owner, headers })).status).toBe(200);
  });

  test.each([
    ['no Accept', undefined, 'application/ld+json; charset=utf-8'],
    ['anything', '*/*', 'application/ld+json; charset=utf-8'],
    ['a list', 'text/html, application/json', 'application/json; charset=utf-8'],
    ['qualities', 'application/ld+json;q=0.5, application/json;q=0.9', 'application/json; charset=utf-8'],
    ['equal qualities', 'application/json, application/ld+json', 'application/ld+json; charset=utf-8'],
    ['a parameter', 'application/json; charset=utf-8', 'application/json; charset=utf-8'],
    ['capitals', 'Application/JSON', 'application/json; charset=utf-8'],
  ])('6.2: format by %s', async (_, accept, contentType) => {
    const reply = await send('GET', fill(ORG), { token: world.owner, headers: accept === undefined ? {} : { accept } });
    expect(reply.headers.get('content-type')).toBe(contentType);
  });

  test('6.5: the address with a format answers in that format', async () => {
    const reply = await send('GET', `${fill(ORG)}.json`, { token: world.owner });
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('6.5: HEAD is GET without the body', async () => {
    const [head, get] = [await send('HEAD', fill(ORG), { token: world.owner }), await send('GET', fill(ORG), { token: world.owner })];
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(get.text)));
  });

  test('2.4, 2.5: an organization is renamed, read back and deleted', async () => {
    const { json: created } = await send('POST', '/api/organizations', { token: world.owner, body: { name: 'Before' } });
    const path = `/api/organizations/${created['id']}`;
    const renamed = await send('PATCH', path, { token: world.owner, body: { name: 'After ✓' } });
    expect([renamed.status, renamed.json['name'], renamed.headers.get('location')]).toEqual([200, 'After ✓', null]);
    const unchanged = await send('PATCH', path, { token: world.owner, body: {} });
    expect([unchanged.status, unchanged.json['name']]).toEqual([200, 'After ✓']);
    const deleted = await send('DELETE', path, { token: world.owner });
    expect([deleted.status, deleted.text, deleted.headers.get('content-type')]).toEqual([204, '', null]);
    expect((await send('GET', path, { token: world.owner })).status).toBe(404);
  });

  test('3.3, 3.6: an instance is created, read back and renamed; its handle never changes', async () => {
    const handle = handleFor('rename');
    const created = await send('POST', fill(INSTANCES), { token: world.owner, body: { name: 'One', handle } });
    const id = String(created.json['id']);
    const path = `${fill(INSTANCES)}/${id}`;
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(path);
    expect(created.json).toEqual({
      '@context': '/api/contexts/OrganizationInstancesResource',
      '@id': path,
      '@type': 'OrganizationInstancesResource',
      id: expect.stringMatching(UUID7),
      name: 'One',
      handle,
      created_at: expect.stringMatching(TIMESTAMP),
      updated_at: created.json['created_at'],
      organization_id: world.organization,
      created_by_organization_id: world.organization,
    });
    expect((await send('GET', path, { token: world.member })).json).toEqual(created.json);
    const renamed = await send('PATCH', path, { token: world.owner, body: { name: 'Two', handle: 'other' } });
    expect([renamed.status, renamed.json['name'], renamed.json['handle']]).toEqual([200, 'Two', handle]);
  });

  test('6.2: JSON-LD is a media type of requests, too', async () => {
    const headers = { 'content-type': 'application/ld+json' };
    expect((await send('POST', '/api/organizations', { token: world.owner, body: name, headers })).status).toBe(201);
  });

  test('2.1: a member has all its properties, and no name where there is none', async () => {
    const { json: found } = await send('GET', fill(ORG), { token: world.owner, headers: { accept: 'application/json' } });
    const [member = {}] = asList(found['members']);
    expect(Object.keys(member).sort()).toEqual(['email', 'id', 'joined_at', 'role']);
  });

  test('2.4, 3.6: a merge patch without a name changes nothing', async () => {
    for (const path of [ORG, INSTANCE]) {
      const before = await send('GET', fill(path), { token: world.owner });
      const after = await send('PATCH', fill(path), { token: world.owner, body: {} });
      expect([after.status, after.json]).toEqual([200, before.json]);
    }
  });

  test('6.5: unknown attributes are ignored, on creating and on changing', async () => {
    const body = { name: 'Known', id: UNKNOWN, created_at: 'never', owners: [] };
    const created = await send('POST', '/api/organizations', { token: world.owner, body });
    expect([created.status, created.json['id'] === UNKNOWN, asList(created.json['owners']).length]).toEqual([201, false, 1]);
    const changed = await send('PATCH', fill(INSTANCE), { token: world.owner, body: { organization_id: world.other } });
    expect([changed.status, changed.json['organization_id']]).toEqual([200, world.organization]);
  });

  test.each(['a', 'a--b', 'z'.repeat(30)])('3.2: %s is a handle', async (handle) => {
    expect((await send('POST', fill(INSTANCES), { token: world.owner, body: { name: 'X', handle } })).status).toBe(201);
  });

  test('3.2: twenty creates of one handle at once make one instance', async () => {
    const body = { name: 'Race', handle: handleFor('race') };
    const replies = await Promise.all(Array.from({ length: 20 }, () => send('POST', fill(INSTANCES), { token: world.owner, body })));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 422)]);
  });
});
