import { ZITADEL_AUDIENCE_SCOPE } from '../../../well-known.ts';
import type { Account } from '../../accounts.ts';
import type { Database } from '../../database.ts';
import type { Switches } from '../../switches.ts';
import { userOfAccount } from '../default-instance.ts';
import { ownerOfAccessToken } from '../sign-in/tokens.ts';
import { StatusError } from '../status.ts';
import type { InstanceRecord } from '../store/instance-store.ts';
import { personalAccessTokenOwner } from '../store/machine-credentials.ts';
import { rolesOf } from '../store/member-store.ts';
import type { Membership } from '../store/system-users.ts';
import type { UserRecord } from '../store/user-store.ts';
import type { Caller, Metadata } from './call.ts';
import { systemUserOf } from './system-token.ts';

export interface Authentication {
  readonly database: Database;
  readonly switches: Switches;
  /** The account of an access token of the sandbox's authorization server. */
  readonly authenticate: (bearer: string) => Account | undefined;
  /** The origins that tokens of system users are made for: the server's own, under its address and its name. */
  readonly audiences: readonly string[];
  readonly now: number;
}

/**
 * Who sent the bearer token: a user of the instance by an access token or a personal access token, else a system user. Throws 401
 * (contract section 2.2), and 403 for a page in a browser and for a person without the second factor that a switch asks for.
 */
export function authenticateCaller(metadata: Metadata, instance: InstanceRecord | undefined, options: Authentication): Caller {
  const bearer = bearerOf(metadata.authorization);
  const user = instance && userOf(bearer, instance, metadata, options);
  if (user !== undefined) return { user, rolesIn: (organizationId) => rolesOf(options.database, user.id, organizationId) };
  const systemUser = systemUserOf(options.database, bearer, options.audiences, options.now);
  if (systemUser === undefined) throw new StatusError('Unauthenticated', 'Errors.Token.Invalid', 'AUTH-7fs1e');
  const { memberships } = systemUser;
  return {
    user: undefined,
    rolesIn: (organizationId) => memberships.flatMap((membership) => countingRoles(membership, instance, organizationId)),
  };
}

/** The roles of a membership that count in that organization of the instance. */
function countingRoles({ kind, of, roles }: Membership, instance: InstanceRecord | undefined, organizationId: string): readonly string[] {
  const counts = {
    system: true,
    instance: instance !== undefined && (of === undefined || of === instance.id),
    organization: of === organizationId,
  };
  return counts[kind] ? roles : [];
}

/** The scheme must be written exactly so, with one space. */
function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') throw new StatusError('Unauthenticated', 'auth header missing');
  if (!authorization.startsWith('Bearer ')) throw new StatusError('Unauthenticated', 'invalid auth header', 'AUTH-toLo1');
  return authorization.slice('Bearer '.length);
}

function userOf(bearer: string, instance: InstanceRecord, metadata: Metadata, options: Authentication): UserRecord | undefined {
  const { database, switches, now } = options;
  if (bearer.includes('\0')) return undefined;
  const owner = personalAccessTokenOwner(database, bearer, now);
  if (owner !== undefined) return owner.instanceId === instance.id ? owner : undefined;
  const user = userOfAccessToken(bearer, instance, options);
  if (user === undefined || user.instanceId !== instance.id) return undefined;
  if (metadata.origin !== undefined) throw new StatusError('PermissionDenied', 'Errors.OriginNotAllowed', 'AUTH-DZG21');
  if (switches.zitadelMfa === 'required') throw new StatusError('PermissionDenied', 'mfa required', 'AUTHZ-Kl3p0');
  return user;
}

/** The user of a token of the instance itself, or of the sandbox's own server, when it is for the APIs of ZITADEL. */
function userOfAccessToken(
  bearer: string,
  instance: InstanceRecord,
  { database, authenticate, now }: Authentication,
): UserRecord | undefined {
  const owner = ownerOfAccessToken(database, instance.id, bearer, now);
  if (owner !== undefined) return owner.session.scopes.includes(ZITADEL_AUDIENCE_SCOPE) ? owner.user : undefined;
  const account = authenticate(bearer);
  return account && isForZitadel(database, bearer) ? userOfAccount(database, account, now) : undefined;
}

/** Whether ZITADEL's own project is among the token's audiences, for which the scope has to be asked for (contract section 4.1). */
function isForZitadel(database: Database, bearer: string): boolean {
  const row = database.get(`SELECT payload FROM oauth_artifact WHERE model = 'AccessToken' AND id = ?`, [bearer]);
  const { scope = '' }: { scope?: string } = JSON.parse(String(row?.['payload'] ?? '{}'));
  return scope.split(' ').includes(ZITADEL_AUDIENCE_SCOPE);
}
