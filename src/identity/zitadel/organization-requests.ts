import { CliError, detailsOf, type ErrorDetails } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { HttpResponse } from '../../http/client.ts';
import type { Creation } from '../../http/unknown-outcome.ts';
import { isRecord } from '../../record.ts';
import { type ApiRequest, type BareOperation, type Operation, pathPart } from '../operation.ts';
import { type Body, textAt } from './body-fields.ts';
import { readDetails, readNamedOrganization, type ZitadelOrganization } from './organization.ts';
import { contextOf } from './organization-context.ts';
import { errorId } from './problem.ts';
import { checkedOrganizationName } from './rules.ts';

/** `POST /management/v1/orgs` (contract section 1.1); `within` is the organization whose context the permission is looked up in. */
export function createOrganization(name: string, within: string | undefined): Operation<ZitadelOrganization> {
  return {
    action: 'create the organization',
    request: { method: 'POST', path: '/management/v1/orgs', json: { name: checkedOrganizationName(name) }, ...contextOf(within) },
    interpret: (json) => readNewOrganization(json, 'id', name),
    creates: organizationCreation(name),
  };
}

/** Where the create takes an id of one's own: in `orgId` from v4.0 on, in `organizationId` in its place from v4.7 on (contract section 3.3). */
export type OwnIdField = 'orgId' | 'organizationId';

/**
 * `GET /v2/organizations/{id}`, which no version has: a request that changes nothing, and whose answer says how old the server is. It is asked
 * because a server ignores a field that it does not know, and would create the organization under an id of its own.
 */
export const OWN_ID_PROBE: ApiRequest = { method: 'GET', path: '/v2/organizations/0' };

/**
 * The field that a server takes, by its answer to the probe: from v4.7 on it has that path for other methods, and refuses this one; before, it
 * has no such path. What cannot be told is `orgId`, which the official descriptors have; the id in the answer to the create is the truth. Pure.
 */
export function ownIdField(response: HttpResponse): OwnIdField {
  const { status } = response;
  const isPathKnown = status === 200 || status === 405 || status === 501 || (status === 404 && errorId(response) !== undefined);
  return isPathKnown ? 'organizationId' : 'orgId';
}

/** A path that came with v4.0, and with it ids of one's own. */
export const V4_PROBE: ApiRequest = { method: 'GET', path: '/v2beta/instances/0' };

/** Thrown for a server that creates no organizations with an id of one's own. */
export function noOwnIds(details?: ErrorDetails): CliError {
  return new CliError('not_found', 'this server creates no organizations with an id of your own, which came with ZITADEL v4', {
    ...details,
    hint: 'leave --org-id out',
  });
}

/** `GET /admin/v1/orgs/_is_unique` (contract section 3.1): whether nothing that can be seen has that name, or that domain. */
export function isUnique(wanted: { readonly name: string } | { readonly domain: string }): Operation<boolean> {
  // Both are patterns of SQL there.
  const query = Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, value.replace(/[\\%_]/g, '\\$&')]));
  return {
    action: 'see what is taken',
    request: { method: 'GET', path: '/admin/v1/orgs/_is_unique', query },
    interpret: (json) => (isRecord(json) ? json['isUnique'] === true : undefined),
  };
}

/** `POST /management/v1/users/_search`: the id of the user of that name in the organization; null when it has none. */
export function findUser(organizationId: string, userName: string): Operation<string | null> {
  const queries = [{ userNameQuery: { userName, method: 'TEXT_QUERY_METHOD_EQUALS_IGNORE_CASE' } }];
  return {
    action: `look for the user ${JSON.stringify(userName)}`,
    request: { method: 'POST', path: '/management/v1/users/_search', json: { queries }, ...contextOf(organizationId), safe: true },
    interpret: (json) => {
      if (!isRecord(json)) return undefined;
      const [user] = Array.isArray(json['result']) ? json['result'].filter(isRecord) : [];
      return typeof user?.['id'] === 'string' ? user['id'] : null;
    },
  };
}

