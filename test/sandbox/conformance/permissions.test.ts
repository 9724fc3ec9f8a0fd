import { describe, expect, test } from 'vitest';
import { fill, INSTANCE, INSTANCES, ORG, send, tokenOf, useWorld, type Who } from './world.ts';

useWorld();

describe('section 8: who may do what', () => {
  test.each<[request: string, body: unknown, allowed: readonly Who[]]>([
    ['POST /api/organizations', { name: 'By anybody' }, ['owner', 'member', 'outsider']],
    [`GET ${ORG}`, undefined, ['owner', 'member']],
    [`PATCH ${ORG}`, { name: 'Acme Corp' }, ['owner']],
    [`DELETE ${ORG}`, undefined, []],
    [`GET ${INSTANCES}`, undefined, ['owner', 'member']],
    [`POST ${INSTANCES}`, { name: 'By its owner', handle: 'by-its-owner' }, ['owner']],
    [`GET ${INSTANCE}`, undefined, ['owner', 'member']],
    [`PATCH ${INSTANCE}`, { name: 'Acme EU' }, ['owner']],
  ])('%s', async (request, body, allowed) => {
    const [method = '', path = ''] = request.split(' ');
    const people = ['owner', 'member', 'outsider'] as const;
    const statuses = await Promise.all(people.map(async (who) => (await send(method, fill(path), { token: tokenOf(who), body })).status));
    expect(people.filter((_, index) => (statuses[index] ?? 0) < 300)).toEqual(allowed);
    for (const status of statuses.filter((candidate) => candidate >= 300)) expect([403, 409]).toContain(status);
  });
});
