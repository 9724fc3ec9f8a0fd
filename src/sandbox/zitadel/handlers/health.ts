import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { AuthService } from '@zitadel/proto/zitadel/auth_pb';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { type Handler, instanceHandler } from './handler.ts';

/** Whether there is an instance at that host; asks for no token (contract section 5). The system API has the call and does not do it. */
export const healthHandlers: readonly Handler[] = [
  instanceHandler(AdminService.method.healthz, () => ({})),
  instanceHandler(ManagementService.method.healthz, () => ({})),
  instanceHandler(AuthService.method.healthz, () => ({})),
];
