import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { auth_option } from '@zitadel/proto/zitadel/options_pb';
import { options } from '@zitadel/proto/zitadel/protoc_gen_zitadel/v2/options_pb';
import type { Database } from '../../database.ts';
import type { Switches } from '../../switches.ts';
import { hasPermission } from '../rules/roles.ts';
import { notFound, StatusError } from '../status.ts';
import type { InstanceRecord } from '../store/instance-store.ts';
import { findOrganization } from '../store/organization-store.ts';
import type { Caller } from './call.ts';

/** Any valid token will do. */
const AUTHENTICATED = 'authenticated';

/** The permission that the descriptors ask for; undefined for a call that needs no token. */
export function requiredPermission(method: DescMethod): string | undefined {
  const { permission } = getOption(method, auth_option);
  const v2 = getOption(method, options).authOption?.permission ?? '';
  return [permission, v2].find((text) => text !== '') ?? (hasOption(method, auth_option) ? AUTHENTICATED : undefined);
}

/**
 * The organization in whose name a call is made: the one of the header, else the caller's own; empty for a system user that named none.
 * Throws `AUTH-Bs7Ds` when there is no such organization; a removed one is one of them on the old server only.
 */
export function organizationOfCall(
  database: Database,
  instance: InstanceRecord | undefined,
  named: string | undefined,
  { user }: Caller,
  version: Switches['zitadel'],
): string {
  const id = named || user?.organizationId;
  if (id === undefined || instance === undefined) return '';
  const organization = id.includes('\0') ? undefined : findOrganization(database, instance.id, id);
  if (organization === undefined || (organization.state === 'removed' && version === '2.70')) {
    throw new StatusError('PermissionDenied', "Organisation doesn't exist", 'AUTH-Bs7Ds');
  }
  return id;
}

/** Throws 404 `AUTHZ-cdgFk` for somebody without any membership here, 403 `AUTH-5mWD2` when no role has the permission. */
export function checkPermission(caller: Caller, permission: string, organizationId: string): void {
  if (permission === AUTHENTICATED || isPermitted(caller, permission, organizationId)) return;
  if (caller.user !== undefined && caller.rolesIn(organizationId).length === 0) throw notFound('AUTHZ-cdgFk', 'membership not found');
  throw new StatusError('PermissionDenied', 'No matching permissions found', 'AUTH-5mWD2');
}

/** Whether the caller may do it in the organization. */
export function isPermitted(caller: Caller, permission: string, organizationId: string): boolean {
  return caller.rolesIn(organizationId).some((role) => hasPermission(role, permission));
}
