import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { asList, asObject, call, type Json, startInMemory } from '../support/servers/sandbox-in-memory.ts';

const UNKNOWN = '0196f3a0-9999-7000-8000-000000000001';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startInMemory();
});

afterAll(() => sandbox.close());

const send = (method: string, path: string, body?: unknown) =>
  call(sandbox.url, method, `/_sandbox/${path}`, body === undefined ? {} : { body });

async function made(path: string, body: Json): Promise<Json> {
  const { status, json, text } = await send('POST', path, body);
  expect([status, text]).toEqual([201, expect.any(String)]);
  return json;
}

const namesIn = async (path: string, key: string) => asList((await send('GET', path)).json[key]).map(({ name }) => name);

describe('Flowkiwi', () => {
  test('an organization is made with an owner, renamed, and deleted with its instances', async () => {
    const organization = await made('organizations', { name: 'Acme Corp', email: 'owner@acme.example' });
    expect(organization).toMatchObject({ owners: [{ email: 'owner@acme.example' }], instance_count: 0, instances: [] });
    const path = `organizations/${organization['id']}`;
    const instance = await made(`${path}/instances`, { name: 'Acme EU', handle: 'acme-eu' });
    expect((await send('PATCH', path, { name: 'Acme Ltd' })).json).toMatchObject({ name: 'Acme Ltd', instances: [{ handle: 'acme-eu' }] });
    expect((await send('PATCH', `instances/${instance['id']}`, { name: 'Acme UK' })).json).toMatchObject({
      name: 'Acme UK',
      handle: 'acme-eu',
    });
    const token = await sandbox.issueAccessToken('owner@acme.example');
    expect((await call(sandbox.url, 'GET', `/api/${path}`, { token })).json).toMatchObject({ name: 'Acme Ltd' });
    expect((await send('DELETE', path)).json).toEqual({ organizations: 1, instances: 1 });
    expect((await call(sandbox.url, 'GET', `/api/${path}`, { token })).status).toBe(404);
    expect((await send('GET', path)).status).toBe(404);
    await made('organizations', { name: 'Next' }).then(({ id }) =>
      made(`organizations/${id}/instances`, { name: 'Again', handle: 'acme-eu' }),
    );
  });

  test('an instance is deleted', async () => {
    const { id } = await made('organizations', { name: 'Has one' });
    const instance = await made(`organizations/${id}/instances`, { name: 'One', handle: 'only-one' });
    expect((await send('DELETE', `instances/${instance['id']}`)).json).toEqual({ organizations: 0, instances: 1 });
    expect((await send('GET', `organizations/${id}/instances`)).json).toEqual({ instances: [], total: 0 });
  });

  test.each<[method: string, path: string, body: Json | undefined, status: number, detail: string]>([
    ['POST', 'organizations', { name: '' }, 422, 'name: This value should not be blank.'],
    ['POST', 'organizations', { name: 'X', email: 'nobody' }, 422, 'email: an e-mail address is needed.'],
    ['POST', 'organizations', { name: 'X', owner: 'a@b.example' }, 400, 'owner: this control takes name, email.'],
    ['PATCH', `organizations/${UNKNOWN}`, { name: 'X' }, 404, 'There is no such organization.'],
    ['DELETE', `organizations/${UNKNOWN}`, undefined, 404, 'There is no such organization.'],
    ['POST', `organizations/${UNKNOWN}/instances`, { name: 'X', handle: 'x' }, 404, 'There is no such organization.'],
    ['PATCH', `instances/${UNKNOWN}`, { name: 'X' }, 404, 'There is no such instance.'],
    ['DELETE', 'organizations', undefined, 405, 'Use GET or POST.'],
    ['GET', 'organizations?limit=0', undefined, 422, 'limit: a whole number from 1 to 200.'],
    ['GET', 'organizations?name=x', undefined, 400, 'name: a list takes text, limit, offset.'],
  ])('%s %s %j is refused', async (method, path, body, status, detail) => {
    const reply = await send(method, path, body);
    expect([reply.status, reply.json['detail']]).toEqual([status, detail]);
  });

  test('a handle that is taken is named, whatever the API answers', async () => {
    const { id } = await made('organizations', { name: 'Twice' });
    await made(`organizations/${id}/instances`, { name: 'One', handle: 'twice' });
    await send('POST', 'switches', { switches: ['duplicateHandle=409'] });
    onTestFinished(async () => void (await send('POST', 'switches', { switches: [] })));
    const { status, json } = await send('POST', `organizations/${id}/instances`, { name: 'Two', handle: 'twice' });
    expect([status, json['detail']]).toEqual([422, 'handle: This value is already used.']);
  });
});

