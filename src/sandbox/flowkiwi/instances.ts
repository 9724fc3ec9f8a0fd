import { setImmediate as nextTurn } from 'node:timers/promises';
import { validate as isUuid } from 'uuid';
import { ApiError, ConflictError, notFound, ValidationError } from './api-error.ts';
import { collectionDocument } from './collection.ts';
import { HANDLE, NAME, REQUIRED } from './constraints.ts';
import { INSTANCE, instanceDocument, instanceElement, instanceIri, instancesIri, type ResourceDocument } from './documents.ts';
import {
  findInstance,
  type InstanceRecord,
  insertInstance,
  isAuthorized,
  isHandleTaken,
  listInstanceIds,
  renameInstance,
  transferInstance,
} from './instance-store.ts';
import { readListing } from './listing.ts';
import { JSON_BODY, MERGE_PATCH_BODY } from './negotiation.ts';
import { accessDenied, type Context, command, type Operation, type Outcome, query } from './operation.ts';
import type { OrganizationRecord } from './organization-store.ts';
import { isMember, isOwner, readOrganization } from './organizations.ts';

const COLLECTION = '/api/organizations/{organizationId}/instances';
const ITEM = `${COLLECTION}/{instanceId}`;

/** Symfony's identifiers of the constraints that a refused transfer violates. */
const NOT_A_CHOICE = '8e179f1b-97aa-4560-a02f-2a8b42e49df7';
const IS_EQUAL = 'aa2e33da-25c8-4d76-8c6c-812f02ea89dd';

/** The operations on instances (contract section 3). */
export const instanceOperations: readonly Operation[] = [
  query({
    method: 'GET',
    path: COLLECTION,
    read: readOrganization,
    allows: isMember,
    process: list,
  }),
  command({
    method: 'POST',
    path: COLLECTION,
    shortName: INSTANCE,
    accepts: JSON_BODY,
    read: readOrganization,
    allows: isOwner,
    input: (body) => ({ name: body.text('name') ?? '', handle: body.text('handle') ?? '' }),
    constraints: { name: NAME, handle: HANDLE },
    process: (context, { id: organizationId }, { name, handle }) => {
      if (context.switches.duplicateHandle === '409' && isHandleTaken(context.database, handle)) throw handleConflict(handle);
      return answer(context, 201, insertInstance(context.database, { name, handle, organizationId }, context.now));
    },
  }),
  query({
    method: 'GET',
    path: ITEM,
    read: readInstance,
    allows: (context, { organization }) => isMember(context, organization),
    process: (context, { instance }) => answer(context, 200, instance),
  }),
  command({
    method: 'PATCH',
    path: ITEM,
    shortName: INSTANCE,
    accepts: MERGE_PATCH_BODY,
    read: readInstance,
    allows: (context, { organization }) => isOwner(context, organization),
    input: (body, { instance }) => ({ name: body.text('name') ?? instance.name }),
    constraints: { name: NAME },
    process: (context, { instance }, { name }) => answer(context, 200, renameInstance(context.database, instance, name, context.now)),
  }),
  command({
    method: 'POST',
    path: `${ITEM}/transfer`,
    shortName: INSTANCE,
    accepts: JSON_BODY,
    read: readInstance,
    allows: (context, { organization }) => isOwner(context, organization),
    input: (body) => ({ organization_id: body.text('organization_id') ?? '' }),
    constraints: { organization_id: REQUIRED },
    process: (context, { instance }, input) => {
      const target = input.organization_id.toLowerCase();
      checkTarget(context, instance, target);
      return answer(context, 200, transferInstance(context.database, instance, target, context.now));
    },
  }),
];

interface OwnedInstance {
  readonly organization: OrganizationRecord;
  readonly instance: InstanceRecord;
}

/** The instance that the path names, if that organization owns it. Throws 404. */
function readInstance(context: Context): OwnedInstance {
  const organization = readOrganization(context);
  const { instanceId } = context.variables;
  if (!isUuid(instanceId)) throw new ApiError(404, 'Invalid uri variables.');
  const instance = findInstance(context.database, instanceId.toLowerCase());
  if (instance?.organizationId !== organization.id) throw notFound();
  return { organization, instance };
}

/** Throws unless the target is an authorized organization of the instance that does not own it yet (contract section 3.7). */
function checkTarget(context: Context, instance: InstanceRecord, target: string): void {
  if (target === instance.organizationId) throw refusedTransfer(context, 'The instance already belongs to this organization.', IS_EQUAL);
  if (!isUuid(target) || !isAuthorized(context.database, instance.id, target)) {
    throw refusedTransfer(context, 'This organization is not one of the authorized organizations of the instance.', NOT_A_CHOICE);
  }
}

function refusedTransfer({ switches }: Context, message: string, code: string): ApiError {
  switch (switches.transferRuleViolation) {
    case '422':
      return new ValidationError([{ propertyPath: 'organization_id', message, code }]);
    case '409':
      return new ConflictError('transfer_not_allowed', 'The instance cannot be transferred to this organization.', message);
    case '403':
      return accessDenied();
  }
}

function handleConflict(handle: string): ApiError {
  return new ConflictError('handle_already_used', 'The handle is already used.', `Another instance has the handle "${handle}".`);
}

/** How many instances are read in one turn: others are answered between two. */
const TURN = 500;

function list({ database, format, query, switches }: Context, organization: OrganizationRecord): Outcome {
  const listing = readListing(query, switches.maxItemsPerPage);
  const { ids, totalItems } = listInstanceIds(database, organization.id, listing);
  const iri = instancesIri(organization.id);
  const longDocument = async () => {
    const member: ResourceDocument[] = [];
    for (const [index, id] of ids.entries()) {
      if (index > 0 && index % TURN === 0) await nextTurn();
      const instance = findInstance(database, id);
      // One may have gone meanwhile.
      if (instance?.organizationId === organization.id) member.push(instanceElement(instance, format));
    }
    return format === 'json' ? member : collectionDocument({ iri, query, listing, totalItems, member });
  };
  return { status: 200, longDocument };
}

function answer({ format }: Context, status: 200 | 201, instance: InstanceRecord): Outcome {
  return { status, iri: instanceIri(instance), document: instanceDocument(instance, format) };
}
