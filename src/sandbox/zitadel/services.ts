import type { DescService } from '@bufbuild/protobuf';
import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { AuthService } from '@zitadel/proto/zitadel/auth_pb';
import { InstanceService } from '@zitadel/proto/zitadel/instance/v2beta/instance_service_pb';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import { OrganizationService as BetaOrganizationService } from '@zitadel/proto/zitadel/org/v2beta/org_service_pb';
import { SystemService } from '@zitadel/proto/zitadel/system_pb';
import { UserService } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import type { Switches } from '../switches.ts';

export interface ServedService {
  /** Of its paths over REST; those of v2 are whole. */
  readonly prefix: string;
  readonly service: DescService;
  readonly versions: readonly Switches['zitadel'][];
}

const BOTH = ['2.70', '4.0'] as const;

/** The services of the sandbox. */
export const SERVICES: readonly ServedService[] = [
  { prefix: '/management/v1', service: ManagementService, versions: BOTH },
  { prefix: '/admin/v1', service: AdminService, versions: BOTH },
  { prefix: '/auth/v1', service: AuthService, versions: BOTH },
  { prefix: '/system/v1', service: SystemService, versions: BOTH },
  { prefix: '', service: OrganizationService, versions: BOTH },
  { prefix: '', service: UserService, versions: BOTH },
  { prefix: '', service: BetaOrganizationService, versions: ['4.0'] },
  { prefix: '', service: InstanceService, versions: ['4.0'] },
];

/** Whether it is one of the v2 API, which newer servers speak over Connect as well. */
export function isV2({ typeName }: DescService): boolean {
  return /\.v2(?:beta)?\./.test(typeName);
}
