import { isRecord, textOrNull } from '../../record.ts';

/** An organization of a ZITADEL instance: owns users and projects. */
export interface ZitadelOrganization extends Details {
  readonly id: string;
  readonly name: string;
  /** The domain that its users' login names end in; null while it is not known. */
  readonly primary_domain: string | null;
  /** `active` or `inactive`; null while it is not known. `removed` never leaves the adapter. */
  readonly state: string | null;
}

/**
 * Reads an organization (contract section 3.1). One without a state is removed: it is still answered when it is asked for by its id, and
 * zero values are left out of JSON.
 */
export function readOrganization(json: unknown): ZitadelOrganization | undefined {
  if (!isRecord(json) || typeof json['id'] !== 'string') return undefined;
  const { id, name, primaryDomain, state, details } = json;
  return {
    id,
    name: typeof name === 'string' ? name : '',
    primary_domain: typeof primaryDomain === 'string' ? primaryDomain : null,
    state: stateName(state) ?? 'removed',
    ...readDetails(details),
  };
}

/** Reads `{"org": …}`. */
export function readNamedOrganization(json: unknown): ZitadelOrganization | undefined {
  return isRecord(json) ? readOrganization(json['org']) : undefined;
}

/** What ZITADEL says about every object beside the object itself, by the names that flowkiwi shows. */
export interface Details {
  readonly created_at: string | null;
  readonly updated_at: string | null;
  /** Number of the event that made the object what it is; too large for a JSON number. */
  readonly sequence: string | null;
}

/** Reads `details`; on a create `changeDate` is absent (contract section 1.1). */
export function readDetails(json: unknown): Details {
  const { creationDate, changeDate, sequence } = isRecord(json) ? json : {};
  return { created_at: textOrNull(creationDate), updated_at: textOrNull(changeDate), sequence: textOrNull(sequence) };
}

/** Id of the organization, or of the instance, that an object belongs to. */
export function readOwner(json: unknown): string | null {
  return isRecord(json) ? textOrNull(json['resourceOwner']) : null;
}

/** `ORG_STATE_ACTIVE`, `ORGANIZATION_STATE_ACTIVE` (v2) and `STATE_RUNNING` without what stands before: `active`, `running`. */
export function stateName(state: unknown): string | undefined {
  const [, name] = typeof state === 'string' ? (/STATE_(\w+)$/.exec(state) ?? []) : [];
  return name === undefined || name === 'UNSPECIFIED' ? undefined : name.toLowerCase();
}
