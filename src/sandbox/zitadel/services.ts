import type { DescService } from '@bufbuild/protobuf';
import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import { SystemService } from '@zitadel/proto/zitadel/system_pb';

/** The services of the sandbox, each with the prefix of its paths over REST; those of v2 are whole. */
export const SERVICES: readonly { readonly prefix: string; readonly service: DescService }[] = [
  { prefix: '/management/v1', service: ManagementService },
  { prefix: '/admin/v1', service: AdminService },
  { prefix: '/system/v1', service: SystemService },
  { prefix: '', service: OrganizationService },
];
