import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { SystemService } from '@zitadel/proto/zitadel/system_pb';
import type { InstanceCall } from '../calls/call.ts';
import { listInstanceDomains } from '../store/instance-domain-store.ts';
import { renamedDetails } from './details.ts';
import { type Handler, instanceHandler, systemHandler } from './handler.ts';
import { removeInstance, renameInstance } from './instance-changes.ts';
import { instanceMessage } from './instance-message.ts';
import { searchInstances } from './instance-search.ts';

/** Instances in the system API, and the host's own in the admin API (contract section 3.2). All reads come from a projection. */
export const instanceHandlers: readonly Handler[] = [
  instanceHandler(SystemService.method.getInstance, (call) => ({ instance: messageOf(call) })),
  instanceHandler(AdminService.method.getMyInstance, (call) => ({ instance: messageOf(call) })),
  systemHandler(SystemService.method.listInstances, (call, request) => searchInstances(call, request)),
  instanceHandler(SystemService.method.updateInstance, (call, { instanceName }) => ({
    details: renamedDetails(renameInstance(call, instanceName), call.instance.id),
  })),
  instanceHandler(SystemService.method.removeInstance, (call) => ({ details: renamedDetails(removeInstance(call), call.instance.id) })),
];

function messageOf({ database, projected, instance, switches }: InstanceCall) {
  return instanceMessage(instance, listInstanceDomains(database, instance.id, projected), switches);
}
