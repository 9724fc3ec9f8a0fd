import { isRecord } from '../../record.ts';
import { textAt } from './body-fields.ts';

/** A user of a ZITADEL instance: a person or a machine. */
export interface ZitadelUser {
  readonly id: string;
  /** The name that is shown; null where the server has none. */
  readonly name: string | null;
  readonly preferred_login_name: string | null;
  /** All names to sign in with. */
  readonly login_names: readonly string[];
  readonly email: string | null;
  readonly user_type: 'human' | 'machine' | null;
  /** Id of the organization that the user belongs to. */
  readonly user_resource_owner: string | null;
}

/** Reads a user as v2 shows it (`zitadel.user.v2.User`). */
export function readUser(json: unknown): ZitadelUser | undefined {
  if (!isRecord(json) || typeof json['userId'] !== 'string') return undefined;
  const { userId: id, loginNames, human, machine } = json;
  return {
    id,
    name: textAt(json, 'human.profile.displayName') ?? textAt(json, 'machine.name') ?? null,
    preferred_login_name: textAt(json, 'preferredLoginName') ?? null,
    login_names: Array.isArray(loginNames) ? loginNames.filter((name) => typeof name === 'string') : [],
    email: textAt(json, 'human.email.email') ?? null,
    user_type: isRecord(human) ? 'human' : isRecord(machine) ? 'machine' : null,
    user_resource_owner: textAt(json, 'details.resourceOwner') ?? null,
  };
}
