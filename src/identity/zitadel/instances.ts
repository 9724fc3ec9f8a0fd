import type { Clock } from '../../edges.ts';
import { CliError, detailsOf, isCliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { ServerClock } from '../../http/server-clock.ts';
import type { Session } from '../session.ts';
import { type Body, textAt } from './body-fields.ts';
import { type InstanceDomain, readDomain, readInstance, withDomains, type ZitadelInstance } from './instance.ts';
import { createInstance, deleteInstance, getInstance, getOwnInstance, type NewInstanceIds, renameInstance } from './instance-requests.ts';
import { findLost, search } from './search.ts';
import type { ZitadelIdentity, ZitadelInstanceQuery, ZitadelInstanceSortField } from './zitadel-identity.ts';

export interface InstanceCallsOptions {
  readonly session: Session;
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

const SORT_COLUMNS: Readonly<Record<ZitadelInstanceSortField, string>> = {
  id: 'FIELD_NAME_ID',
  name: 'FIELD_NAME_NAME',
  created_at: 'FIELD_NAME_CREATION_DATE',
};

/** The part of the adapter that is about instances. */
export function instanceCalls({ session, system, clock, serverClock, signal, leftMs }: InstanceCallsOptions): InstanceCalls {
  function listInstances({ sort, limit }: ZitadelInstanceQuery): AsyncIterable<ZitadelInstance> {
    // Without an order the server has none, and pages could overlap (contract section 3.2).
    const { field, direction } = sort ?? { field: 'created_at', direction: 'asc' };
    return search({
      session: system,
      action: 'list the instances',
      path: '/system/v1/instances/_search',
      sort: { column: SORT_COLUMNS[field], ascending: direction === 'asc' },
      readItem: readInstance,
      limit,
    });
  }

  async function findInstance(domain: string): Promise<ZitadelInstance | undefined> {
    const found = search({
      session: system,
      action: `look for the instance with the domain ${domain}`,
      path: '/system/v1/instances/_search',
      queries: [{ domainQuery: { domains: [domain] } }],
      readItem: readInstance,
    });
    for await (const instance of found) return instance;
    return undefined;
  }

  async function ownInstance(): Promise<ZitadelInstance> {
    const instance = await session.run(getOwnInstance());
    if (instance.domains.length > 0) return instance;
    const domains: InstanceDomain[] = [];
    const action = 'list the domains of the instance';
    for await (const domain of search({ session, action, path: '/admin/v1/domains/_search', readItem: readDomain })) domains.push(domain);
    return withDomains(instance, domains);
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
