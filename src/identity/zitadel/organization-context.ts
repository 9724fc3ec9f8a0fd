import { CliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { Operation } from '../operation.ts';
import type { Session } from '../session.ts';
import { ORGANIZATION_HEADER } from './dialect.ts';
import { readNamedOrganization, type ZitadelOrganization } from './organization.ts';

/** The header of a request that is made in the context of an organization; none for the caller's own (contract section 1.1). */
export function contextOf(organizationId: string | undefined): { readonly headers?: Readonly<Record<string, string>> } {
  return organizationId === undefined ? {} : { headers: { [ORGANIZATION_HEADER]: organizationId } };
}

/** `GET /management/v1/orgs/me` (contract section 3.1): for a member of that organization, by default the caller's own. */
export function getOrganizationAsMember(id: string | undefined): Operation<ZitadelOrganization> {
  return {
    action: id === undefined ? 'read your organization' : `read organization ${id}`,
    request: { method: 'GET', path: '/management/v1/orgs/me', ...contextOf(id) },
    interpret: readNamedOrganization,
  };
}

/**
 * Reads an organization in its own context. That proves as well that the header which names it arrives: without it, what follows would happen to
 * the caller's own.
 */
export async function readInContext(session: Session, id: string): Promise<ZitadelOrganization> {
  const organization = await session.run(getOrganizationAsMember(id));
  if (organization.id === id) return organization;
  throw new CliError('unavailable', `the server was asked for organization ${id} and answers with ${organization.id}`, {
    hint: 'a proxy may drop the header x-zitadel-orgid; --debug shows the exchange',
  });
}

/** The same organization, when it is not a removed one, for which v4 answers as well (contract section 10.5). Throws `not_found` for that. */
export function living(organization: ZitadelOrganization): ZitadelOrganization {
  if (organization.state !== 'removed') return organization;
  throw new CliError('not_found', `organization ${organization.id} is deleted`, {
    hint: helpWith('to see those that are there', 'org', 'list'),
  });
}
