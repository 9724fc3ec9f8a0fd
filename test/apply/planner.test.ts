import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KnownBefore, type KnownInstance, type KnownState, NOTHING_KNOWN } from '../../src/apply/known.ts';
import type { Plan, PlannedCustomer } from '../../src/apply/plan.ts';
import { makePlan, type PlanOptions } from '../../src/apply/planner.ts';
import { parseRekey } from '../../src/apply/rekey.ts';
import type { ServerFacts, ServerReader } from '../../src/apply/server-facts.ts';
import { allOf, problemsIn, withManifest } from './manifests.ts';

const NO_READER: ServerReader = {
  read: () => {
    throw new Error('a plan that was not asked to read has read');
  },
};

type Given = Partial<Omit<PlanOptions, 'manifest'>>;

/** A plan, with all that it says of customers. */
async function planOf(csv: string, given: Given = {}): Promise<{ readonly plan: Plan; readonly customers: readonly PlannedCustomer[] }> {
  return withManifest('a.csv', csv, async (manifest) => {
    const defaults = { known: NOTHING_KNOWN, rename: false, refresh: false, rekey: new Map(), reader: NO_READER, readAtOnce: 2 };
    const plan = await makePlan({ ...defaults, ...given, manifest });
    return { plan, customers: await allOf(plan.customers()) };
  });
}

function knownOf(states: Readonly<Record<string, KnownState>>): KnownBefore {
  return { of: (key) => (Object.hasOwn(states, key) ? states[key] : undefined), keys: () => Object.keys(states) };
}

const state = (id: string, name: string, instances: Readonly<Record<string, KnownInstance>> = {}): KnownState => ({
  organization: { id, lastWrittenName: name },
  instances: new Map(Object.entries(instances)),
});

/** What a run would do: every create gets an id, nothing fails. */
function run(plan: readonly PlannedCustomer[], before: KnownBefore): KnownBefore {
  const states = new Map([...before.keys()].map((key) => [key, before.of(key)]));
  for (const { customer, organization, organizationId, instances } of plan) {
    if (organization === 'unknown' || organization === 'refused' || organization === 'gone') continue;
    const kept = new Map(states.get(customer.key)?.instances);
    for (const { instance, action, id } of instances) {
      if (action === 'create' || action === 'unknown') kept.set(instance.handle, { id: `i-${instance.handle}` });
      else if (id !== undefined) kept.set(instance.handle, { id });
    }
    const written = states.get(customer.key)?.organization;
    const lastWrittenName = organization === 'unchanged' && typeof written === 'object' ? written.lastWrittenName : customer.name;
    states.set(customer.key, {
      organization: { id: organizationId ?? `o-${customer.key}`, ...(lastWrittenName === undefined ? {} : { lastWrittenName }) },
      instances: kept,
    });
  }
  return { of: (key) => states.get(key), keys: () => states.keys() };
}

const HEADER = 'key,organization,instance,handle\n';

