import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { SystemService } from '@zitadel/proto/zitadel/system_pb';
import { type Handler, instanceHandler, systemHandler } from './handler.ts';

/** Whether there is an instance at that host; asks for no token (contract section 5). */
export const healthHandlers: readonly Handler[] = [
  instanceHandler(AdminService.method.healthz, () => ({})),
  instanceHandler(ManagementService.method.healthz, () => ({})),
  systemHandler(SystemService.method.healthz, () => ({})),
];
