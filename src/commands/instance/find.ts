import { isHandle } from '../../identity/flowkiwi/handle.ts';
import type { Instance } from '../../identity/instance.ts';
import type { FlowkiwiIdentity } from '../../identity/provider.ts';

/** INSTANCE on a command line: an id or a handle. */
export const INSTANCE = { name: 'instance', summary: 'id or handle; at ZITADEL id or domain' };

/** The instance that an id or a handle names. Throws `not_found`. */
export function namedInstance(provider: FlowkiwiIdentity, organizationId: string, instance: string): Promise<Instance> {
  return isHandle(instance) ? provider.findInstance(organizationId, instance) : provider.getInstance(organizationId, instance);
}

/** The same where the id is enough: an id is not looked up. */
export async function instanceId(provider: FlowkiwiIdentity, organizationId: string, instance: string): Promise<string> {
  return isHandle(instance) ? (await provider.findInstance(organizationId, instance)).id : instance;
}
