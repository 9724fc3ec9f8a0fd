import { describe, expect, test } from 'vitest';
import { asList, asObject, handleFor } from '../../support/servers/sandbox-in-memory.ts';
import { fill, INSTANCES, send, useWorld, world } from './world.ts';

useWorld();

describe('transfers', () => {
  test('3.7: an instance goes to an authorized organization with its handle', async () => {
    const handle = handleFor('transfer');
    const { json: instance } = await send('POST', fill(INSTANCES), { token: world.owner, body: { name: 'Moves', handle } });
    const path = `${fill(INSTANCES)}/${instance['id']}`;
    const transfer = (organization_id: string) => send('POST', `${path}/transfer`, { token: world.owner, body: { organization_id } });

    const refused = await transfer(world.other);
    expect([refused.status, asObject(asList(refused.json['violations'])[0])['propertyPath']]).toEqual([422, 'organization_id']);
    expect((await transfer(world.organization)).status).toBe(422);
    expect((await transfer('a\0b')).status).toBe(422);

    const control = `/_sandbox/instances/${instance['id']}/authorized-organizations`;
    expect((await send('POST', control, { body: { organization_id: world.other } })).status).toBe(201);
    const moved = await transfer(world.other);
    expect(moved.status).toBe(200);
    expect(moved.json).toMatchObject({ handle, organization_id: world.other, created_by_organization_id: world.organization });
    expect((await send('GET', path, { token: world.owner })).status).toBe(404);
    const there = `/api/organizations/${world.other}/instances/${instance['id']}`;
    expect((await send('GET', there, { token: world.outsider })).json['@id']).toBe(there);
  });
});