describe('a search', () => {
  let own: Sandbox;
  const names = async (query: string) =>
    asList((await call(own.url, 'GET', `/_sandbox/organizations?${query}`)).json['organizations']).map(({ name }) => name);

  beforeAll(async () => {
    own = await startInMemory();
    const make = (path: string, body: Json) => call(own.url, 'POST', `/_sandbox/${path}`, { body });
    for (const [name, handle, email] of [
      ['Zürich AG', 'zurich', 'jane@acme.example'],
      ['ÖL und GAS', 'oil', 'otto@oil.example'],
      ['100% sure_thing', 'sure', 'jane@acme.example'],
    ] as const) {
      const { id } = (await make('organizations', { name, email })).json;
      await make(`organizations/${id}/instances`, { name: `${name} shop`, handle });
    }
  });

  afterAll(() => own.close());

  test.each<[query: string, found: readonly string[]]>([
    ['', ['100% sure_thing', 'ÖL und GAS', 'Zürich AG']],
    ['limit=1&offset=1', ['ÖL und GAS']],
    ['text=zürich', ['Zürich AG']],
    ['text=ZÜRICH', ['Zürich AG']],
    ['text=öl', ['ÖL und GAS']],
    ['text=OIL', ['ÖL und GAS']],
    ['text=otto@', ['ÖL und GAS']],
    ['text=%25', ['100% sure_thing']],
    ['text=e_t', ['100% sure_thing']],
    ['text=%00', []],
    ['text=nothing', []],
  ])('for %j finds %j', async (query, found) => {
    expect(await names(query)).toEqual(found);
  });

  test('finds by id, and shows first the instances that it has found', async () => {
    const { id } = (await call(own.url, 'POST', '/_sandbox/organizations', { body: { name: 'Many' } })).json;
    for (const letter of 'abcdefgh') {
      await call(own.url, 'POST', `/_sandbox/organizations/${id}/instances`, {
        body: { name: `Shop ${letter}`, handle: `many-${letter}` },
      });
    }
    expect(await names(`text=${String(id).toUpperCase()}`)).toEqual(['Many']);
    const { json } = await call(own.url, 'GET', '/_sandbox/organizations?text=many-a');
    const [organization] = asList(json['organizations']);
    expect(organization).toMatchObject({ instance_count: 8, instances: [{ handle: 'many-a' }, {}, {}, {}, {}] });
    const part = (await call(own.url, 'GET', `/_sandbox/organizations/${id}/instances?limit=2&offset=6`)).json;
    expect([part['total'], asList(part['instances']).map(({ handle }) => handle)]).toEqual([8, ['many-b', 'many-a']]);
  });
});

describe('ZITADEL', () => {
  test('an instance is made with its first organization and an owner, renamed, and deleted', async () => {
    const instance = await made('zitadel/instances', { name: 'Hooli', email: 'gavin@hooli.example' });
    expect(instance).toMatchObject({ name: 'Hooli', is_default: false, organization_count: 1 });
    const members = asList(asList(instance['organizations'])[0]?.['members']);
    expect(members).toEqual([{ user_id: expect.any(String), user_name: 'gavin@hooli.example', roles: ['ORG_OWNER'] }]);
    const path = `zitadel/instances/${instance['id']}`;
    expect((await send('PATCH', path, { name: 'Hooli XYZ' })).json).toMatchObject({ name: 'Hooli XYZ' });
    expect(await namesIn('zitadel/instances?text=xyz', 'instances')).toEqual(['Hooli XYZ']);
    expect((await send('DELETE', path)).json).toEqual({ organizations: 1, instances: 1 });
    expect(await namesIn('zitadel/instances?text=xyz', 'instances')).toEqual([]);
  });

  test('an organization is made in the default instance, renamed with its domain, and deleted', async () => {
    const organization = await made('zitadel/instances/default/organizations', { name: 'Pied Piper' });
    expect(organization).toMatchObject({ primary_domain: 'pied-piper.localhost', state: 'active' });
    const path = `zitadel/organizations/${organization['id']}`;
    expect((await send('PATCH', path, { name: 'Piper' })).json).toMatchObject({ name: 'Piper', primary_domain: 'piper.localhost' });
    const [instance] = asList((await send('GET', 'zitadel/instances?text=piper.localhost')).json['instances']);
    expect(asObject(instance)).toMatchObject({ is_default: true, organizations: [{ name: 'Piper' }, { name: 'Sandbox' }] });
    expect(await namesIn(`zitadel/instances/${instance?.['id']}/organizations?text=pip`, 'organizations')).toEqual(['Piper']);
    expect((await send('DELETE', path)).json).toEqual({ organizations: 1, instances: 0 });
    const first = asList(asObject(instance)['organizations']).find(({ name }) => name === 'Sandbox');
    const refused = await send('DELETE', `zitadel/organizations/${first?.['id']}`);
    expect([refused.status, refused.json['detail']]).toEqual([400, 'Default Organisation must not be deleted']);
  });

  test.each<[method: string, path: string, body: Json | undefined, status: number]>([
    ['POST', 'zitadel/instances', { name: ' ' }, 400],
    ['POST', 'zitadel/instances/123/organizations', { name: 'X' }, 404],
    ['POST', 'zitadel/instances/default/organizations', { name: '!' }, 400],
    ['GET', 'zitadel/instances/123/organizations', undefined, 404],
    ['PATCH', 'zitadel/organizations/123', { name: 'X' }, 404],
    ['DELETE', 'zitadel/instances/123', undefined, 404],
  ])('%s %s %j is refused', async (method, path, body, status) => {
    expect((await send(method, path, body)).status).toBe(status);
  });
});
