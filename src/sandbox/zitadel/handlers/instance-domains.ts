import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { DomainFieldName, type DomainSearchQuery } from '@zitadel/proto/zitadel/instance_pb';
import { SystemService } from '@zitadel/proto/zitadel/system_pb';
import type { InstanceCall } from '../calls/call.ts';
import { instanceDomain } from '../rules/domains.ts';
import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../status.ts';
import {
  type InstanceDomainRecord,
  insertInstanceDomain,
  isDomainOfInstance,
  listInstanceDomains,
  removeInstanceDomain,
} from '../store/instance-domain-store.ts';
import { changeInstance, findInstance, type InstanceRecord } from '../store/instance-store.ts';
import { NOW } from '../store/point-in-time.ts';
import { addedDetails, changedDetails } from './details.ts';
import { type Handler, instanceHandler, systemHandler } from './handler.ts';
import { instanceDomainMessage } from './instance-domain-message.ts';
import { compareTexts, listDetails, matchesText, type Page, pageOf } from './search.ts';

/** Domains of instances (contract section 3.2). */
export const instanceDomainHandlers: readonly Handler[] = [
  systemHandler(SystemService.method.existsDomain, ({ database, projected }, { domain }) => ({
    exists: isDomainOfInstance(database, domain, projected),
  })),
  instanceHandler(SystemService.method.listDomains, (call, request) => listDomains(call, request)),
  instanceHandler(AdminService.method.listInstanceDomains, (call, request) => listDomains(call, request)),
  instanceHandler(SystemService.method.addDomain, (call, request) => {
    const { database, now } = call;
    const domain = instanceDomain(request.domain);
    const { instance, domains } = written(call);
    if (domains.some((known) => known.domain === domain)) throw alreadyExists('INST-i2nl', 'Errors.Instance.Domain.AlreadyExists');
    return database.transaction(() => {
      const { id, sequence } = changeInstance(database, instance, {}, 1, now);
      insertInstanceDomain(database, { instanceId: id, domain, isGenerated: false, sequence, createdAt: now });
      return { details: addedDetails({ sequence, createdAt: now }, id) };
    });
  }),
  instanceHandler(SystemService.method.removeDomain, (call, request) => {
    const { database, now } = call;
    const domain = request.domain.trim();
    if (domain === '') throw invalidArgument('INST-39nls', 'Errors.Invalid.Argument');
    const { instance, domains } = written(call);
    const known = domains.find((record) => record.domain === domain);
    if (known === undefined) throw notFound('INSTANCE-8ls9f', 'Errors.Instance.Domain.NotFound');
    if (known.isGenerated) throw failedPrecondition('INSTANCE-9hn3n', 'Errors.Instance.Domain.GeneratedNotRemovable');
    return database.transaction(() => {
      removeInstanceDomain(database, known, now);
      return { details: changedDetails(changeInstance(database, instance, {}, 1, now), instance.id) };
    });
  }),
  instanceHandler(SystemService.method.setPrimaryDomain, (call, request) => {
    const { database, now } = call;
    const domain = request.domain.trim();
    if (domain === '') throw invalidArgument('INST-9mWjf', 'Errors.Invalid.Argument');
    const { instance, domains } = written(call);
    if (!domains.some((known) => known.domain === domain)) throw notFound('INSTANCE-9nkWf', 'Errors.Instance.Domain.NotFound');
    const changed = database.transaction(() => changeInstance(database, instance, { primaryDomain: domain }, 1, now));
    return { details: changedDetails(changed, instance.id) };
  }),
];

/** The instance with its domains as the events say, which a change goes by. */
function written({ database, instance }: InstanceCall): { readonly instance: InstanceRecord; readonly domains: InstanceDomainRecord[] } {
  return { instance: findInstance(database, instance.id) ?? instance, domains: listInstanceDomains(database, instance.id, NOW) };
}

interface DomainSearch {
  readonly query?: Page | undefined;
  readonly queries: readonly DomainSearchQuery[];
  readonly sortingColumn: DomainFieldName;
}

function listDomains(call: InstanceCall, { query, queries, sortingColumn }: DomainSearch) {
  const { database, instance, projected } = call;
  const found = listInstanceDomains(database, instance.id, projected).filter((record) =>
    queries.every((condition) => matches(record, instance, condition)),
  );
  const compare = sortingColumn === DomainFieldName.DOMAIN ? byDomain : undefined;
  const result = pageOf(found, query, compare).map((record) => instanceDomainMessage(record, instance));
  return { details: listDetails(found, query, call), result };
}

function matches({ domain, isGenerated }: InstanceDomainRecord, { primaryDomain }: InstanceRecord, { query }: DomainSearchQuery): boolean {
  switch (query.case) {
    case 'domainQuery':
      return matchesText(domain, query.value.domain, query.value.method);
    case 'generatedQuery':
      return isGenerated === query.value.generated;
    case 'primaryQuery':
      return (domain === primaryDomain) === query.value.primary;
    default:
      return true;
  }
}

function byDomain(a: InstanceDomainRecord, b: InstanceDomainRecord): number {
  return compareTexts(a.domain, b.domain);
}
