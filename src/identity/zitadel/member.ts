import { isRecord, textOrNull } from '../../record.ts';
import { type Details, readDetails } from './organization.ts';
import type { ZitadelUser } from './user.ts';

/** A user with roles in an organization; `id` is that of the user. */
export interface ZitadelMember extends Omit<ZitadelUser, 'login_names'>, Details {
  readonly roles: readonly string[];
}

/** Reads a member (`zitadel.member.v1.Member`). */
export function readMember(json: unknown): ZitadelMember | undefined {
  if (!isRecord(json) || typeof json['userId'] !== 'string') return undefined;
  const { userId: id, roles, displayName, preferredLoginName, email, userType, userResourceOwner, details } = json;
  return {
    id,
    name: textOrNull(displayName),
    preferred_login_name: textOrNull(preferredLoginName),
    email: textOrNull(email),
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    user_type: userType === 'TYPE_HUMAN' ? 'human' : userType === 'TYPE_MACHINE' ? 'machine' : null,
    user_resource_owner: textOrNull(userResourceOwner),
    ...readDetails(details),
  };
}

/** A member as far as is known without reading it. */
export function unreadMember(id: string, roles: readonly string[], user: ZitadelUser | undefined): ZitadelMember {
  const { name = null, preferred_login_name = null, email = null, user_type = null, user_resource_owner = null } = user ?? {};
  const unread = { created_at: null, updated_at: null, sequence: null };
  return { id, name, preferred_login_name, email, roles, user_type, user_resource_owner, ...unread };
}
