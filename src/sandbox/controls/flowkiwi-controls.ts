import { findOrCreateAccount } from '../accounts.ts';
import { searchFlowkiwiInstances, searchFlowkiwiOrganizations, withFirstInstances } from '../contents/flowkiwi-contents.ts';
import type { Database } from '../database.ts';
import { ApiError } from '../flowkiwi/api-error.ts';
import { HANDLE, NAME, validate } from '../flowkiwi/constraints.ts';
import { instanceElement, memberDocument } from '../flowkiwi/documents.ts';
import {
  authorizeOrganization,
  deleteInstance,
  deleteInstancesOf,
  findInstance,
  insertInstance,
  renameInstance,
} from '../flowkiwi/instance-store.ts';
import {
  deleteOrganization,
  findOrganization,
  insertOrganization,
  type OrganizationRecord,
  putMember,
  renameOrganization,
} from '../flowkiwi/organization-store.ts';
import type { Document } from '../flowkiwi/request-body.ts';
import { email } from './body-values.ts';
import type { Control, ControlsOptions, Result } from './control.ts';
import { searchOf } from './search-query.ts';

const ORGANIZATIONS = /^\/_sandbox\/organizations$/;
const ORGANIZATION = /^\/_sandbox\/organizations\/([^/]+)$/;
const INSTANCES = /^\/_sandbox\/organizations\/([^/]+)\/instances$/;
const INSTANCE = /^\/_sandbox\/instances\/([^/]+)$/;

/** Who owns what is made without an owner. */
const USUAL_OWNER = 'jane@acme.example';

/** What is in the sandbox's Flowkiwi, for those who need nobody's token for it: names and handles follow the rules of the API. */
export const flowkiwiControls: readonly Control[] = [
  {
    method: 'GET',
    path: ORGANIZATIONS,
    run: ({ database, origin }, _, __, visit) => ({
      status: 200,
      document: searchFlowkiwiOrganizations(database, searchOf(visit, origin)),
    }),
  },
  { method: 'POST', path: ORGANIZATIONS, attributes: ['name', 'email'], run: makeOrganization },
  {
    method: 'GET',
    path: ORGANIZATION,
    run: ({ database }, id) => ({ status: 200, document: withFirstInstances(database, existingOrganization(database, id)) }),
  },
  { method: 'PATCH', path: ORGANIZATION, attributes: ['name'], run: nameOrganization },
  { method: 'DELETE', path: ORGANIZATION, run: removeOrganization },
  {
    method: 'GET',
    path: INSTANCES,
    run: ({ database, origin }, id, _, visit) => {
      const organization = existingOrganization(database, id);
      return { status: 200, document: searchFlowkiwiInstances(database, organization.id, searchOf(visit, origin)) };
    },
  },
  { method: 'POST', path: INSTANCES, attributes: ['name', 'handle'], run: makeInstance },
  { method: 'PATCH', path: INSTANCE, attributes: ['name'], run: nameInstance },
  { method: 'DELETE', path: INSTANCE, run: removeInstance },
  { method: 'POST', path: /^\/_sandbox\/organizations\/([^/]+)\/members$/, attributes: ['email', 'role'], run: addMember },
  { method: 'POST', path: /^\/_sandbox\/instances\/([^/]+)\/authorized-organizations$/, attributes: ['organization_id'], run: authorize },
];

function makeOrganization({ database, clock, switches }: ControlsOptions, _: string, body: Document): Result {
  const name = body.text('name') ?? '';
  validate({ name }, { name: NAME }, { database, switches: switches.current() });
  const owner = findOrCreateAccount(database, body.text('email') === undefined ? USUAL_OWNER : email(body));
  return { status: 201, document: withFirstInstances(database, insertOrganization(database, name, owner, clock.now())) };
}

function nameOrganization({ database, clock, switches }: ControlsOptions, id: string, body: Document): Result {
  const organization = existingOrganization(database, id);
  const name = body.text('name') ?? organization.name;
  validate({ name }, { name: NAME }, { database, switches: switches.current() });
  return { status: 200, document: withFirstInstances(database, renameOrganization(database, organization, name, clock.now())) };
}

/** Its instances go with it, which the API itself refuses. */
function removeOrganization({ database }: ControlsOptions, id: string): Result {
  const organization = existingOrganization(database, id);
  const instances = database.transaction(() => {
    const deleted = deleteInstancesOf(database, organization.id);
    deleteOrganization(database, organization.id);
    return deleted;
  });
  return { status: 200, document: { organizations: 1, instances } };
}

function makeInstance({ database, clock, switches }: ControlsOptions, id: string, body: Document): Result {
  const { id: organizationId } = existingOrganization(database, id);
  const [name, handle] = [body.text('name') ?? '', body.text('handle') ?? ''];
  // A conflict would be the API's own answer; here it is always the attribute that is named.
  const rules = { database, switches: { ...switches.current(), duplicateHandle: '422' } as const };
  validate({ name, handle }, { name: NAME, handle: HANDLE }, rules);
  const instance = insertInstance(database, { name, handle, organizationId }, clock.now());
  return { status: 201, document: instanceElement(instance, 'json') };
}

function nameInstance({ database, clock, switches }: ControlsOptions, id: string, body: Document): Result {
  const instance = existingInstance(database, id);
  const name = body.text('name') ?? instance.name;
  validate({ name }, { name: NAME }, { database, switches: switches.current() });
  return { status: 200, document: instanceElement(renameInstance(database, instance, name, clock.now()), 'json') };
}

/** Flowkiwi documents no such call. */
function removeInstance({ database }: ControlsOptions, id: string): Result {
  deleteInstance(database, existingInstance(database, id).id);
  return { status: 200, document: { organizations: 0, instances: 1 } };
}

function addMember({ database, clock }: ControlsOptions, id: string, body: Document): Result {
  const role = body.text('role') ?? 'member';
  if (role !== 'owner' && role !== 'member') throw new ApiError(422, 'role: "owner" or "member".');
  const address = email(body);
  existingOrganization(database, id);
  const joinedAt = clock.now();
  const account = findOrCreateAccount(database, address);
  putMember(database, id, account, role, joinedAt);
  return { status: 201, document: memberDocument({ account, role, joinedAt }, 'json') };
}

function authorize({ database }: ControlsOptions, id: string, body: Document): Result {
  const organizationId = body.text('organization_id') ?? '';
  existingInstance(database, id);
  if (organizationId.includes('\0') || !findOrganization(database, organizationId)) {
    throw new ApiError(422, 'organization_id: there is no such organization.');
  }
  authorizeOrganization(database, id, organizationId);
  return { status: 201, document: { instance_id: id, organization_id: organizationId } };
}

function existingOrganization(database: Database, id: string): OrganizationRecord {
  const organization = findOrganization(database, id);
  if (organization === undefined) throw new ApiError(404, 'There is no such organization.');
  return organization;
}

function existingInstance(database: Database, id: string) {
  const instance = findInstance(database, id);
  if (instance === undefined) throw new ApiError(404, 'There is no such instance.');
  return instance;
}
