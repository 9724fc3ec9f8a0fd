import { isRecord } from '../../record.ts';
import type { Instance } from '../instance.ts';
import { checkedName } from '../name.ts';
import type { Operation } from '../operation.ts';
import type { InstanceQuery, InstanceSortField, NewInstance } from '../provider.ts';
import { checkedHandle } from './handle.ts';
import { handleTaken } from './handle-taken.ts';
import { textOrNull } from './text.ts';

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
    refused: handleTaken(handle),
    creates: {
      creating: `instance ${JSON.stringify(name)} (handle ${handle})`,
      check: `see whether it is there: flowkiwi instance get ${handle} --org ${organizationId}`,
    },
  };
}

/** `GET /api/organizations/{organizationId}/instances/{instanceId}` (contract section 3.5). */
export function getInstance(organizationId: string, instanceId: string): Operation<Instance> {
  return {
    action: `read instance ${instanceId} of organization ${organizationId}`,
    request: { method: 'GET', path: `${instancesPath(organizationId)}/${encodeURIComponent(instanceId)}` },
    interpret: readInstance,
  };
}

/** `GET /api/organizations/{organizationId}/instances` (contract section 3.4): its first page, with the documented parameters. */
export function instancesPage(
  organizationId: string,
  { name, handle, sort, limit }: InstanceQuery,
): { path: string; query: Record<string, string> } {
  return {
    path: instancesPath(organizationId),
    query: {
      ...(name !== undefined && { name }),
      ...(handle !== undefined && { handle }),
      ...(sort && { [`order[${SORT_PARAMETERS[sort.field]}]`]: sort.direction }),
      itemsPerPage: String(Math.min(limit ?? PAGE_SIZE, PAGE_SIZE)),
    },
  };
}

/** Largest page that is asked for; a server that allows less gives less, and the next page is asked for all the same. */
const PAGE_SIZE = 100;

/** The query parameters are camel case, unlike the bodies. */
const SORT_PARAMETERS: Readonly<Record<InstanceSortField, string>> = {
  name: 'name',
  handle: 'handle',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
};

function instancesPath(organizationId: string): string {
  return `/api/organizations/${encodeURIComponent(organizationId)}/instances`;
}

/** Reads an instance from JSON-LD or plain JSON (contract section 3.1) and adds the address of its product management. */
export function readInstance(json: unknown): Instance | undefined {
  if (!isRecord(json)) return undefined;
  const { id, name, handle, organization_id } = json;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof handle !== 'string') return undefined;
  return {
    id,
    name,
    handle,
    created_at: textOrNull(json['created_at']),
    updated_at: textOrNull(json['updated_at']),
    organization_id: textOrNull(organization_id) ?? '',
    created_by_organization_id: textOrNull(json['created_by_organization_id']),
    product_management_url: productManagementUrl(handle),
  };
}

/** Origin of an instance's product management (contract section 7). */
export function productManagementUrl(handle: string): string {
  return `https://${encodeURIComponent(handle)}.product-management.flowkiwi.net`;
}
