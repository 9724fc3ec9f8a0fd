import { validate as isUuid } from 'uuid';
import { ApiError, ConflictError, notFound } from './api-error.ts';
import { NAME } from './constraints.ts';
import { ORGANIZATION, organizationDocument, organizationIri } from './documents.ts';
import { hasInstances } from './instance-store.ts';
import { JSON_BODY, MERGE_PATCH_BODY } from './negotiation.ts';
import { accessDenied, type Context, command, type Operation, type Outcome, query } from './operation.ts';
import {
  deleteOrganization,
  findOrganization,
  insertOrganization,
  type OrganizationRecord,
  renameOrganization,
  roleOf,
} from './organization-store.ts';

const ITEM = '/api/organizations/{organizationId}';

/** The operations on organizations (contract section 2). */
export const organizationOperations: readonly Operation[] = [
  command({
    method: 'POST',
    path: '/api/organizations',
    shortName: ORGANIZATION,
    accepts: JSON_BODY,
    read: () => undefined,
    allows: () => true,
    input: (body) => ({ name: body.text('name') ?? '' }),
    constraints: { name: NAME },
    process: (context, _, { name }) => answer(context, 201, insertOrganization(context.database, name, context.account, context.now)),
  }),
  query({
    method: 'GET',
    path: ITEM,
    read: readOrganization,
    allows: isMember,
    process: (context, organization) => answer(context, 200, organization),
  }),
  command({
    method: 'PATCH',
    path: ITEM,
    shortName: ORGANIZATION,
    accepts: MERGE_PATCH_BODY,
    read: readOrganization,
    allows: isOwner,
    input: (body, organization) => ({ name: body.text('name') ?? organization.name }),
    constraints: { name: NAME },
    process: (context, organization, { name }) =>
      answer(context, 200, renameOrganization(context.database, organization, name, context.now)),
  }),
  query({
    method: 'DELETE',
    path: ITEM,
    read: readOrganization,
    allows: isOwner,
    process: ({ database, switches }, { id }) => {
      if (hasInstances(database, id)) {
        if (switches.nonEmptyOrgDelete === '403') throw accessDenied();
        throw new ConflictError(
          'organization_not_empty',
          'The organization cannot be deleted in its current state.',
          'The organization still has instances. Transfer them to another organization first.',
        );
      }
      deleteOrganization(database, id);
      return { status: 204 };
    },
  }),
];

/** The organization that the path names. Throws 404. */
export function readOrganization({ database, variables: { organizationId } }: Context): OrganizationRecord {
  if (!isUuid(organizationId)) throw new ApiError(404, 'Invalid uri variables.');
  const organization = findOrganization(database, organizationId.toLowerCase());
  if (!organization) throw notFound();
  return organization;
}

export function isMember({ database, account }: Context, organization: OrganizationRecord): boolean {
  return roleOf(database, organization.id, account) !== undefined;
}

export function isOwner({ database, account }: Context, organization: OrganizationRecord): boolean {
  return roleOf(database, organization.id, account) === 'owner';
}

function answer({ database, format }: Context, status: 200 | 201, organization: OrganizationRecord): Outcome {
  return { status, iri: organizationIri(organization.id), document: organizationDocument(organization, database, format) };
}
