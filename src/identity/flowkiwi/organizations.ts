import { isRecord } from '../../record.ts';
import { checkedName } from '../name.ts';
import type { Operation } from '../operation.ts';
import type { Member, Organization } from '../organization.ts';
import { textOrNull } from './text.ts';

/** `POST /api/organizations` (contract section 2.2). */
export function createOrganization(name: string): Operation<Organization> {
  return {
    action: 'create the organization',
    request: { method: 'POST', path: '/api/organizations', json: { name: checkedName('organization', name) } },
    interpret: readOrganization,
    creates: {
      creating: `organization ${JSON.stringify(name)}`,
      check:
        'look for it on the Flowkiwi website before you create it again: Identity has no listing of organizations, and names need not be unique',
    },
  };
}

/** `GET /api/organizations/{id}` (contract section 2.3). */
export function getOrganization(id: string): Operation<Organization> {
  return {
    action: `read organization ${id}`,
    request: { method: 'GET', path: `/api/organizations/${encodeURIComponent(id)}` },
    interpret: readOrganization,
  };
}

/** Reads an organization from JSON-LD or plain JSON; absent properties are null (contract sections 2.1 and 6.5). */
export function readOrganization(json: unknown): Organization | undefined {
  if (!isRecord(json) || typeof json['id'] !== 'string' || typeof json['name'] !== 'string') return undefined;
  return {
    id: json['id'],
    name: json['name'],
    created_at: textOrNull(json['created_at']),
    updated_at: textOrNull(json['updated_at']),
    owners: readMembers(json['owners']),
    members: readMembers(json['members']),
  };
}

function readMembers(json: unknown): Member[] {
  return Array.isArray(json) ? json.filter(isRecord).map(readMember) : [];
}

function readMember(json: Readonly<Record<string, unknown>>): Member {
  return {
    id: textOrNull(json['id']) ?? '',
    email: textOrNull(json['email']) ?? '',
    name: textOrNull(json['name']),
    role: textOrNull(json['role']) ?? '',
    joined_at: textOrNull(json['joined_at']),
  };
}
