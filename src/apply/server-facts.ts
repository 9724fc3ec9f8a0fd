import { isCliError } from '../errors.ts';
import { isOwnedBy } from '../identity/instance.ts';
import type { FlowkiwiIdentity } from '../identity/provider.ts';

/** What was read of an organization. */
export interface ServerFacts {
  readonly state: 'there' | 'gone' | 'forbidden';
  /** What it is called; undefined where that was not asked. */
  readonly name?: string | null;
  /** Its instances by handle, with their owner where that is another organization; undefined where that was not asked. */
  readonly instances?: ReadonlyMap<string, { readonly id: string; readonly owner?: string }>;
}

/** Reads organizations. Each call sends what it needs, and throws what the server's refusal is, but for 403 and 404. */
export interface ServerReader {
  /** With its name, or its instances, or both: a request for the one, and a list for the other. */
  readonly read: (organizationId: string, what: { readonly name: boolean; readonly instances: boolean }) => Promise<ServerFacts>;
}

/** Reads at Flowkiwi. `turn` is waited for before each organization and each list. */
export function flowkiwiReader(
  identity: Pick<FlowkiwiIdentity, 'getOrganization' | 'listInstances'>,
  turn: () => Promise<void>,
): ServerReader {
  return {
    read: async (organizationId, what) => {
      try {
        if (what.name) await turn();
        const name = what.name ? (await identity.getOrganization(organizationId)).name : undefined;
        if (what.instances) await turn();
        const instances = what.instances ? await instancesOf(identity, organizationId) : undefined;
        return { state: 'there', ...(name === undefined ? {} : { name }), ...(instances === undefined ? {} : { instances }) };
      } catch (error) {
        if (isCliError(error) && error.code === 'not_found') return { state: 'gone' };
        if (isCliError(error) && error.code === 'forbidden') return { state: 'forbidden' };
        throw error;
      }
    },
  };
}

async function instancesOf(
  identity: Pick<FlowkiwiIdentity, 'listInstances'>,
  organizationId: string,
): Promise<Map<string, { readonly id: string; readonly owner?: string }>> {
  const found = new Map<string, { readonly id: string; readonly owner?: string }>();
  for await (const instance of identity.listInstances(organizationId)) {
    const { id, handle, organization_id: owner } = instance;
    if (handle === null) continue;
    found.set(handle, isOwnedBy(instance, organizationId) || owner === null ? { id } : { id, owner });
  }
  return found;
}