export interface OwnId {
  readonly id: string;
  readonly field: OwnIdField;
}

/** `POST /v2/organizations` (contract section 3.3): with an id of one's own, in the one field that the server knows. */
export function createOrganizationWithId(name: string, { id, field }: OwnId): Operation<ZitadelOrganization> {
  return {
    action: 'create the organization',
    request: { method: 'POST', path: '/v2/organizations', json: { name: checkedOrganizationName(name), [field]: id } },
    interpret: (json) => readNewOrganization(json, 'organizationId', name),
    creates: organizationCreation(name),
    refused: (response, error) => (response.status === 404 || response.status === 501 ? noOwnIds(detailsOf(error)) : undefined),
  };
}

/** `GET /admin/v1/orgs/{id}` (contract section 3.1): for those who may read all organizations of the instance. */
export function getOrganization(id: string): Operation<ZitadelOrganization> {
  return {
    action: `read organization ${id}`,
    request: { method: 'GET', path: `/admin/v1/orgs/${pathPart(id)}` },
    interpret: readNamedOrganization,
  };
}

/** `PUT /management/v1/orgs/me` (contract section 3.1). */
export function renameOrganization(id: string, name: string): BareOperation {
  return {
    action: `rename organization ${id}`,
    request: { method: 'PUT', path: '/management/v1/orgs/me', json: { name: checkedOrganizationName(name) }, ...contextOf(id) },
    ifLost: helpWith('see which name it has', 'org', 'get', { id }),
  };
}

/** `DELETE /admin/v1/orgs/{orgId}`, or for an owner who has no role in the instance `DELETE /management/v1/orgs/me` (contract section 3.1). */
export function deleteOrganization(id: string, as: 'administrator' | 'owner'): BareOperation {
  const path = as === 'owner' ? '/management/v1/orgs/me' : `/admin/v1/orgs/${pathPart(id)}`;
  return {
    action: `delete organization ${id}`,
    request: { method: 'DELETE', path, ...(as === 'owner' && contextOf(id)) },
    ifLost: helpWith('see whether it is still there before you run it again', 'org', 'get', { id }),
  };
}

/** `POST /management/v1/orgs/me/_deactivate`, or `_reactivate` (contract section 10.22). */
export function activateOrganization(id: string, isActive: boolean): BareOperation {
  const [verb, path] = isActive ? ['reactivate', '_reactivate'] : ['deactivate', '_deactivate'];
  return {
    action: `${verb} organization ${id}`,
    request: { method: 'POST', path: `/management/v1/orgs/me/${path}`, json: {}, ...contextOf(id), safe: true },
  };
}

/** What a set-up has made. */
export interface SetUp {
  readonly organization: ZitadelOrganization;
  /** The administrator; null when the answer got lost. */
  readonly user_id: string | null;
}

/** `POST /admin/v1/orgs/_setup` (contract section 1.3), with a checked body. */
export function setUpOrganization(body: Body): Operation<SetUp> {
  const name = textAt(body, 'org.name') ?? '';
  return {
    action: 'set the organization up',
    request: { method: 'POST', path: '/admin/v1/orgs/_setup', json: body },
    interpret: (json) => {
      const organization = readNewOrganization(json, 'orgId', name);
      const userId = isRecord(json) ? json['userId'] : undefined;
      return organization && typeof userId === 'string' ? { organization, user_id: userId } : undefined;
    },
    creates: organizationCreation(name),
  };
}

function organizationCreation(name: string): Creation {
  return {
    creating: `organization ${JSON.stringify(name)}`,
    check: helpWith('see whether it is there', 'org', 'get', name),
  };
}

/** The answer to a create says the id and little else; the name is the one that was sent, without the blanks around it. */
function readNewOrganization(json: unknown, idField: string, name: string): ZitadelOrganization | undefined {
  const id = isRecord(json) ? json[idField] : undefined;
  if (!isRecord(json) || typeof id !== 'string' || id === '') return undefined;
  return { id, name: name.trim(), primary_domain: null, state: null, ...readDetails(json['details']) };
}
