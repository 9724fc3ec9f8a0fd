import type { Session } from '../session.ts';
import { type InstanceDomain, readInstanceDomain } from './instance.ts';
import {
  addInstanceDomain,
  blockInstance,
  type DomainOfInstance,
  instanceDomainsPath,
  removeInstanceDomain,
  setPrimaryInstanceDomain,
} from './instance-domain-requests.ts';
import { performUnless, type Removal, type RemovalOptions, removalOf, removeOnce } from './repeatable.ts';
import { search } from './search.ts';

/** Domains that instances are addressed by, and their blocks. All but the profile's own domains are for system users. */
export interface InstanceDomainService {
  /** Those of the profile's own instance; needs no system user. */
  readonly listOwnDomains: () => AsyncIterable<InstanceDomain>;
  readonly listInstanceDomains: (instanceId: string) => AsyncIterable<InstanceDomain>;
  /** Adds a domain; `unchanged` when the instance has it. Throws `conflict` when another one has it. */
  readonly addInstanceDomain: (of: DomainOfInstance) => Promise<'added' | 'unchanged'>;
  readonly setPrimaryInstanceDomain: (of: DomainOfInstance) => Promise<void>;
  readonly removeInstanceDomain: (of: DomainOfInstance) => Promise<Removal>;
  /** Lets an instance answer nothing any more, or all again. No read tells whether it is blocked. Throws `usage` for a server that cannot do that. */
  readonly blockInstance: (id: string, block: boolean) => Promise<void>;
}

export interface InstanceDomainCallsOptions extends RemovalOptions {
  readonly session: Session;
  /** Carries out what goes to the system API. */
  readonly system: Session;
}

/** The id of the error for a domain that the instance has. */
const HAS_DOMAIN = 'INST-i2nl';

/** The part of the adapter that is about domains and blocks of instances. */
export function instanceDomainCalls({ session, system, clock, signal, leftMs }: InstanceDomainCallsOptions): InstanceDomainService {
  const list = (by: Session, path: string) =>
    search({ session: by, action: 'list the domains of the instance', path, readItem: readInstanceDomain });
  return {
    listOwnDomains: () => list(session, '/admin/v1/domains/_search'),
    listInstanceDomains: (instanceId) => list(system, `${instanceDomainsPath(instanceId)}/_search`),
    addInstanceDomain: async (of) =>
      (await performUnless(HAS_DOMAIN, () => system.perform(addInstanceDomain(of)))) ? 'added' : 'unchanged',
    setPrimaryInstanceDomain: (of) => system.perform(setPrimaryInstanceDomain(of)),
    removeInstanceDomain: (of) => removeOnce(() => removalOf(() => system.perform(removeInstanceDomain(of))), { clock, signal, leftMs }),
    blockInstance: (id, block) => system.perform(blockInstance(id, block)),
  };
}
