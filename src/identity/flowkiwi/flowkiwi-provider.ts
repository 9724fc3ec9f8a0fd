import type { Clock } from '../../edges.ts';
import { CliError, detailsOf } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { problemToCliError, readJson } from '../../http/problem.ts';
import { isWebPage } from '../../http/problem-document.ts';
import { withServerClock } from '../../http/server-clock.ts';
import { TransportError, toCliError } from '../../http/transport-error.ts';
import { type Instance, isOwnedBy } from '../instance.ts';
import { listItems, type OnShortList } from '../pages.ts';
import type { FlowkiwiIdentity, InstanceQuery, NewInstance } from '../provider.ts';
import { repeatCreate } from '../repeat-create.ts';
import { createSession, type SessionOptions } from '../session.ts';
import { FLOWKIWI_DIALECT } from './dialect.ts';
import {
  createInstance,
  getInstance,
  listInstancesRequest,
  readInstance,
  renameInstance,
  takenHandle,
  transferInstance,
} from './instances.ts';
import { createOrganization, deleteOrganization, getOrganization, renameOrganization, unknownAs } from './organizations.ts';
import { hydraPager } from './pager.ts';
import { productManagementUrlOf } from './product-management.ts';

export interface FlowkiwiProviderOptions extends SessionOptions {
  readonly clock: Clock;
  /** Milliseconds that are left for repeating what can be repeated; undefined without a limit. */
  readonly leftMs?: (() => number | undefined) | undefined;
  readonly onShortList?: OnShortList;
}

/** The adapter for Flowkiwi Identity. */
export function flowkiwiProvider(options: FlowkiwiProviderOptions): FlowkiwiIdentity {
  const { clock, signal, leftMs, onShortList } = options;
  const [http, serverClock] = withServerClock(options.http, clock);
  const session = createSession({ ...options, http }, FLOWKIWI_DIALECT);
  const pager = hydraPager(options.url);
  const placed = (instance: Instance): Instance => ({
    ...instance,
    product_management_url: productManagementUrlOf(instance.handle, options.url),
  });
  const readItem = (json: unknown): Instance | undefined => {
    const instance = readInstance(json);
    return instance && placed(instance);
  };

  function list(organizationId: string, query: InstanceQuery, onShort?: OnShortList): AsyncIterable<Instance> {
    const action = `list the instances of organization ${organizationId}`;
    const request = listInstancesRequest(organizationId, query);
    const refused = unknownAs(organizationId);
    return listItems({ session, pager, action, request, refused, readItem, limit: query.limit, onShort });
  }

  /** The instance with exactly this handle: the filter matches parts of handles too (contract section 3.4). */
  async function lookUp(organizationId: string, handle: string): Promise<Instance | undefined> {
    for await (const instance of list(organizationId, { handle })) {
      if (instance.handle === handle) return instance;
    }
    return undefined;
  }

  async function findInstance(organizationId: string, handle: string): Promise<Instance> {
    const instance = await lookUp(organizationId, handle);
    if (instance) return instance;
    throw new CliError('not_found', `organization ${organizationId} has no instance with the handle ${handle}`, {
      hint: helpWith('to see the instances that are there', 'instance', 'list', '--org', { id: organizationId }),
    });
  }

  /** Handles are unique and never change (contract section 3.2), so that a create whose answer is lost can be sent again. */
  function createInstanceOnce(organizationId: string, instance: NewInstance): Promise<Instance> {
    const { name, handle } = instance;
    const sentAt = clock.now();
    return repeatCreate({
      create: async () => placed(await session.run(createInstance(organizationId, instance))),
      lookUp: () => lookUp(organizationId, handle),
      isOurs: (found) =>
        (found.name ?? name) === name && isOwnedBy(found, organizationId) && serverClock.mayFollow(found.created_at, sentAt),
      taken: (error) => takenHandle(handle, error),
      notCreated: (error) =>
        new CliError(
          'unavailable',
          `instance ${JSON.stringify(name)} (handle ${handle}) was not created: the answer was lost, and organization ${organizationId} does not have it`,
          { ...detailsOf(error), hint: 'safe to run again; --debug shows what went wrong', cause: error },
        ),
      clock,
      signal,
      leftMs,
    });
  }

  /** Identity has no call that only tells who one is; reading an organization that cannot exist tells whether the token is accepted. */
  async function checkCredential(): Promise<void> {
    const response = await session
      .send({ method: 'GET', path: '/api/organizations/00000000-0000-0000-0000-000000000000' })
      .catch((error) => {
        throw error instanceof TransportError ? toCliError(error) : error;
      });
    if (response.status === 401 || response.status === 429 || response.status >= 500) {
      const { source, remedy } = options.credential;
      throw problemToCliError(response, { action: 'check the credential', credential: source, remedy });
    }
    await session.assertOwn(response, 'check the credential');
    // A server that answers with a page has not looked at the credential.
    if (response.status < 400 || isWebPage(response)) readJson(response);
  }

  return {
    createOrganization: (name) => session.run(createOrganization(name)),
    getOrganization: (id) => session.run(getOrganization(id)),
    renameOrganization: (id, name) => session.run(renameOrganization(id, name)),
    deleteOrganization: (id) => session.perform(deleteOrganization(id)),
    createInstance: createInstanceOnce,
    getInstance: async (organizationId, instanceId) => placed(await session.run(getInstance(organizationId, instanceId))),
    renameInstance: async (organizationId, instanceId, name) => placed(await session.run(renameInstance(organizationId, instanceId, name))),
    transferInstance: async (organizationId, instanceId, to) => placed(await session.run(transferInstance(organizationId, instanceId, to))),
    listInstances: (organizationId, query = {}) => list(organizationId, query, onShortList),
    findInstance,
    checkCredential,
  };
}
