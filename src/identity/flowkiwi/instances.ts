import { CliError, detailsOf, withHint } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { HttpResponse } from '../../http/client.ts';
import { readProblem } from '../../http/problem.ts';
import { isRecord, textOrNull } from '../../record.ts';
import type { Instance } from '../instance.ts';
import { type ApiRequest, type Operation, pathPart } from '../operation.ts';
import { checkedName } from '../organization.ts';
import type { InstanceQuery, InstanceSortField, NewInstance } from '../provider.ts';
import { checkedHandle } from './handle.ts';
import { readId } from './iri.ts';
import { unknownAs } from './organizations.ts';

/** `POST /api/organizations/{organizationId}/instances` (contract section 3.3). */
export function createInstance(organizationId: string, { name, handle }: NewInstance): Operation<Instance> {
  return {
    action: `create the instance in organization ${organizationId}`,
    request: {
      method: 'POST',
      path: instancesPath(organizationId),
      json: { name: checkedName('instance', name), handle: checkedHandle(handle) },
    },
    interpret: readInstance,
    made: (id) => ({
      read: getInstance(organizationId, id),
      known: {
        ...{ id, name, handle, created_at: null, updated_at: null },
        ...{ organization_id: organizationId, created_by_organization_id: organizationId },
        product_management_url: null,
      },
    }),
    refused: (response, error) => handleTaken(handle)(response, error) ?? unknownAs(organizationId)(response, error),
    creates: {
      creating: `instance ${JSON.stringify(name)} (handle ${handle})`,
      check: helpWith('see whether it is there', 'instance', 'get', { id: handle }, '--org', { id: organizationId }),
    },
  };
}

/** `GET /api/organizations/{organizationId}/instances/{instanceId}` (contract section 3.5). */
export function getInstance(organizationId: string, instanceId: string): Operation<Instance> {
  return {
    action: `read instance ${instanceId} of organization ${organizationId}`,
    request: { method: 'GET', path: instancePath(organizationId, instanceId) },
    interpret: readInstance,
  };
}

/** `PATCH /api/organizations/{organizationId}/instances/{instanceId}` (contract section 3.6). */
export function renameInstance(organizationId: string, instanceId: string, name: string): Operation<Instance> {
  return {
    action: `rename instance ${instanceId} of organization ${organizationId}`,
    request: {
      method: 'PATCH',
      path: instancePath(organizationId, instanceId),
      json: { name: checkedName('instance', name) },
    },
    interpret: readInstance,
    refused: ({ status }, error) =>
      status === 403
        ? withHint(error, helpWith('ask an owner of the organization to rename it', 'org', 'get', { id: organizationId }))
        : undefined,
  };
}

/** How a target is refused is not documented (contract section 3.7). */
const TRANSFER_REFUSED: ReadonlySet<number> = new Set([400, 403, 409, 422]);

/** `POST /api/organizations/{organizationId}/instances/{instanceId}/transfer` (contract section 3.7). */
export function transferInstance(organizationId: string, instanceId: string, to: string): Operation<Instance> {
  return {
    action: `transfer instance ${instanceId} to organization ${to}`,
    request: { method: 'POST', path: `${instancePath(organizationId, instanceId)}/transfer`, json: { organization_id: to } },
    interpret: readInstance,
    ifLost: helpWith('see whether it has arrived before you run it again', 'instance', 'get', { id: instanceId }, '--org', { id: to }),
    refused: ({ status }, error) =>
      TRANSFER_REFUSED.has(status)
        ? withHint(
            error,
            'an instance can only go to an organization that it has authorized already and that does not own it yet; ' +
              'no documented call authorizes one',
          )
        : undefined,
  };
}

/**
 * `GET /api/organizations/{organizationId}/instances` (contract section 3.4), with the documented parameters. In the order of their creation where
 * nothing else is asked for: what is created while the pages are read moves none of the others to another page.
 */
export function listInstancesRequest(organizationId: string, { name, handle, sort = OLDEST_FIRST, limit }: InstanceQuery): ApiRequest {
  return {
    method: 'GET',
    path: instancesPath(organizationId),
    query: {
      ...(name !== undefined && { name }),
      ...(handle !== undefined && { handle }),
      [`order[${SORT_PARAMETERS[sort.field]}]`]: sort.direction,
      itemsPerPage: String(Math.min(limit ?? PAGE_SIZE, PAGE_SIZE)),
    },
  };
}

const OLDEST_FIRST = { field: 'created_at', direction: 'asc' } as const;

/** Largest page that is asked for; a server that allows less gives less, and the next page is asked for all the same. */
const PAGE_SIZE = 250;

/** The query parameters are camel case, unlike the bodies. */
const SORT_PARAMETERS: Readonly<Record<InstanceSortField, string>> = {
  name: 'name',
  handle: 'handle',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
};

function instancesPath(organizationId: string): string {
  return `/api/organizations/${pathPart(organizationId)}/instances`;
}

function instancePath(organizationId: string, instanceId: string): string {
  return `${instancesPath(organizationId)}/${pathPart(instanceId)}`;
}

/**
 * Reads an instance from JSON-LD or plain JSON (contract section 3.1). What is not a text is null; an answer without any id is not an instance.
 * Where its product management is depends on where it was read, and is left to the reader.
 */
export function readInstance(json: unknown): Instance | undefined {
  const id = isRecord(json) ? readId(json) : undefined;
  if (!isRecord(json) || id === undefined) return undefined;
  const handle = textOrNull(json['handle']);
  return {
    id,
    name: textOrNull(json['name']),
    handle,
    created_at: textOrNull(json['created_at']),
    updated_at: textOrNull(json['updated_at']),
    organization_id: textOrNull(json['organization_id']),
    created_by_organization_id: textOrNull(json['created_by_organization_id']),
    product_management_url: null,
  };
}

/** Codes of the framework's constraints that speak of a handle's form, not of its being taken (contract section 6.3). */
const FORM_CONSTRAINTS = new Set([
  'c1051bb4-d103-4f74-8988-acbcafc7fdc3', // NotBlank
  'ad32d13f-c3d4-423b-909a-857b961eb720', // NotNull
  'de1e3db3-5ed4-4941-aae4-59f3667cc3a3', // Regex
  'd94b19cc-114f-4f44-9cc4-4138e80a87b9', // Length, too long
  '9ff3fdc4-b214-49db-8718-39c315e33d45', // Length, too short
]);

/**
 * The documentation does not say how a duplicate handle is refused (contract section 3.3): a 409, or a 422 with a
 * violation of `handle`. Its form was checked before it was sent, so a violation that does not speak of the form means
 * that it is taken.
 */
function handleTaken(handle: string): (response: HttpResponse, error: CliError) => CliError | undefined {
  return (response, error) => {
    const taken =
      response.status === 409 ||
      (response.status === 422 &&
        readProblem(response).violations.some(({ propertyPath, code }) => propertyPath === 'handle' && !FORM_CONSTRAINTS.has(code ?? '')));
    if (!taken) return undefined;
    return takenHandle(handle, error);
  };
}

/** The error of a handle that another instance has, in place of the one that told of it. */
export function takenHandle(handle: string, error: CliError): CliError {
  return new CliError('conflict', `the handle ${handle} is already taken`, {
    ...detailsOf(error),
    cause: error,
    hint: 'it may be your own from an earlier run; otherwise choose another one with --handle: handles are unique across all of Flowkiwi',
  });
}
