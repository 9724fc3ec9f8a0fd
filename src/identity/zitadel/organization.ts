import { isRecord } from '../../record.ts';
import { type Details, readDetails, stateName } from './details.ts';

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
