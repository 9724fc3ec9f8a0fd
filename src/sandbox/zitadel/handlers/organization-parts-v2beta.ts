import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MetadataQuery } from '@zitadel/proto/zitadel/metadata/v2beta/metadata_pb';
import { type DomainSearchFilter, DomainValidationType } from '@zitadel/proto/zitadel/org/v2beta/org_pb';
import { OrganizationService } from '@zitadel/proto/zitadel/org/v2beta/org_service_pb';
import { notFound } from '../status.ts';
import { listDomainClaims } from '../store/domain-claim-store.ts';
import { listMetadata, type MetadataRecord, putMetadata, removeMetadata } from '../store/metadata-store.ts';
import { listOrganizationDomains } from '../store/organization-domain-store.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { organizationInContext } from './organization-changes.ts';
import { addDomain, challengeDomain, removeDomain, verifyDomain } from './organization-domain-changes.ts';
import { METHODS, VALIDATION_TYPES } from './organization-domains.ts';
import { paginationOf } from './organizations-v2beta.ts';
import { matchesText, pageOf } from './search.ts';

/** Domains and metadata of organizations in the v2beta API. */
export const organizationPartV2BetaHandlers: readonly Handler[] = [
  instanceHandler(OrganizationService.method.addOrganizationDomain, (call, { domain }) => {
    addDomain(call, organizationInContext(call), domain);
    return { creationDate: timestampFromMs(call.now) };
  }),
  instanceHandler(OrganizationService.method.deleteOrganizationDomain, (call, { domain }) => {
    removeDomain(call, organizationInContext(call), domain);
    return { deletionDate: timestampFromMs(call.now) };
  }),
  instanceHandler(OrganizationService.method.generateOrganizationDomainValidation, (call, { domain, type }) =>
    challengeDomain(call, organizationInContext(call), domain, type === DomainValidationType.UNSPECIFIED ? undefined : METHODS[type]),
  ),
  instanceHandler(OrganizationService.method.verifyOrganizationDomain, (call, { domain }) => {
    verifyDomain(call, organizationInContext(call), domain);
    return { changeDate: timestampFromMs(call.now) };
  }),
  instanceHandler(OrganizationService.method.listOrganizationDomains, (call, { pagination, filters }) => {
    const { database, organizationId, projected } = call;
    const { primaryDomain } = organizationInContext(call);
    const verified = listOrganizationDomains(database, organizationId, projected).map(({ domain }) => ({
      domain,
      method: undefined,
      isVerified: true,
    }));
    const claimed = listDomainClaims(database, organizationId, projected).map(({ domain, method }) => ({
      domain,
      method,
      isVerified: false,
    }));
    const found = [...verified, ...claimed].filter(({ domain }) => filters.every((filter) => matchesDomain(domain, filter)));
    const domains = pageOf(found, pagination, undefined).map(({ domain, method, isVerified }) => ({
      organizationId,
      domainName: domain,
      isVerified,
      isPrimary: domain === primaryDomain,
      validationType: method === undefined ? DomainValidationType.UNSPECIFIED : VALIDATION_TYPES[method],
    }));
    return { pagination: paginationOf(found, pagination), domains };
  }),
  instanceHandler(OrganizationService.method.setOrganizationMetadata, (call, { metadata }) => {
    const { id } = organizationInContext(call);
    call.database.transaction(() => {
      for (const one of metadata) putMetadata(call.database, id, one, call.now);
    });
    return { setDate: timestampFromMs(call.now) };
  }),
  instanceHandler(OrganizationService.method.listOrganizationMetadata, (call, { pagination, filter }) => {
    const all = listMetadata(call.database, organizationInContext(call).id);
    const found = all.filter((one) => filter.every((query) => matchesKey(one, query)));
    const metadata = pageOf(found, pagination, undefined).map(({ key, value, createdAt, changedAt }) => ({
      key,
      value,
      creationDate: timestampFromMs(createdAt),
      changeDate: timestampFromMs(changedAt),
    }));
    return { pagination: paginationOf(found, pagination), metadata };
  }),
  instanceHandler(OrganizationService.method.deleteOrganizationMetadata, (call, { keys }) => {
    const { id } = organizationInContext(call);
    call.database.transaction(() => {
      for (const key of keys) if (!removeMetadata(call.database, id, key)) throw notFound('META-2nnds', 'Metadata not found');
    });
    return { deletionDate: timestampFromMs(call.now) };
  }),
];

function matchesDomain(domain: string, { filter }: DomainSearchFilter): boolean {
  return filter.case !== 'domainNameFilter' || matchesText(domain, filter.value.name, filter.value.method);
}

function matchesKey({ key }: MetadataRecord, { query }: MetadataQuery): boolean {
  return query.case !== 'keyQuery' || matchesText(key, query.value.key, query.value.method);
}
