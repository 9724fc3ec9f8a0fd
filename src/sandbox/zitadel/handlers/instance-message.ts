import { State } from '@zitadel/proto/zitadel/instance_pb';
import type { Switches } from '../../switches.ts';
import type { InstanceDomainRecord } from '../store/instance-domain-store.ts';
import type { InstanceRecord } from '../store/instance-store.ts';
import { readDetails } from './details.ts';
import { instanceDomainMessage } from './instance-domain-message.ts';

/** What the servers that the sandbox stands in for say of themselves. */
export const VERSIONS: Readonly<Record<Switches['zitadel'], string>> = { '4.0': 'v4.0.0', '2.70': 'v2.70.0' };

/** An instance, as a read answers it: its state is always the same, and it is its own owner. */
export function instanceMessage(instance: InstanceRecord, domains: readonly InstanceDomainRecord[], switches: Switches) {
  const { id, name } = instance;
  return {
    id,
    name,
    details: readDetails(instance, id),
    state: State.RUNNING,
    version: VERSIONS[switches.zitadel],
    domains: domains.map((domain) => instanceDomainMessage(domain, instance)),
  };
}