describe('plan, run, plan', () => {
  const name = fc.stringMatching(/^[A-Za-zÄéß&,"' ]{0,10}[A-Za-zÄéß]$/).map((text) => text.trim());
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const handle = fc.constantFrom('h-a', 'h-b', 'h-c', 'h-d', 'h-e', 'h-f');
  const customers = fc.uniqueArray(fc.record({ key, name, handles: fc.uniqueArray(handle, { maxLength: 3 }) }), {
    selector: (one) => one.key,
  });
  const manifest = customers.map((all) => {
    const taken = new Set<string>();
    return all.map((one) => ({ ...one, handles: one.handles.filter((each) => !taken.has(each) && taken.add(each)) }));
  });
  const knownInstance = fc.constantFrom<KnownInstance>({ id: 'i1' }, 'unknown', 'refused');
  const knownState: fc.Arbitrary<KnownState> = fc.record({
    organization: fc.oneof(
      fc.constantFrom('unknown' as const, 'absent' as const),
      fc.record({ id: fc.constant(''), lastWrittenName: name }),
    ),
    instances: fc.dictionary(handle, knownInstance, { maxKeys: 2 }).map((instances) => new Map(Object.entries(instances))),
  });
  const known = fc
    .dictionary(key, knownState, { maxKeys: 4 })
    .map((states) => knownOf(Object.fromEntries(Object.entries(states).map(([of, one]) => [of, withId(one, `o-${of}`)]))));

  const csvOf = (all: readonly { readonly key: string; readonly name: string; readonly handles: readonly string[] }[]): string => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    return (
      HEADER +
      all
        .flatMap((one) => (one.handles.length === 0 ? [''] : one.handles).map((each) => `${one.key},${quoted(one.name)},,${each}\n`))
        .join('')
    );
  };

  test('has nothing left to do', async () => {
    await fc.assert(
      fc.asyncProperty(
        manifest.filter((all) => all.length > 0),
        known,
        fc.boolean(),
        async (all, before, rename) => {
          const readerOf = (now: KnownBefore): ServerReader => ({ read: async (id) => ({ state: 'there', name: nameAt(now, id) }) });
          const csv = csvOf(all);
          const first = await planOf(csv, { known: before, rename, reader: readerOf(before) }).catch((error: unknown) => error);
          // A customer that is new and has the handle of one that vanished has to be told of.
          fc.pre(!(first instanceof Error));
          if (!isPlanned(first)) throw first;
          const after = run(first.customers, before);
          const second = await planOf(csv, { known: after, rename, reader: readerOf(after) });
          expect(second.plan.totals.changes).toBe(0);
          expect(second.plan.totals.changedCustomers).toBe(0);
          const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((one, other) => one + other, 0);
          expect(sum(first.plan.totals.organizations)).toBe(all.length);
          expect(sum(first.plan.totals.instances)).toBe(all.flatMap((one) => one.handles).length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function withId(known: KnownState, id: string): KnownState {
  return typeof known.organization === 'object' ? { ...known, organization: { ...known.organization, id } } : known;
}

type Planned = Awaited<ReturnType<typeof planOf>>;

function isPlanned(value: unknown): value is Planned {
  return typeof value === 'object' && value !== null && 'plan' in value;
}

/** What the server calls an organization: as it was written last. */
function nameAt(known: KnownBefore, id: string): string | null {
  for (const key of known.keys()) {
    const organization = known.of(key)?.organization;
    if (typeof organization === 'object' && organization.id === id) return organization.lastWrittenName ?? null;
  }
  return null;
}

describe('the checksum', () => {
  const csv = `${HEADER}a,Acme,EU,acme-eu\nb,Globex,,globex\n`;

  test('is the same for the same customers in another format, and says nothing of what is there', async () => {
    const { plan } = await planOf(csv);
    const yaml =
      'version: 1\norganizations:\n  - { key: a, name: Acme, instances: [{ name: EU, handle: acme-eu }] }\n  - { key: b, name: Globex, instances: [{ handle: globex }] }\n';
    const other = await withManifest('a.yaml', yaml, (manifest) =>
      makePlan({ manifest, known: NOTHING_KNOWN, rename: false, refresh: false, rekey: new Map(), reader: NO_READER, readAtOnce: 2 }),
    );
    expect(other.checksum).toBe(plan.checksum);
    const known = knownOf({ b: state('o2', 'Globex', { globex: { id: 'i2' } }) });
    const { plan: alone } = await planOf(`${HEADER}a,Acme,EU,acme-eu\n`, { known: knownOf({}) });
    expect((await planOf(csv, { known })).plan.checksum).toBe(alone.checksum);
  });

  test.each<[what: string, csv: string]>([
    ['name', `${HEADER}a,Acme Corp,EU,acme-eu\nb,Globex,,globex\n`],
    ['key', `${HEADER}c,Acme,EU,acme-eu\nb,Globex,,globex\n`],
    ['handle', `${HEADER}a,Acme,EU,acme-us\nb,Globex,,globex\n`],
    ['name of an instance', `${HEADER}a,Acme,EUR,acme-eu\nb,Globex,,globex\n`],
    ['row', `${HEADER}a,Acme,EU,acme-eu\n`],
  ])('is another one for another %s', async (_, other) => {
    expect((await planOf(other)).plan.checksum).not.toBe((await planOf(csv)).plan.checksum);
  });
});

describe('keys that vanish', () => {
  const known = knownOf({ 'Acme Corp': state('o1', 'Acme Corp', { 'acme-eu': { id: 'i1' } }), globex: state('o2', 'Globex') });
  const csv = `${HEADER}acme,Acme Corp,,acme-eu\n`;

  test('are listed, and nothing is done for them', async () => {
    const { plan } = await planOf(`${HEADER}initech,Initech,,initech\n`, { known });
    expect(plan.vanished).toEqual(['Acme Corp', 'globex']);
    expect(plan.totals.changes).toBe(2);
  });

  test('and a new one with a handle of theirs are an error', async () => {
    expect(await problemsIn(planOf(csv, { known }))).toEqual(['2:1 customer "acme" has a handle of "Acme Corp", which is no longer there']);
  });

  test('are the new ones with --rekey', async () => {
    const { plan, customers } = await planOf(csv, { known, rekey: parseRekey(['Acme Corp=acme']) });
    expect(plan.totals.changes).toBe(0);
    expect(plan.vanished).toEqual(['globex']);
    expect(customers).toMatchObject([
      { organization: 'unchanged', organizationId: 'o1', formerKey: 'Acme Corp', instances: [{ action: 'unchanged', id: 'i1' }] },
    ]);
  });

  test.each([
    ['Acme', '--rekey takes OLD=NEW, not "Acme"'],
    ['nobody=acme', '--rekey: the journal knows no customer "nobody"'],
    ['Acme Corp=globex', '--rekey: the journal knows a customer "globex" already'],
    ['Acme Corp=nobody', '--rekey: the manifest has no customer "nobody"'],
  ])('%s is refused', async (pair, message) => {
    await expect((async () => planOf(csv, { known, rekey: parseRekey([pair]) }))()).rejects.toThrow(message);
  });
});

describe('reading the server', () => {
  const known = knownOf({ a: state('o1', 'Acme', { 'acme-eu': { id: 'i1' } }), b: state('o2', 'Globex') });
  const csv = `${HEADER}a,Acme,EU,acme-eu\nb,New,,globex\nc,Initech,,initech\n`;

  function reading(facts: Readonly<Record<string, ServerFacts>>): { readonly reader: ServerReader; readonly reads: string[] } {
    const reads: string[] = [];
    return {
      reads,
      reader: {
        read: async (id, { name, instances }) => {
          reads.push(`${id}${name ? ' name' : ''}${instances ? ' instances' : ''}`);
          return facts[id] ?? { state: 'gone' };
        },
      },
    };
  }

  const listed: ServerFacts = { state: 'there', name: 'Acme', instances: new Map([['acme-eu', { id: 'i1' }]]) };
  const renamed: ServerFacts = { state: 'there', name: 'Globex', instances: new Map() };

  test.each<[what: string, given: Given, reads: readonly string[]]>([
    ['is not done', {}, []],
    ['is one list for each organization that is known with --refresh', { refresh: true }, ['o1 instances', 'o2 instances']],
    ['is one organization for each that would be renamed with --rename', { rename: true }, ['o2 name']],
    ['is both with both', { refresh: true, rename: true }, ['o1 name instances', 'o2 name instances']],
  ])('%s', async (_, given, expected) => {
    const { reader, reads } = reading({ o1: listed, o2: renamed });
    await planOf(csv, { known, ...given, reader });
    expect(reads).toEqual(expected);
  });

  test('is done once, for the plan; the run knows it', async () => {
    const { reader, reads } = reading({ o1: { state: 'there', instances: new Map() } });
    const { plan, customers } = await planOf(csv, { known, refresh: true, reader });
    expect(reads).toHaveLength(2);
    expect(customers.map(({ organization, instances }) => [organization, ...instances.map(({ action }) => action)])).toEqual([
      ['unchanged', 'gone'],
      ['gone', 'create'],
      ['create', 'create'],
    ]);
    expect(plan.totals).toMatchObject({
      organizations: { unchanged: 1, gone: 1, create: 1 },
      instances: { gone: 2, create: 1 },
      changes: 2,
      changedCustomers: 1,
    });
  });
});
