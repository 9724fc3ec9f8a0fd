import { type CliError, withHint } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { HttpResponse } from '../../http/client.ts';
import { isRecord, textOrNull } from '../../record.ts';
import { type BareOperation, type Operation, pathPart } from '../operation.ts';
import { checkedName, type Member, noOrganization, type Organization } from '../organization.ts';
import { readId } from './iri.ts';

/** `POST /api/organizations` (contract section 2.2). */
export function createOrganization(name: string): Operation<Organization> {
  return {
    action: 'create the organization',
    request: { method: 'POST', path: '/api/organizations', json: { name: checkedName('organization', name) } },
    interpret: readOrganization,
    made: (id) => ({
      read: getOrganization(id),
      known: { id, name, created_at: null, updated_at: null, owners: [], members: [] },
    }),
    creates: {
      creating: `organization ${JSON.stringify(name)}`,
      check:
        'look for it on the Flowkiwi website before you create it again: Identity has no listing of organizations, and names need not be unique',
    },
  };
}

/** `GET /api/organizations/{id}` (contract section 2.3). */
export function getOrganization(id: string): Operation<Organization> {
  return {
    action: `read organization ${id}`,
    request: { method: 'GET', path: organizationPath(id) },
    interpret: readOrganization,
    refused: unknownAs(id),
  };
}

/** `PATCH /api/organizations/{id}` (contract section 2.4). */
export function renameOrganization(id: string, name: string): Operation<Organization> {
  return {
    action: `rename organization ${id}`,
    request: { method: 'PATCH', path: organizationPath(id), json: { name: checkedName('organization', name) } },
    interpret: readOrganization,
    refused: (response, error) =>
      response.status === 403
        ? withHint(error, helpWith('only its owners may rename an organization', 'org', 'get', { id }))
        : unknownAs(id)(response, error),
  };
}

/**
 * `DELETE /api/organizations/{id}` (contract section 2.5). The documentation contradicts itself on whether an organization that still has
 * instances is refused with 409 or 403, so both say what empties one.
 */
export function deleteOrganization(id: string): BareOperation {
  const emptying = (before = '') =>
    helpWith(
      `${before}no documented call deletes an instance, so an organization is emptied by transferring each one to an organization that it has authorized`,
      ...['instance', 'transfer', 'INSTANCE', '--to', 'ORG', '--org', { id }],
    );
  return {
    action: `delete organization ${id}`,
    request: { method: 'DELETE', path: organizationPath(id) },
    ifLost: helpWith('see whether it is still there before you run it again', 'org', 'get', { id }),
    refused: (response, error) => {
      if (response.status === 409) return withHint(error, emptying());
      if (response.status === 403) return withHint(error, emptying('only an owner can delete an organization, and only an empty one; '));
      return unknownAs(id)(response, error);
    },
  };
}

/** Names are resolved before, among the known ones; what is left is taken for an id. */
export function unknownAs(id: string): (response: HttpResponse, error: CliError) => CliError | undefined {
  return (_response, error) => {
    if (error.code !== 'not_found') return undefined;
    return withHint(noOrganization(id, error), helpWith('give its id, or a name that this profile knows', 'org', 'list'));
  };
}

function organizationPath(id: string): string {
  return `/api/organizations/${pathPart(id)}`;
}

/**
 * Reads an organization from JSON-LD or plain JSON; what is absent or not of its type is null (contract sections 2.1 and 6.5). An answer without
 * any id is not an organization.
 */
export function readOrganization(json: unknown): Organization | undefined {
  const id = isRecord(json) ? readId(json) : undefined;
  if (!isRecord(json) || id === undefined) return undefined;
  return {
    id,
    name: textOrNull(json['name']),
    created_at: textOrNull(json['created_at']),
    updated_at: textOrNull(json['updated_at']),
    owners: readMembers(json['owners']),
    members: readMembers(json['members']),
  };
}

function readMembers(json: unknown): Member[] {
  return Array.isArray(json) ? json.filter(isRecord).map(readMember) : [];
}

function readMember(json: Readonly<Record<string, unknown>>): Member {
  return {
    id: readId(json) ?? null,
    email: textOrNull(json['email']),
    name: textOrNull(json['name']),
    role: textOrNull(json['role']),
    joined_at: textOrNull(json['joined_at']),
  };
}
