import { CliError, detailsOf } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { isRecord } from '../../record.ts';
import { type BareOperation, type Operation, pathPart } from '../operation.ts';
import { readOwner } from './organization.ts';
import { contextOf } from './organization-context.ts';
import { errorId } from './problem.ts';
import type { Removal } from './repeatable.ts';

/** Members of an organization, in its own context: management v1 (`/orgs/me/members`, from the official descriptors). */
const MEMBERS = '/management/v1/orgs/me/members';

/** `POST …/orgs/members/roles/_search`: the roles that a member of the organization can have. */
export function listMemberRoles(organizationId: string): Operation<readonly string[]> {
  return {
    action: 'list the roles of members',
    request: { method: 'POST', path: '/management/v1/orgs/members/roles/_search', ...contextOf(organizationId), safe: true },
    interpret: (json) => {
      if (!isRecord(json)) return undefined;
      return Array.isArray(json['result']) ? json['result'].filter((role) => typeof role === 'string') : [];
    },
  };
}

/** What is said of a membership, and asked for. */
export interface Membership {
  readonly organizationId: string;
  readonly userId: string;
  readonly roles: readonly string[];
}

/** `POST …/members`. Throws `conflict` for somebody who is a member already, so that it can be sent again. */
export function addMember({ organizationId, userId, roles }: Membership): BareOperation {
  return {
    action: `add the member ${userId}`,
    request: { method: 'POST', path: MEMBERS, json: { userId, roles }, ...contextOf(organizationId), safe: true },
    refused: (response, error) =>
      errorId(response) === NO_USER
        ? new CliError('not_found', `there is no user ${userId}`, {
            ...detailsOf(error),
            hint: helpWith('to see who are members', 'org', 'member', 'list', '--org', { id: organizationId }),
          })
        : undefined,
  };
}

/** The id of the error for a user that is not there. */
const NO_USER = 'ORG-GoXOn';

/** `PUT …/members/{userId}`: gives a member exactly these roles. */
export function updateMember({ organizationId, userId, roles }: Membership): BareOperation {
  return {
    action: `change the roles of member ${userId}`,
    request: { method: 'PUT', path: `${MEMBERS}/${pathPart(userId)}`, json: { roles }, ...contextOf(organizationId), safe: true },
  };
}

/** `DELETE …/members/{userId}`. For somebody who is not a member the server answers without details, or with empty ones. */
export function removeMember(organizationId: string, userId: string): Operation<Removal> {
  return {
    action: `remove the member ${userId}`,
    request: { method: 'DELETE', path: `${MEMBERS}/${pathPart(userId)}`, ...contextOf(organizationId) },
    interpret: (json) => (isRecord(json) ? (readOwner(json['details']) ? 'removed' : 'nothing') : undefined),
  };
}
