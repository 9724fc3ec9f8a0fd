import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { SystemService } from '@zitadel/proto/zitadel/system_pb';
import type { InstanceCall } from '../calls/call.ts';
import { failedPrecondition, invalidArgument } from '../status.ts';
import { listInstanceDomains, removeInstanceDomain } from '../store/instance-domain-store.ts';
import { changeInstance, findInstance } from '../store/instance-store.ts';
import { listOrganizations } from '../store/organization-store.ts';
import { NOW } from '../store/point-in-time.ts';
import { removeProjectsOf } from '../store/project-store.ts';
import { releaseAllOf } from '../store/unique-values.ts';
import { removeUsersOf } from '../store/user-store.ts';
import { renamedDetails } from './details.ts';
import { type Handler, instanceHandler, systemHandler } from './handler.ts';
import { instanceMessage } from './instance-message.ts';
import { searchInstances } from './instance-search.ts';

/** Instances in the system API, and the host's own in the admin API (contract section 3.2). All reads come from a projection. */
export const instanceHandlers: readonly Handler[] = [
  instanceHandler(SystemService.method.getInstance, (call) => ({ instance: messageOf(call) })),
  instanceHandler(AdminService.method.getMyInstance, (call) => ({ instance: messageOf(call) })),
  systemHandler(SystemService.method.listInstances, (call, request) => searchInstances(call, request)),
  instanceHandler(SystemService.method.updateInstance, ({ database, instance, now, switches }, { instanceName }) => {
    if (instanceName.trim() === '' && switches.zitadel !== '2.70') throw invalidArgument('INST-092mid', 'Errors.Invalid.Argument');
    const current = findInstance(database, instance.id) ?? instance;
    if (instanceName === current.name) throw failedPrecondition('INST-alpxism', 'Instance not changed');
    const changed = database.transaction(() => changeInstance(database, current, { name: instanceName }, 1, now));
    return { details: renamedDetails(changed, instance.id) };
  }),
  instanceHandler(SystemService.method.removeInstance, ({ database, instance, now }) => {
    const current = findInstance(database, instance.id) ?? instance;
    return database.transaction(() => {
      for (const { id } of listOrganizations(database, instance.id, NOW)) {
        removeUsersOf(database, id);
        removeProjectsOf(database, id);
        releaseAllOf(database, id);
      }
      for (const domain of listInstanceDomains(database, instance.id, NOW)) removeInstanceDomain(database, domain, now);
      return { details: renamedDetails(changeInstance(database, current, { isRemoved: true }, 1, now), instance.id) };
    });
  }),
];

function messageOf({ database, projected, instance, switches }: InstanceCall) {
  return instanceMessage(instance, listInstanceDomains(database, instance.id, projected), switches);
}
