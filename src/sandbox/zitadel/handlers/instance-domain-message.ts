import type { InstanceDomainRecord } from '../store/instance-domain-store.ts';
import type { InstanceRecord } from '../store/instance-store.ts';
import { readDetails } from './details.ts';

/** A domain, as a read of it or of its instance answers it. */
export function instanceDomainMessage(record: InstanceDomainRecord, instance: InstanceRecord) {
  const { domain, isGenerated, createdAt } = record;
  return {
    details: readDetails({ ...record, changedAt: createdAt }, instance.id),
    domain,
    primary: domain === instance.primaryDomain,
    generated: isGenerated,
  };
}
