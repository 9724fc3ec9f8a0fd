import type { HttpClient } from '../../http/client.ts';
import { readJson } from '../../http/problem.ts';
import { unreadOutcome } from '../../http/unknown-outcome.ts';
import { isOwnedBy } from '../instance.ts';
import { idInLocation, type Operation } from '../operation.ts';
import { listItems } from '../pages.ts';
import { createSession, type SessionOptions } from '../session.ts';
import type { Named, Sending, SingleRequests } from '../single-requests.ts';
import { FLOWKIWI_DIALECT } from './dialect.ts';
import { createInstance, listInstancesRequest, readInstance } from './instances.ts';
import { createOrganization, deleteOrganization, getOrganization, renameOrganization, unknownAs } from './organizations.ts';
import { hydraPager } from './pager.ts';

export interface SingleRequestsOptions extends SessionOptions {
  /** Waited for before each request that does not say by `onSending` that its turn has come: a read, and what a renewed token sends again. */
  readonly turn: () => Promise<void>;
}

/** Those of Flowkiwi Identity. */
export function flowkiwiSingleRequests(options: SingleRequestsOptions): SingleRequests {
  const session = createSession({ ...options, http: sendingOnce(options.http, options.turn) }, FLOWKIWI_DIALECT);
  const pager = hydraPager(options.url);

  async function create<T extends Named>(operation: Operation<T>, sending: Sending): Promise<Named> {
    const response = await session.answer(withSending(operation, sending));
    const id = idInLocation(response, operation.request);
    try {
      const made = operation.interpret(readJson(response, operation.creates));
      if (made !== undefined) return made;
    } catch (error) {
      if (id === undefined) throw error;
    }
    const known = id === undefined ? undefined : operation.made?.(id).known;
    if (known !== undefined) return known;
    const creation = operation.creates ?? { creating: 'it', check: 'look for it before you create it again' };
    throw unreadOutcome(creation, 'its id is not in the answer', { status: response.status });
  }

  async function findInstance(organizationId: string, handle: string): Promise<Named | undefined> {
    const action = `look for the instance ${handle} in organization ${organizationId}`;
    const request = listInstancesRequest(organizationId, { handle });
    for await (const instance of listItems({
      session,
      pager,
      action,
      request,
      refused: unknownAs(organizationId),
      readItem: readInstance,
    })) {
      if (instance.handle === handle && isOwnedBy(instance, organizationId)) return instance;
    }
    return undefined;
  }

  return {
    createOrganization: (name, sending) => create(createOrganization(name), sending),
    createInstance: (organizationId, instance, sending) => create(createInstance(organizationId, instance), sending),
    findInstance,
    getOrganization: (id) => session.run(getOrganization(id)),
    renameOrganization: (id, name, sending) => session.run(withSending(renameOrganization(id, name), sending)),
    deleteOrganization: (id, sending) => session.perform(withSending(deleteOrganization(id), sending)),
  };
}

function withSending<O extends Pick<Operation<unknown>, 'request'>>(operation: O, { idempotencyKey, onSending }: Sending): O {
  const { request } = operation;
  const headers = { ...request.headers, ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }) };
  return { ...operation, request: { ...request, headers, onSending } };
}

/** Sends each request once, and those that had no turn yet when theirs has come. */
function sendingOnce({ send, close }: HttpClient, turn: () => Promise<void>): HttpClient {
  const hadTurn = new WeakSet<() => void>();
  return {
    close,
    send: async (request, signal) => {
      const { onSending } = request;
      if (onSending === undefined || hadTurn.has(onSending)) await turn();
      else hadTurn.add(onSending);
      return send({ ...request, once: true }, signal);
    },
  };
}
