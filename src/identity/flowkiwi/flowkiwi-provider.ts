import type { Clock } from '../../edges.ts';
import { CliError, isCliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { problemToCliError, readJson } from '../../http/problem.ts';
import { isWebPage } from '../../http/problem-document.ts';
import { TransportError, toCliError } from '../../http/transport-error.ts';
import { type Instance, isOwnedBy } from '../instance.ts';
import { type Lost, lookForLost } from '../look-for-lost.ts';
import { listItems, type OnShortList } from '../pages.ts';
import type { FlowkiwiIdentity, InstanceQuery, NewInstance } from '../provider.ts';
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

export interface FlowkiwiProviderOptions extends SessionOptions {
  readonly clock: Clock;
  readonly onShortList?: OnShortList;
}

/** The adapter for Flowkiwi Identity. */
export function flowkiwiProvider(options: FlowkiwiProviderOptions): FlowkiwiIdentity {
  const { clock, signal, onShortList } = options;
  const session = createSession(options, FLOWKIWI_DIALECT);
  const pager = hydraPager(options.url);

  function list(organizationId: string, query: InstanceQuery, onShort?: OnShortList): AsyncIterable<Instance> {
    const action = `list the instances of organization ${organizationId}`;
    const request = listInstancesRequest(organizationId, query);
    const refused = unknownAs(organizationId);
    return listItems({ session, pager, action, request, refused, readItem: readInstance, limit: query.limit, onShort });
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

  async function createInstanceOnce(organizationId: string, instance: NewInstance): Promise<Instance> {
    try {
      return await session.run(createInstance(organizationId, instance));
    } catch (error) {
      if (!isCliError(error) || error.code !== 'unknown_outcome') throw error;
      const look = (handle: string) => lookUp(organizationId, handle);
      return findLostInstance({ organizationId, instance, lost: error, lookUp: look, clock, signal });
    }
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
    // Whoever answers with a page has not looked at the credential.
    if (response.status < 400 || isWebPage(response)) readJson(response);
  }

  return {
    createOrganization: (name) => session.run(createOrganization(name)),
    getOrganization: (id) => session.run(getOrganization(id)),
    renameOrganization: (id, name) => session.run(renameOrganization(id, name)),
    deleteOrganization: (id) => session.perform(deleteOrganization(id)),
    createInstance: createInstanceOnce,
    getInstance: (organizationId, instanceId) => session.run(getInstance(organizationId, instanceId)),
    renameInstance: (organizationId, instanceId, name) => session.run(renameInstance(organizationId, instanceId, name)),
    transferInstance: (organizationId, instanceId, to) => session.run(transferInstance(organizationId, instanceId, to)),
    listInstances: (organizationId, query = {}) => list(organizationId, query, onShortList),
    findInstance,
    checkCredential,
  };
}

interface LostInstance extends Omit<Lost<Instance>, 'lookUp'> {
  readonly organizationId: string;
  /** What was sent. */
  readonly instance: NewInstance;
  /** The instance of the organization with exactly this handle. */
  readonly lookUp: (handle: string) => Promise<Instance | undefined>;
}

/**
 * Finds out what became of an instance whose create got no usable answer. Handles are unique and never change (contract section 3.2), so
 * whatever has this one tells: returns the instance when it was created. Throws `conflict` when the handle belongs to another one,
 * `unavailable` when the server, asked several times, does not have it, and what `lookForLost` throws when the server cannot be asked.
 */
async function findLostInstance({ organizationId, instance, lookUp, ...asking }: LostInstance): Promise<Instance> {
  const { name, handle } = instance;
  const { lost } = asking;
  const { status, requestId } = lost;
  const found = await lookForLost({ ...asking, lookUp: () => lookUp(handle) });
  if (found?.name === name && isOwnedBy(found, organizationId)) return found;
  if (found) throw takenHandle(handle, lost);
  const what = `instance ${JSON.stringify(name)} (handle ${handle})`;
  throw new CliError('unavailable', `${what} was not created: the answer was lost, and organization ${organizationId} does not have it`, {
    hint: 'safe to run again; --debug shows what went wrong',
    status,
    requestId,
    cause: lost,
  });
}
