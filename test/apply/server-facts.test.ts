import { describe, expect, test } from 'vitest';
import { flowkiwiReader } from '../../src/apply/server-facts.ts';
import { CliError, type ErrorCode } from '../../src/errors.ts';
import type { Instance } from '../../src/identity/instance.ts';
import type { Organization } from '../../src/identity/organization.ts';

const dates = { created_at: null, updated_at: null };
const organization: Organization = { id: 'o1', name: 'Acme', ...dates, owners: [], members: [] };

const instance = (id: string, handle: string | null, owner: string | null): Instance => ({
  ...{ id, handle, name: 'A', organization_id: owner, created_by_organization_id: null, product_management_url: null },
  ...dates,
});

/** A reader, and all that it does: `turn`, `organization`, `list`. */
function reading(instances: readonly Instance[], refusal?: ErrorCode) {
  const done: string[] = [];
  const answer = (name: string) => {
    done.push(name);
    if (refusal !== undefined) throw new CliError(refusal, 'refused');
  };
  const identity = {
    getOrganization: async () => {
      answer('organization');
      return organization;
    },
    listInstances: async function* () {
      answer('list');
      yield* instances;
    },
  };
  return { done, reader: flowkiwiReader(identity, async () => void done.push('turn')) };
}

describe('what is read of an organization', () => {
  test('is its name, or its instances, or both, each in its turn', async () => {
    const { done, reader } = reading([
      instance('i1', 'acme-eu', 'O1'),
      instance('i2', 'acme-us', 'o2'),
      instance('i3', null, 'o1'),
      instance('i4', 'acme-uk', null),
    ]);
    expect(await reader.read('o1', { name: true, instances: false })).toEqual({ state: 'there', name: 'Acme' });
    expect(await reader.read('o1', { name: false, instances: true })).toEqual({
      state: 'there',
      instances: new Map([
        ['acme-eu', { id: 'i1' }],
        ['acme-us', { id: 'i2', owner: 'o2' }],
        ['acme-uk', { id: 'i4' }],
      ]),
    });
    await reader.read('o1', { name: true, instances: true });
    expect(done).toEqual(['turn', 'organization', 'turn', 'list', 'turn', 'organization', 'turn', 'list']);
  });

  test.each<[code: ErrorCode, state: string]>([
    ['not_found', 'gone'],
    ['forbidden', 'forbidden'],
  ])('%s says that it is %s', async (code, state) => {
    expect(await reading([], code).reader.read('o1', { name: false, instances: true })).toEqual({ state });
  });

  test('is thrown when it is anything else', async () => {
    await expect(reading([], 'unavailable').reader.read('o1', { name: true, instances: false })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
