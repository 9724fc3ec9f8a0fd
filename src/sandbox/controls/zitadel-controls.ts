import { findZitadelInstanceDocument, searchZitadelInstances, searchZitadelOrganizations } from '../contents/zitadel-contents.ts';
import { ApiError } from '../flowkiwi/api-error.ts';
import type { Document } from '../flowkiwi/request-body.ts';
import { email, textList } from './body-values.ts';
import type { Control, ControlsOptions, Result, Visit } from './control.ts';
import { searchOf } from './search-query.ts';

const INSTANCES = /^\/_sandbox\/zitadel\/instances$/;
const INSTANCE = /^\/_sandbox\/zitadel\/instances\/([^/]+)$/;
const ORGANIZATIONS = /^\/_sandbox\/zitadel\/instances\/([^/]+)\/organizations$/;
const ORGANIZATION = /^\/_sandbox\/zitadel\/organizations\/([^/]+)$/;

/** What is in the sandbox's ZITADEL, for those who need nobody's token for it: its own rules hold. What changes it is loaded when it is needed. */
export const zitadelControls: readonly Control[] = [
  {
    method: 'GET',
    path: INSTANCES,
    run: ({ database, origin }, _, __, visit) => ({ status: 200, document: searchZitadelInstances(database, searchOf(visit, origin)) }),
  },
  {
    method: 'POST',
    path: INSTANCES,
    attributes: ['name', 'email'],
    run: async (options, _, body) => {
      const { makeInstance } = await import('../zitadel/content-changes.ts');
      const owner = body.text('email') === undefined ? undefined : email(body);
      return { status: 201, document: await makeInstance(changesOf(options), body.text('name') ?? '', owner) };
    },
  },
  {
    method: 'PATCH',
    path: INSTANCE,
    attributes: ['name'],
    run: async (options, id, body) => {
      const { nameInstance } = await import('../zitadel/content-changes.ts');
      return { status: 200, document: nameInstance(changesOf(options), id, body.text('name') ?? '') };
    },
  },
  {
    method: 'DELETE',
    path: INSTANCE,
    run: async (options, id) => {
      const { dropInstance } = await import('../zitadel/content-changes.ts');
      return { status: 200, document: dropInstance(changesOf(options), id) };
    },
  },
  { method: 'GET', path: ORGANIZATIONS, run: listOrganizations },
  {
    method: 'POST',
    path: ORGANIZATIONS,
    attributes: ['name'],
    run: async (options, id, body) => {
      const { makeOrganization } = await import('../zitadel/content-changes.ts');
      return { status: 201, document: makeOrganization(changesOf(options), id, body.text('name') ?? '') };
    },
  },
  {
    method: 'PATCH',
    path: ORGANIZATION,
    attributes: ['name'],
    run: async (options, id, body) => {
      const { nameOrganization } = await import('../zitadel/content-changes.ts');
      return { status: 200, document: nameOrganization(changesOf(options), id, body.text('name') ?? '') };
    },
  },
  {
    method: 'DELETE',
    path: ORGANIZATION,
    run: async (options, id) => {
      const { dropOrganization } = await import('../zitadel/content-changes.ts');
      return { status: 200, document: dropOrganization(changesOf(options), id) };
    },
  },
  { method: 'POST', path: /^\/_sandbox\/zitadel\/members$/, attributes: ['email', 'roles', 'organization_id'], run: setMember },
  {
    method: 'POST',
    path: /^\/_sandbox\/zitadel\/system-users$/,
    attributes: ['name', 'public_key', 'instance_roles', 'system_roles'],
    run: addSystemUser,
  },
];

function listOrganizations({ database, origin }: ControlsOptions, id: string, _: Document, visit: Visit): Result {
  if (findZitadelInstanceDocument(database, id) === undefined) throw new ApiError(404, 'There is no such instance.');
  return { status: 200, document: searchZitadelOrganizations(database, id, searchOf(visit, origin)) };
}

function changesOf({ database, clock, switches }: ControlsOptions) {
  return { database, now: clock.now(), switches: switches.current() };
}

async function setMember({ database, clock }: ControlsOptions, _: string, body: Document): Promise<Result> {
  const zitadel = await import('../zitadel/controls.ts');
  const member = { email: email(body), roles: textList(body, 'roles') ?? [], organizationId: body.text('organization_id') };
  return { status: 201, document: zitadel.setMember(database, member, clock.now()) };
}

async function addSystemUser({ database }: ControlsOptions, _: string, body: Document): Promise<Result> {
  const zitadel = await import('../zitadel/controls.ts');
  const [name, publicKey] = [body.text('name') ?? '', body.text('public_key') ?? ''];
  const [instanceRoles, systemRoles] = [textList(body, 'instance_roles') ?? [], textList(body, 'system_roles') ?? []];
  return { status: 201, document: zitadel.addSystemUser(database, { name, publicKey, instanceRoles, systemRoles }) };
}
