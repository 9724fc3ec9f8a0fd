import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readInstance } from '../../../src/identity/flowkiwi/instances.ts';
import { readId } from '../../../src/identity/flowkiwi/iri.ts';
import { readOrganization } from '../../../src/identity/flowkiwi/organizations.ts';
import { isRecord } from '../../../src/record.ts';

const INSTANCE = {
  '@id': '/api/organizations/a1/instances/i1',
  '@type': 'OrganizationInstancesResource',
  id: 'i1',
  name: 'Acme EU',
  handle: 'acme-eu',
  created_at: '2026-01-01T00:00:00+00:00',
  updated_at: '2026-01-02T00:00:00+00:00',
  organization_id: 'a1',
  created_by_organization_id: 'a1',
};
const MEMBER = { '@id': '/api/members/u1', id: 'u1', email: 'jane@acme.example', name: 'Jane', role: 'owner', joined_at: '2026-01-01' };
const ORGANIZATION = {
  '@id': '/api/organizations/a1',
  '@type': 'Organization',
  id: 'a1',
  name: 'Acme Corp',
  created_at: '2026-01-01T00:00:00+00:00',
  updated_at: '2026-01-02T00:00:00+00:00',
  owners: [MEMBER],
  members: [],
};

/** Values that no field of the API has. */
const WRONG = [null, undefined, 5, true, [], {}, ['x'], { a: 'x' }];
const without = (resource: object) => Object.fromEntries(Object.entries(resource).filter(([name]) => !name.startsWith('@')));

test.each(Object.keys(without(INSTANCE)))('the field %s of an instance may be null, absent or of another type', (field) => {
  for (const value of WRONG) {
    const read = readInstance({ ...INSTANCE, [field]: value });
    const expected = { ...without(INSTANCE), product_management_url: null };
    expect(read).toEqual({
      ...expected,
      // The address has the id as well.
      ...(field !== 'id' && { [field]: null }),
      ...(field === 'handle' && { product_management_url: null }),
    });
  }
});

test.each(['name', 'created_at', 'updated_at', 'owners', 'members', 'id'])('the field %s of an organization may be so', (field) => {
  for (const value of WRONG.filter((wrong) => !Array.isArray(wrong))) {
    const isList = field === 'owners' || field === 'members';
    expect(readOrganization({ ...ORGANIZATION, [field]: value })).toEqual({
      ...without(ORGANIZATION),
      owners: [without(MEMBER)],
      ...(field !== 'id' && { [field]: isList ? [] : null }),
    });
  }
});

test.each(Object.keys(without(MEMBER)))('the field %s of a member may be so', (field) => {
  for (const value of WRONG) {
    const read = readOrganization({ ...ORGANIZATION, members: [{ ...MEMBER, [field]: value }] });
    expect(read?.members).toEqual([{ ...without(MEMBER), ...(field !== 'id' && { [field]: null }) }]);
  }
});

test.each<[what: string, resource: Readonly<Record<string, unknown>>, id: string | undefined]>([
  ['its own', { id: 'a1', '@id': '/api/organizations/other' }, 'a1'],
  ['of its address', { id: null, '@id': '/api/organizations/a1' }, 'a1'],
  ['of an address with a host', { '@id': 'https://identity.flowkiwi.net/api/organizations/a1?x#y' }, 'a1'],
  ['of an address that is percent-encoded', { '@id': '/api/organizations/a%2F1' }, 'a/1'],
  ['of an address that is so by mistake', { '@id': '/api/organizations/a%1' }, 'a%1'],
  ['empty, so of its address', { id: '', '@id': '/api/organizations/a1' }, 'a1'],
  ['none: an address that was made up', { '@id': '/api/.well-known/genid/4f1e' }, undefined],
  ['none: an address without an end', { '@id': '/api/organizations/' }, undefined],
  ['none: an address of another type', { '@id': 5 }, undefined],
  ['none: nothing', {}, undefined],
])('an id: %s', (_what, resource, id) => {
  expect(readId(resource)).toBe(id);
  expect(readInstance({ name: 'x', ...resource })?.id).toBe(id);
  expect(readOrganization({ name: 'x', ...resource })?.id).toBe(id);
});

test('whatever comes, what is read has a text or null in every field', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.record({ id: fc.jsonValue(), name: fc.jsonValue(), handle: fc.jsonValue() })), (json) => {
      const read = readInstance(json) ?? {};
      for (const value of Object.values(read)) expect(value === null || typeof value === 'string').toBe(true);
      const { owners = [], members = [], ...rest } = readOrganization(json) ?? {};
      for (const value of Object.values(rest)) expect(value === null || typeof value === 'string').toBe(true);
      expect([...owners, ...members].every(isRecord)).toBe(true);
    }),
  );
});
