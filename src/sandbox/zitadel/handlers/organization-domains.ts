import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { type DomainSearchQuery, DomainValidationType } from '@zitadel/proto/zitadel/org_pb';
import { listDomainClaims } from '../store/domain-claim-store.ts';
import { listOrganizationDomains } from '../store/organization-domain-store.ts';
import { addedDetails, changedDetails, readDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { organizationInContext } from './organization-changes.ts';
import { addDomain, challengeDomain, removeDomain, setPrimaryDomain, verifyDomain } from './organization-domain-changes.ts';
import { listDetails, matchesText, pageOf } from './search.ts';

/** How a domain is validated, by the numbers that the v1 and the v2 API have in common. */
export const METHODS = { [DomainValidationType.DNS]: 'dns', [DomainValidationType.HTTP]: 'http' } as const;
export const VALIDATION_TYPES = { dns: DomainValidationType.DNS, http: DomainValidationType.HTTP } as const;

/** Domains of the organization in whose name the call is made (contract section 3.1); the default policy verifies each at once. */
export const organizationDomainHandlers: readonly Handler[] = [
  instanceHandler(ManagementService.method.addOrgDomain, (call, { domain }) => {
    const { id, sequence } = addDomain(call, organizationInContext(call), domain);
    return { details: addedDetails({ sequence, createdAt: call.now }, id) };
  }),
  instanceHandler(ManagementService.method.removeOrgDomain, (call, { domain }) => {
    const changed = removeDomain(call, organizationInContext(call), domain);
    return { details: changedDetails(changed, changed.id) };
  }),
  instanceHandler(ManagementService.method.setPrimaryOrgDomain, (call, { domain }) => {
    const changed = setPrimaryDomain(call, organizationInContext(call), domain);
    return { details: changedDetails(changed, changed.id) };
  }),
  instanceHandler(ManagementService.method.generateOrgDomainValidation, (call, { domain, type }) =>
    challengeDomain(call, organizationInContext(call), domain, type === DomainValidationType.UNSPECIFIED ? undefined : METHODS[type]),
  ),
  instanceHandler(ManagementService.method.validateOrgDomain, (call, { domain }) => {
    const changed = verifyDomain(call, organizationInContext(call), domain);
    return { details: changedDetails(changed, changed.id) };
  }),
  instanceHandler(ManagementService.method.listOrgDomains, (call, { query, queries }) => {
    const { database, organizationId, projected } = call;
    const { primaryDomain } = organizationInContext(call);
    const verified = listOrganizationDomains(database, organizationId, projected).map((record) => ({ ...record, method: undefined }));
    const claimed = listDomainClaims(database, organizationId, projected);
    const found = [...verified, ...claimed].filter(({ domain }) => queries.every((condition) => matches(domain, condition)));
    return {
      details: listDetails(found, query, call),
      result: pageOf(found, query, undefined).map((record) => ({
        orgId: organizationId,
        details: readDetails({ ...record, changedAt: record.createdAt }, organizationId),
        domainName: record.domain,
        isVerified: 'instanceId' in record,
        isPrimary: record.domain === primaryDomain,
        validationType: record.method === undefined ? DomainValidationType.UNSPECIFIED : VALIDATION_TYPES[record.method],
      })),
    };
  }),
];

function matches(domain: string, { query }: DomainSearchQuery): boolean {
  return query.case !== 'domainNameQuery' || matchesText(domain, query.value.name, query.value.method);
}
