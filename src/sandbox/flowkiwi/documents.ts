import type { Database } from '../database.ts';
import type { InstanceRecord } from './instance-store.ts';
import type { Format } from './negotiation.ts';
import { listMembers, type MemberRecord, type OrganizationRecord } from './organization-store.ts';

/** A resource as it goes over the wire. Properties without a value are left out (contract section 6.5). */
export type ResourceDocument = Readonly<Record<string, unknown>>;

export const ORGANIZATION = 'Organization';
export const INSTANCE = 'OrganizationInstancesResource';

export function organizationIri(id: string): string {
  return `/api/organizations/${id}`;
}

export function instancesIri(organizationId: string): string {
  return `${organizationIri(organizationId)}/instances`;
}

export function instanceIri({ organizationId, id }: Pick<InstanceRecord, 'organizationId' | 'id'>): string {
  return `${instancesIri(organizationId)}/${id}`;
}

/** Contract section 2.1: owners are not repeated among the members. */
export function organizationDocument(organization: OrganizationRecord, database: Database, format: Format) {
  const everybody = listMembers(database, organization.id);
  const withRole = (role: string) => everybody.filter((member) => member.role === role).map((member) => memberDocument(member, format));
  return {
    ...context(ORGANIZATION, format),
    ...node(organizationIri(organization.id), ORGANIZATION, format),
    id: organization.id,
    name: organization.name,
    created_at: timestamp(organization.createdAt),
    updated_at: timestamp(organization.updatedAt),
    owners: withRole('owner'),
    members: withRole('member'),
  };
}

export function memberDocument({ account, role, joinedAt }: MemberRecord, format: Format) {
  return {
    ...node(`/api/.well-known/genid/${account.id.replaceAll('-', '')}`, 'Member', format),
    id: account.id,
    email: account.email,
    ...(account.name === null ? {} : { name: account.name }),
    role,
    joined_at: timestamp(joinedAt),
  };
}

/** One instance on its own, with its context. */
export function instanceDocument(instance: InstanceRecord, format: Format): ResourceDocument {
  return { ...context(INSTANCE, format), ...instanceElement(instance, format) };
}

/** One instance inside a collection (contract sections 3.1 and 4). */
export function instanceElement(instance: InstanceRecord, format: Format) {
  return {
    ...node(instanceIri(instance), INSTANCE, format),
    id: instance.id,
    name: instance.name,
    handle: instance.handle,
    created_at: timestamp(instance.createdAt),
    updated_at: timestamp(instance.updatedAt),
    organization_id: instance.organizationId,
    created_by_organization_id: instance.createdByOrganizationId,
  };
}

export function context(shortName: string, format: Format): ResourceDocument {
  return format === 'json' ? {} : { '@context': `/api/contexts/${shortName}` };
}

function node(iri: string, type: string, format: Format): ResourceDocument {
  return format === 'json' ? {} : { '@id': iri, '@type': type };
}

/** ISO 8601 in UTC with an offset and whole seconds: `2026-01-31T09:30:00+00:00`. */
function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;
}
