import { describe, expect, test } from 'vitest';
import type { Customer } from '../../src/apply/customer.ts';
import type { KnownInstance, KnownState } from '../../src/apply/known.ts';
import { planCustomer } from '../../src/apply/plan-customer.ts';
import type { ServerFacts } from '../../src/apply/server-facts.ts';

const row = { number: 1, line: 2, column: 1, fields: {} };

const acme = (more: Partial<Customer> = {}): Customer => ({
  key: 'acme',
  name: 'Acme',
  instances: [{ name: 'Acme EU', handle: 'acme-eu', row }],
  row,
  ...more,
});

const known = (
  organization: KnownState['organization'] | undefined,
  instances: Readonly<Record<string, KnownInstance>> = {},
): KnownState => ({
  ...(organization === undefined ? {} : { organization }),
  instances: new Map(Object.entries(instances)),
});

const there = (
  name: string | undefined,
  instances?: Readonly<Record<string, { readonly id: string; readonly owner?: string }>>,
): ServerFacts => ({
  state: 'there',
  ...(name === undefined ? {} : { name }),
  ...(instances === undefined ? {} : { instances: new Map(Object.entries(instances)) }),
});

interface Case {
  readonly customer?: Partial<Customer>;
  readonly known?: KnownState;
  readonly facts?: ServerFacts;
  readonly rename?: boolean;
}

/** `create; create`, or with why: `refused (…); gone`. */
function planned({ customer, known: before, facts, rename = false }: Case): string {
  const { organization, organizationId, reason, instances } = planCustomer(acme(customer), { known: before, facts, rename });
  const because = (action: string, id: string | undefined, why: string | undefined) =>
    `${action}${id ? `#${id}` : ''}${why ? ` (${why})` : ''}`;
  return [because(organization, organizationId, reason), ...instances.map((one) => because(one.action, one.id, one.reason))].join('; ');
}

const WRITTEN = { id: 'o1', lastWrittenName: 'Acme' };

describe('an organization', () => {
  test.each<[what: string, given: Case, plan: string]>([
    ['that nobody knows', {}, 'create; create'],
    ['with an id in the manifest', { customer: { id: 'o1' } }, 'unchanged#o1; create'],
    ['of the journal', { known: known({ id: 'o1' }) }, 'unchanged#o1; create'],
    ['of both', { customer: { id: 'O1' }, known: known({ id: 'o1' }) }, 'unchanged#O1; create'],
    [
      'of both, which differ',
      { customer: { id: 'o2' }, known: known({ id: 'o1' }) },
      'refused#o2 (the manifest says that its id is o2, the journal o1); create',
    ],
    ['whose create had no answer', { known: known('unknown') }, 'unknown; create'],
    ['whose create had no answer, of a results file', { customer: { isUnknown: true } }, 'unknown; create'],
    ['that is settled by an id', { customer: { id: 'o1' }, known: known('unknown') }, 'unchanged#o1; create'],
    ['that is settled as absent', { customer: { isUnknown: true }, known: known('absent') }, 'create; create'],
    ['that was deleted again', { known: known('absent', { 'acme-eu': 'refused' }) }, 'create; create'],
    [
      'that answers 404',
      { known: known(WRITTEN), facts: { state: 'gone' } },
      'gone#o1 (organization o1 is not there, or not yours any more (404)); create',
    ],
    [
      'that may not be read',
      { known: known(WRITTEN), facts: { state: 'forbidden' } },
      'refused#o1 (organization o1 may not be read (403)); create',
    ],
  ])('%s', (_, given, plan) => {
    expect(planned(given)).toBe(plan);
  });
});

