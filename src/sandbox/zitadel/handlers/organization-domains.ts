import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { type DomainSearchQuery, DomainValidationType } from '@zitadel/proto/zitadel/org_pb';
import type { InstanceCall } from '../calls/call.ts';
import { alreadyExists, invalidArgument, notFound } from '../status.ts';
import { insertOrganizationDomain, listOrganizationDomains } from '../store/organization-domain-store.ts';
import { changeOrganization, findOrganization, type OrganizationRecord } from '../store/organization-store.ts';
import { addedDetails, changedDetails, readDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { listDetails, matchesText, pageOf } from './search.ts';

/** Domains of the organization in whose name the call is made (contract section 3.1); the default policy verifies each at once. */
export const organizationDomainHandlers: readonly Handler[] = [
  instanceHandler(ManagementService.method.addOrgDomain, (call, request) => {
    const { database, now } = call;
    const domain = request.domain.trim();
    if (domain === '') throw invalidArgument('ORG-r3h4J', 'Errors.Invalid.Argument');
    const organization = organizationOf(call);
    if (listOrganizationDomains(database, organization.id).some((known) => known.domain === domain)) {
      throw alreadyExists('V2-e1wse', 'Errors.Already.Exists');
    }
    return database.transaction(() => {
      const { id, instanceId, sequence } = changeOrganization(database, organization, {}, 2, now);
      insertOrganizationDomain(database, { organizationId: id, instanceId, domain, sequence, createdAt: now });
      return { details: addedDetails({ sequence, createdAt: now }, id) };
    });
  }),
  instanceHandler(ManagementService.method.setPrimaryOrgDomain, (call, { domain }) => {
    const { database, now } = call;
    const organization = organizationOf(call);
    if (!listOrganizationDomains(database, organization.id).some((known) => known.domain === domain)) {
      throw notFound('ORG-GDfA3', "Domain doesn't exist on organization");
    }
    const changed = database.transaction(() => changeOrganization(database, organization, { primaryDomain: domain }, 1, now));
    return { details: changedDetails(changed, changed.id) };
  }),
  instanceHandler(ManagementService.method.listOrgDomains, (call, { query, queries }) => {
    const { database, organizationId, projected } = call;
    const { primaryDomain } = organizationOf(call);
    const found = listOrganizationDomains(database, organizationId, projected).filter(({ domain }) =>
      queries.every((condition) => matches(domain, condition)),
    );
    return {
      details: listDetails(found, query, call),
      result: pageOf(found, query, undefined).map((record) => ({
        orgId: organizationId,
        details: readDetails({ ...record, changedAt: record.createdAt }, organizationId),
        domainName: record.domain,
        isVerified: true,
        isPrimary: record.domain === primaryDomain,
        validationType: DomainValidationType.UNSPECIFIED,
      })),
    };
  }),
];

function organizationOf({ database, instance, organizationId }: InstanceCall): OrganizationRecord {
  const organization = findOrganization(database, instance.id, organizationId);
  if (organization === undefined) throw notFound('QUERY-leq5Q', 'Organisation not found');
  return organization;
}

function matches(domain: string, { query }: DomainSearchQuery): boolean {
  return query.case !== 'domainNameQuery' || matchesText(domain, query.value.name, query.value.method);
}
