import type { Clock } from '../../edges.ts';
import { CliError, detailsOf, isCliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { ServerClock } from '../../http/server-clock.ts';
import type { Session } from '../session.ts';
import { type Body, textAt } from './body-fields.ts';
import { type InstanceDomain, readInstance, withDomains, withDomainsOf, type ZitadelInstance } from './instance.ts';
import type { InstanceDomainService } from './instance-domains.ts';
import { createInstance, deleteInstance, getInstance, getOwnInstance, type NewInstanceIds, renameInstance } from './instance-requests.ts';
import { findLost, search } from './search.ts';
import type { ZitadelIdentity, ZitadelInstanceQuery, ZitadelInstanceSortField } from './zitadel-identity.ts';

export interface InstanceCallsOptions {
  readonly session: Session;
  readonly domains: Pick<InstanceDomainService, 'listOwnDomains'>;
  /** Carries out what goes to the system API. */
  readonly system: Session;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly signal: AbortSignal;
  /** Milliseconds that are left for looking for what was lost; undefined without a limit. */
  readonly leftMs?: (() => number | undefined) | undefined;
}

type InstanceCalls = Pick<
  ZitadelIdentity,
  'getOwnInstance' | 'createInstance' | 'getInstance' | 'findInstance' | 'listInstances' | 'renameInstance' | 'deleteInstance'
>;

type Compare = (one: ZitadelInstance, other: ZitadelInstance) => number;

/** What is equal, and what has no time, comes by its id. */
function comparing(field: ZitadelInstanceSortField): Compare {
  const key = KEYS[field];
  return (one, other) => compare(key(one), key(other)) || compare(one.id, other.id);
}

const KEYS: Readonly<Record<ZitadelInstanceSortField, (instance: ZitadelInstance) => string | number>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  created_at: ({ created_at }) => (created_at === null ? Number.POSITIVE_INFINITY : Date.parse(created_at)),
};

function compare(one: string | number, other: string | number): number {
  return Number(one > other) - Number(one < other);
}

/** The part of the adapter that is about instances. */
export function instanceCalls({ session, domains, system, clock, serverClock, signal, leftMs }: InstanceCallsOptions): InstanceCalls {
  /** All that a search finds, in the order of the server, which has none (contract section 10.3). */
  async function found(action: string, queries?: readonly Readonly<Record<string, unknown>>[]): Promise<readonly ZitadelInstance[]> {
    const instances = new Map<string, ZitadelInstance>();
    // One that comes in parts is new only once.
    const readItem = (json: unknown) => {
      const read = readInstance(json);
      const before = read && instances.get(read.id);
      const whole = before && read ? withDomainsOf(before, read) : read;
      if (whole) instances.set(whole.id, whole);
      return whole;
    };
    const rows = search({ session: system, action, path: '/system/v1/instances/_search', readItem, ...(queries && { queries }) });
    for await (const _ of rows);
    return [...instances.values()];
  }

  async function* listInstances({ sort, limit }: ZitadelInstanceQuery): AsyncGenerator<ZitadelInstance> {
    const { field, direction } = sort ?? { field: 'created_at', direction: 'asc' };
    // Each version of the server fails to sort by another field.
    const instances = [...(await found('list the instances'))].sort(comparing(field));
    yield* (direction === 'asc' ? instances : instances.reverse()).slice(0, limit);
  }

  async function findInstance(domain: string): Promise<ZitadelInstance | undefined> {
    const [instance] = await found(`look for the instance with the domain ${domain}`, [{ domainQuery: { domains: [domain] } }]);
    return instance;
  }

  async function ownInstance(): Promise<ZitadelInstance> {
    const instance = await session.run(getOwnInstance());
    if (instance.domains.length > 0) return instance;
    const found: InstanceDomain[] = [];
    for await (const domain of domains.listOwnDomains()) found.push(domain);
    return withDomains(instance, found);
  }

  async function createInstanceOnce(body: Body): Promise<NewInstanceIds> {
    const sentAt = clock.now();
    const operation = createInstance(body);
    const [name, domain] = [textAt(body, 'instanceName'), textAt(body, 'customDomain')];
    try {
      return await system.run(operation);
    } catch (error) {
      if (!isCliError(error) || error.code !== 'unknown_outcome' || domain === undefined) throw error;
      const what = `instance ${JSON.stringify(name)} (domain ${domain})`;
      const lookUp = () => findInstance(domain);
      const isWanted = (one: ZitadelInstance) => one.name === name;
      const found = await findLost({ what, sentAt, serverClock, lost: error, lookUp, isWanted, clock, signal, leftMs });
      const { id, created_at, sequence } = found;
      if (body['machine'] === undefined)
        return { id, created_at, sequence, first_organization_id: null, pat: undefined, machineKey: undefined };
      throw new CliError(
        'unknown_outcome',
        `${what} was created as ${id}, but the answer was lost, and with it the secrets of its machine`,
        {
          ...detailsOf(error),
          hint: helpWith('they are not shown again; create the instance again after you delete this one', 'instance', 'delete', { id }),
          cause: error,
        },
      );
    }
  }

  return {
    getOwnInstance: ownInstance,
    createInstance: createInstanceOnce,
    getInstance: (id) => system.run(getInstance(id)),
    findInstance,
    listInstances,
    renameInstance: (id, name) => system.perform(renameInstance(id, name)),
    deleteInstance: (id) => system.perform(deleteInstance(id)),
  };
}