describe('a name: manifest, last written, server', () => {
  const instances = { 'acme-eu': { id: 'i1' } };
  test.each<[manifest: string, written: string | undefined, server: string | undefined, rename: boolean, plan: string]>([
    ['Acme', 'Acme', undefined, true, 'unchanged#o1'],
    ['Caf\u00e9', 'Cafe\u0301', undefined, true, 'unchanged#o1'],
    ['New', 'Acme', undefined, true, 'rename#o1'],
    ['New', 'Acme', 'Acme', true, 'rename#o1'],
    ['New', 'Acme', undefined, false, 'unchanged#o1 (it is called "Acme"; --rename renames it)'],
    ['Acme', 'Acme', 'Other', true, 'unchanged#o1 (it was renamed to "Other" at the server, which is left)'],
    ['New', 'Acme', 'Other', true, 'refused#o1 (it was renamed both here and at the server, to "Other" there)'],
    ['New', 'Acme', 'New', true, 'unchanged#o1'],
    ['New', undefined, 'Other', true, 'unchanged#o1 (it is called "Other" at the server; who changed that is not known, so it is left)'],
    ['New', undefined, undefined, true, 'unchanged#o1'],
    ['New', undefined, 'New', true, 'unchanged#o1'],
  ])('%s, %s, %s with --rename %s', (name, written, server, rename, plan) => {
    const organization = written === undefined ? { id: 'o1' } : { id: 'o1', lastWrittenName: written };
    const facts = server === undefined ? undefined : there(server);
    const given = { customer: { name }, known: known(organization, instances), rename, ...(facts === undefined ? {} : { facts }) };
    expect(planned(given)).toBe(`${plan}; unchanged#i1`);
  });
});

describe('an instance', () => {
  const two = { instances: [...acme().instances, { name: 'Acme US', handle: 'acme-us', row }] };
  test.each<[what: string, given: Case, plan: string]>([
    ['of the journal', { known: known(WRITTEN, { 'acme-eu': { id: 'i1' } }) }, 'unchanged#o1; unchanged#i1'],
    [
      'of the manifest',
      { customer: { id: 'o1', instances: [{ name: 'A', handle: 'acme-eu', id: 'i1', row }] } },
      'unchanged#o1; unchanged#i1',
    ],
    ['that the server refused', { known: known(WRITTEN, { 'acme-eu': 'refused' }) }, 'unchanged#o1; create'],
    ['whose create had no answer', { known: known(WRITTEN, { 'acme-eu': 'unknown' }) }, 'unchanged#o1; unknown'],
    [
      'with another handle than before',
      { known: known(WRITTEN, { 'acme-old': { id: 'i1' } }) },
      'unchanged#o1; refused (the customer has the handle acme-old, and a handle cannot change; keep the row of acme-old for another instance)',
    ],
    ['after a handle that was refused', { known: known(WRITTEN, { 'acme-old': 'refused' }) }, 'unchanged#o1; create'],
    ['more than before', { customer: two, known: known(WRITTEN, { 'acme-eu': { id: 'i1' } }) }, 'unchanged#o1; unchanged#i1; create'],
    ['that is listed', { known: known(WRITTEN), facts: there(undefined, { 'acme-eu': { id: 'i9' } }) }, 'unchanged#o1; unchanged#i9'],
    ['that is not listed', { known: known(WRITTEN), facts: there(undefined, {}) }, 'unchanged#o1; create'],
    [
      'that is listed no more',
      { known: known(WRITTEN, { 'acme-eu': { id: 'i1' } }), facts: there(undefined, {}) },
      'unchanged#o1; gone#i1 (it is no longer in the organization)',
    ],
    [
      'that was moved',
      { known: known(WRITTEN, { 'acme-eu': { id: 'i1' } }), facts: there(undefined, { 'acme-eu': { id: 'i1', owner: 'o2' } }) },
      'unchanged#o1; gone#i1 (it was moved to organization o2)',
    ],
    [
      'without an answer that is listed',
      { known: known(WRITTEN, { 'acme-eu': 'unknown' }), facts: there(undefined, { 'acme-eu': { id: 'i9' } }) },
      'unchanged#o1; unchanged#i9',
    ],
    [
      'without an answer that is not listed',
      { known: known(WRITTEN, { 'acme-eu': 'unknown' }), facts: there(undefined, {}) },
      'unchanged#o1; create',
    ],
  ])('%s', (_, given, plan) => {
    expect(planned(given)).toBe(plan);
  });
});
