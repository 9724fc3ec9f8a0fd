import { FieldName } from '@zitadel/proto/zitadel/instance_pb';
import type { ListInstancesRequest } from '@zitadel/proto/zitadel/system_pb';
import type { Call } from '../calls/call.ts';
import { StatusError } from '../status.ts';
import { type InstanceDomainRecord, listInstanceDomains } from '../store/instance-domain-store.ts';
import { type InstanceRecord, listInstances } from '../store/instance-store.ts';
import { instanceMessage } from './instance-message.ts';
import { compareTexts, pageOf } from './search.ts';

/** A row of the search: an instance with some of its domains, all of them unless the result is unsorted. */
interface Found {
  readonly instance: InstanceRecord;
  readonly domains: readonly InstanceDomainRecord[];
}

/** What each version cannot sort by, for which it fails. */
const UNSORTABLE: Readonly<Record<Call['switches']['zitadel'], readonly FieldName[]>> = {
  '2.70': [FieldName.NAME, FieldName.CREATION_DATE],
  '4.0': [FieldName.ID],
};

/**
 * The search of the system API (contract section 10.3). The server joins instances with their domains: it counts domains, and an unsorted
 * result has an instance twice when other instances were made between two of its domains, each time with a part of them. A search by
 * domain counts those that it finds.
 */
export function searchInstances(call: Call, { query, queries, sortingColumn }: ListInstancesRequest) {
  if (UNSORTABLE[call.switches.zitadel].includes(sortingColumn)) throw new StatusError('Internal', 'Errors.Internal', 'QUERY-3j98f');
  const compare = COMPARE[sortingColumn];
  const wanted = queries.flatMap(({ query: condition }) => (condition.case === 'domainQuery' ? [condition.value.domains] : []));
  const instances = listInstances(call.database, call.projected)
    .filter(({ id }) => queries.every(({ query: { case: kind, value } }) => kind !== 'idQuery' || value.ids.includes(id)))
    .map((instance) => ({ instance, domains: listInstanceDomains(call.database, instance.id, call.projected) }))
    .filter(({ domains }) => wanted.every((names) => domains.some(({ domain }) => names.includes(domain))));
  const counted = instances.flatMap(({ domains }) => domains.filter(({ domain }) => wanted.every((names) => names.includes(domain))));
  const rows = compare === undefined ? inOrderOfDomains(instances) : instances;
  const result = pageOf(rows, query, compare).map(({ instance, domains }) => instanceMessage(instance, domains, call.switches));
  // This search tells nothing about its projection.
  return { details: { totalResult: BigInt(counted.length) }, result };
}

/** What instances can be sorted by; nothing sorts them by default. */
const COMPARE: Readonly<Record<FieldName, ((a: Found, b: Found) => number) | undefined>> = {
  [FieldName.UNSPECIFIED]: undefined,
  [FieldName.ID]: (a, b) => compareTexts(a.instance.id, b.instance.id),
  [FieldName.NAME]: (a, b) => compareTexts(a.instance.name, b.instance.name),
  [FieldName.CREATION_DATE]: (a, b) => a.instance.createdAt - b.instance.createdAt,
};

/** The instances in the order in which their domains were added, neighbours put together. */
function inOrderOfDomains(instances: readonly Found[]): Found[] {
  const pairs = instances.flatMap(({ instance, domains }) => domains.map((domain) => ({ instance, domain })));
  const rows: { readonly instance: InstanceRecord; readonly domains: InstanceDomainRecord[] }[] = [];
  for (const { instance, domain } of pairs.sort((a, b) => a.domain.createdAt - b.domain.createdAt)) {
    const last = rows.at(-1);
    if (last?.instance === instance) last.domains.push(domain);
    else rows.push({ instance, domains: [domain] });
  }
  return rows;
}
