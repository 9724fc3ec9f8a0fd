import type { Session } from '../session.ts';
import { type DomainChallenge, type OrganizationDomain, readOrganizationDomain, type ValidationMethod } from './domain.ts';
import {
  addOrganizationDomain,
  type DomainOfOrganization,
  generateChallenge,
  ORGANIZATION_DOMAINS,
  removeOrganizationDomain,
  setPrimaryOrganizationDomain,
  validateDomain,
} from './domain-requests.ts';
import { contextOf } from './organization-context.ts';
import { performUnless, type Removal, type RemovalOptions, removalOf, removeOnce } from './repeatable.ts';
import { search } from './search.ts';

/** Domains of organizations. */
export interface OrganizationDomainService {
  readonly listOrganizationDomains: (organizationId: string) => AsyncIterable<OrganizationDomain>;
  /** Undefined also for one that was added a moment ago. */
  readonly findOrganizationDomain: (of: DomainOfOrganization) => Promise<OrganizationDomain | undefined>;
  /** Adds a domain; `unchanged` when the organization has it. Throws `conflict` when another one has verified it. */
  readonly addOrganizationDomain: (of: DomainOfOrganization) => Promise<'added' | 'unchanged'>;
  /** What has to be found at the domain from now on; undefined when it is verified. */
  readonly challengeDomain: (of: DomainOfOrganization, method: ValidationMethod) => Promise<DomainChallenge | undefined>;
  /** Lets the server look for what its challenge said; `unchanged` when the domain is verified. */
  readonly verifyDomain: (of: DomainOfOrganization) => Promise<'verified' | 'unchanged'>;
  readonly setPrimaryOrganizationDomain: (of: DomainOfOrganization) => Promise<void>;
  readonly removeOrganizationDomain: (of: DomainOfOrganization) => Promise<Removal>;
}

export interface DomainCallsOptions extends RemovalOptions {
  readonly session: Session;
}

/** The ids of the errors of what is done already. */
const HAS_DOMAIN = 'V2-e1wse';
const IS_VERIFIED = 'ORG-HGw21';

/** The part of the adapter that is about domains of organizations. */
export function domainCalls({ session, clock, signal, leftMs }: DomainCallsOptions): OrganizationDomainService {
  function listOrganizationDomains(organizationId: string): AsyncIterable<OrganizationDomain> {
    const action = 'list the domains of the organization';
    const path = `${ORGANIZATION_DOMAINS}/_search`;
    return search({ session, action, path, readItem: readOrganizationDomain, ...contextOf(organizationId) });
  }

  return {
    listOrganizationDomains,
    findOrganizationDomain: async ({ organizationId, domain }) => {
      for await (const known of listOrganizationDomains(organizationId)) if (known.domain === domain) return known;
      return undefined;
    },
    addOrganizationDomain: async (of) =>
      (await performUnless(HAS_DOMAIN, () => session.perform(addOrganizationDomain(of)))) ? 'added' : 'unchanged',
    challengeDomain: async (of, method) => {
      let challenge: DomainChallenge | undefined;
      await performUnless(IS_VERIFIED, async () => {
        challenge = await session.run(generateChallenge(of, method));
      });
      return challenge;
    },
    verifyDomain: async (of) => ((await performUnless(IS_VERIFIED, () => session.perform(validateDomain(of)))) ? 'verified' : 'unchanged'),
    setPrimaryOrganizationDomain: (of) => session.perform(setPrimaryOrganizationDomain(of)),
    removeOrganizationDomain: (of) =>
      removeOnce(() => removalOf(() => session.perform(removeOrganizationDomain(of))), { clock, signal, leftMs }),
  };
}
