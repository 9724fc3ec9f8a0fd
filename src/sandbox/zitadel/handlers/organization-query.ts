import { TextQueryMethod } from '@zitadel/proto/zitadel/object_pb';
import { OrgState } from '@zitadel/proto/zitadel/org_pb';
import type { InstanceCall } from '../calls/call.ts';
import { listOrganizationDomains } from '../store/organization-domain-store.ts';
import { listOrganizations, type OrganizationRecord } from '../store/organization-store.ts';
import { matchesText } from './search.ts';

/** What the v1 and the v2 API search organizations by; their enumerations have the same numbers. */
export type OrganizationQuery =
  | { readonly case: 'nameQuery'; readonly value: { readonly name: string; readonly method: number } }
  | { readonly case: 'domainQuery'; readonly value: { readonly domain: string; readonly method: number } }
  | { readonly case: 'stateQuery'; readonly value: { readonly state: number } }
  | { readonly case: 'idQuery'; readonly value: { readonly id: string } }
  | { readonly case: 'defaultQuery'; readonly value: unknown }
  | { readonly case: undefined };

/** The numbers of the states in both APIs; a removed organization has none (contract section 3.1). */
export const STATES = { active: OrgState.ACTIVE, inactive: OrgState.INACTIVE, removed: OrgState.UNSPECIFIED } as const;

const WHOLE_NAME: readonly number[] = [TextQueryMethod.EQUALS, TextQueryMethod.EQUALS_IGNORE_CASE];

/** The organizations that meet all queries, as the projection knows them, the oldest first. */
export function searchOrganizations(call: InstanceCall, queries: readonly { readonly query: OrganizationQuery }[]): OrganizationRecord[] {
  const name = queries.find(({ query }) => query.case === 'nameQuery' && WHOLE_NAME.includes(query.value.method))?.query;
  const id = queries.find(({ query }) => query.case === 'idQuery')?.query;
  const candidates = listOrganizations(call.database, call.instance.id, call.projected, {
    name: name?.case === 'nameQuery' ? name.value.name : undefined,
    id: id?.case === 'idQuery' ? id.value.id : undefined,
  });
  return candidates.filter((organization) => queries.every(({ query }) => matches(call, organization, query)));
}

function matches(call: InstanceCall, organization: OrganizationRecord, query: OrganizationQuery): boolean {
  switch (query.case) {
    case 'nameQuery':
      return matchesText(organization.name, query.value.name, query.value.method);
    case 'domainQuery': {
      const { domain: wanted, method } = query.value;
      const domains = listOrganizationDomains(call.database, organization.id, call.projected);
      return domains.some(({ domain }) => matchesText(domain, wanted, method));
    }
    case 'stateQuery':
      return query.value.state === OrgState.UNSPECIFIED || query.value.state === STATES[organization.state];
    case 'idQuery':
      return organization.id === query.value.id;
    case 'defaultQuery':
      return organization.id === call.instance.defaultOrganizationId;
    default:
      return true;
  }
}
