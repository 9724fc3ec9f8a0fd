import { createPublicKey } from 'node:crypto';
import { SANDBOX_SYSTEM_USER } from '../../well-known.ts';
import { findOrCreateAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import { ApiError } from '../flowkiwi/api-error.ts';
import { defaultInstance, userOfAccount } from './default-instance.ts';
import { isKnownRole } from './rules/roles.ts';
import { putMember, removeMemberships } from './store/member-store.ts';
import { findOrganization } from './store/organization-store.ts';
import { type Membership, putSystemUser } from './store/system-users.ts';

export interface NewMember {
  readonly email: string;
  /** `IAM_…` for the default instance, the others for an organization; none at all take every membership away. */
  readonly roles: readonly string[];
  /** The default one when undefined. */
  readonly organizationId: string | undefined;
}

/** Gives the user of that e-mail address these roles in the default instance instead of all that it has. Answers its ids. Throws `ApiError`. */
export function setMember(database: Database, { email, roles, organizationId }: NewMember, now: number) {
  const unknown = roles.find((role) => !isKnownRole(role));
  if (unknown !== undefined) throw new ApiError(422, `roles: ${unknown} is not a role of ZITADEL.`);
  const instance = defaultInstance(database, now);
  const id = organizationId ?? instance.defaultOrganizationId;
  const organization = id.includes('\0') ? undefined : findOrganization(database, instance.id, id);
  if (organization === undefined) throw new ApiError(404, 'There is no such organization.');
  const user = userOfAccount(database, findOrCreateAccount(database, email), now);
  if (user === undefined) throw new ApiError(422, 'email: this user has no organization.');
  database.transaction(() => {
    removeMemberships(database, user.id);
    const instanceRoles = roles.filter((role) => role.startsWith('IAM_'));
    putMember(database, user.id, undefined, instanceRoles);
    const organizationRoles = roles.filter((role) => !instanceRoles.includes(role));
    putMember(database, user.id, id, organizationRoles);
  });
  return { user_id: user.id, instance_id: instance.id, organization_id: id, roles };
}

export interface NewSystemUser {
  readonly name: string;
  /** An RSA key in PEM. */
  readonly publicKey: string;
  /** Its roles in every instance, beside none in the system; without any it owns the system. */
  readonly instanceRoles: readonly string[];
  /** Its roles in the whole system. */
  readonly systemRoles: readonly string[];
}

/** Adds a system user, as the server's configuration would. Throws `ApiError`. */
export function addSystemUser(database: Database, { name, publicKey, instanceRoles, systemRoles }: NewSystemUser) {
  if (!/^[a-z][a-z0-9_-]{0,63}$/.test(name)) throw new ApiError(422, 'name: lower-case letters, digits, - and _ are needed.');
  if (name === SANDBOX_SYSTEM_USER) throw new ApiError(422, 'name: this one belongs to the sandbox.');
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(publicKey)) {
    throw new ApiError(400, 'public_key: this is a private key, which only its owner should have; its public half is needed.');
  }
  if (!isRsaKey(publicKey)) throw new ApiError(422, 'public_key: an RSA public key in PEM is needed.');
  const memberships: Membership[] = [
    { kind: 'system' as const, of: undefined, roles: systemRoles },
    { kind: 'instance' as const, of: undefined, roles: instanceRoles },
  ].filter(({ roles }) => roles.length > 0);
  putSystemUser(database, { name, publicKey, memberships });
  return { name, roles: [...systemRoles, ...instanceRoles] };
}

function isRsaKey(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
