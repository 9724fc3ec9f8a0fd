import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { FieldName, State } from '@zitadel/proto/zitadel/instance_pb';
import { SystemService } from '@zitadel/proto/zitadel/system_pb';
import type { Call } from '../calls/call.ts';
import { failedPrecondition, invalidArgument } from '../status.ts';
import { listInstanceDomains, removeInstanceDomain } from '../store/instance-domain-store.ts';
import { changeInstance, findInstance, type InstanceRecord, listInstances } from '../store/instance-store.ts';
import { listOrganizations } from '../store/organization-store.ts';
import { NOW } from '../store/point-in-time.ts';
import { releaseAllOf } from '../store/unique-values.ts';
import { removeUsersOf } from '../store/user-store.ts';
import { changedDetails, readDetails } from './details.ts';
import { type Handler, instanceHandler, systemHandler } from './handler.ts';
import { instanceDomainMessage } from './instance-domain-message.ts';
import { compareTexts, pageOf } from './search.ts';

/** The server that the sandbox stands in for. */
const VERSION = 'v4.14.0';

/** Instances in the system API, and the host's own in the admin API (contract section 3.2). All reads come from a projection. */
export const instanceHandlers: readonly Handler[] = [
  instanceHandler(SystemService.method.getInstance, (call) => ({ instance: instanceMessage(call, call.instance) })),
  instanceHandler(AdminService.method.getMyInstance, (call) => ({ instance: instanceMessage(call, call.instance) })),
  systemHandler(SystemService.method.listInstances, (call, { query, queries, sortingColumn }) => {
    const found = listInstances(call.database, call.projected).filter((instance) =>
      queries.every(({ query: condition }) => {
        if (condition.case === 'idQuery') return condition.value.ids.includes(instance.id);
        if (condition.case !== 'domainQuery') return true;
        const { domains } = condition.value;
        return listInstanceDomains(call.database, instance.id, call.projected).some(({ domain }) => domains.includes(domain));
      }),
    );
    const result = pageOf(found, query, COMPARE[sortingColumn]).map((instance) => instanceMessage(call, instance));
    // This search tells nothing about its projection.
    return { details: { totalResult: BigInt(found.length) }, result };
  }),
  instanceHandler(SystemService.method.updateInstance, ({ database, instance, now }, { instanceName }) => {
    if (instanceName === '') throw invalidArgument('INST-092mid', 'Errors.Invalid.Argument');
    const current = findInstance(database, instance.id) ?? instance;
    if (instanceName === current.name) throw failedPrecondition('INST-alpxism', 'Instance not changed');
    const changed = database.transaction(() => changeInstance(database, current, { name: instanceName }, 1, now));
    return { details: changedDetails(changed, instance.id) };
  }),
  instanceHandler(SystemService.method.removeInstance, ({ database, instance, now }) => {
    const current = findInstance(database, instance.id) ?? instance;
    return database.transaction(() => {
      for (const { id } of listOrganizations(database, instance.id, NOW)) {
        removeUsersOf(database, id);
        releaseAllOf(database, id);
      }
      for (const domain of listInstanceDomains(database, instance.id, NOW)) removeInstanceDomain(database, domain, now);
      return { details: changedDetails(changeInstance(database, current, { isRemoved: true }, 1, now), instance.id) };
    });
  }),
];

/** What instances can be sorted by; nothing sorts them by default. */
const COMPARE: Readonly<Record<FieldName, ((a: InstanceRecord, b: InstanceRecord) => number) | undefined>> = {
  [FieldName.UNSPECIFIED]: undefined,
  [FieldName.ID]: (a, b) => compareTexts(a.id, b.id),
  [FieldName.NAME]: (a, b) => compareTexts(a.name, b.name),
  [FieldName.CREATION_DATE]: (a, b) => a.createdAt - b.createdAt,
};

/** An instance, as a read answers it: its state is always the same, and it is its own owner. */
function instanceMessage({ database, projected }: Call, instance: InstanceRecord) {
  const { id, name } = instance;
  return {
    id,
    name,
    details: readDetails(instance, id),
    state: State.RUNNING,
    version: VERSION,
    domains: listInstanceDomains(database, id, projected).map((domain) => instanceDomainMessage(domain, instance)),
  };
}
