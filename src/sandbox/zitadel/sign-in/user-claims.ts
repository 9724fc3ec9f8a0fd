import { timeOfId } from '../store/ids.ts';
import { findOrganization } from '../store/organization-store.ts';
import type { UserRecord } from '../store/user-store.ts';
import type { SignInCall } from './call.ts';

const RESOURCE_OWNER = 'urn:zitadel:iam:user:resourceowner';

export type Claims = Readonly<Record<string, unknown>>;

/** What a client with these scopes learns of the user, besides its id (OpenID Connect Core section 5.4). */
export function userClaims(
  { database, instance }: Pick<SignInCall, 'database' | 'instance'>,
  user: UserRecord,
  scopes: readonly string[],
): Claims {
  return {
    ...(scopes.includes('profile') ? profileClaims(user) : {}),
    ...(scopes.includes('email') && user.kind === 'human' ? emailClaims(user) : {}),
    ...(scopes.includes(RESOURCE_OWNER) ? ownerClaims(findOrganization(database, instance.id, user.organizationId)) : {}),
  };
}

function profileClaims({ id, kind, userName, profile }: UserRecord): Claims {
  const common = { updated_at: Math.floor(timeOfId(id) / 1000), preferred_username: userName };
  if (kind === 'machine') return { name: profile['name'], ...common };
  const { firstName, lastName, displayName, preferredLanguage } = profile;
  return { name: displayName, given_name: firstName, family_name: lastName, locale: preferredLanguage || null, ...common };
}

function emailClaims({ profile }: UserRecord): Claims {
  return { email: profile['email'], email_verified: profile['isEmailVerified'] === true };
}

function ownerClaims(organization: { readonly id: string; readonly name: string; readonly primaryDomain: string } | undefined): Claims {
  return {
    [`${RESOURCE_OWNER}:id`]: organization?.id,
    [`${RESOURCE_OWNER}:name`]: organization?.name,
    [`${RESOURCE_OWNER}:primary_domain`]: organization?.primaryDomain,
  };
}
