import { CliError, detailsOf, withHint } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { type BareOperation, type Operation, pathPart } from '../operation.ts';
import { type DomainChallenge, readChallenge, type ValidationMethod } from './domain.ts';
import { contextOf } from './organization-context.ts';
import { errorId } from './problem.ts';

/** Domains of an organization, in its own context: management v1 (contract section 3.1 and the official descriptors). */
export const ORGANIZATION_DOMAINS = '/management/v1/orgs/me/domains';

/** A domain of an organization. */
export interface DomainOfOrganization {
  readonly organizationId: string;
  readonly domain: string;
}

/** `POST …/domains`. Throws `conflict` for one that this organization has, or another one has verified. */
export function addOrganizationDomain({ organizationId, domain }: DomainOfOrganization): BareOperation {
  return {
    action: `add the domain ${domain}`,
    request: { method: 'POST', path: ORGANIZATION_DOMAINS, json: { domain }, ...contextOf(organizationId), safe: true },
  };
}

/** `DELETE …/domains/{domain}`. */
export function removeOrganizationDomain(of: DomainOfOrganization): BareOperation {
  return {
    action: `remove the domain ${of.domain}`,
    request: { method: 'DELETE', ...requestAt(of) },
    refused: (response, error) =>
      errorId(response) === 'ORG-Sjdi3'
        ? withHint(error, helpWith('make another one the primary domain first', 'org', 'domain', 'primary', 'acme.example'))
        : undefined,
  };
}

/** `POST …/domains/{domain}/_set_primary`. */
export function setPrimaryOrganizationDomain(of: DomainOfOrganization): BareOperation {
  return {
    action: `make ${of.domain} the primary domain`,
    request: { method: 'POST', ...requestAt(of, '/_set_primary'), safe: true },
    refused: (response, error) =>
      errorId(response) === 'ORG-Ggd32'
        ? withHint(error, helpWith('it has to be verified first', 'org', 'domain', 'verify', { id: of.domain }))
        : undefined,
  };
}

/** `POST …/domains/{domain}/validation/_generate`. Each challenge takes the place of the one before it. */
export function generateChallenge(of: DomainOfOrganization, method: ValidationMethod): Operation<DomainChallenge> {
  const json = { type: `DOMAIN_VALIDATION_TYPE_${method.toUpperCase()}` };
  return {
    action: `have ${of.domain} verified`,
    request: { method: 'POST', ...requestAt(of, '/validation/_generate'), json, safe: true },
    interpret: readChallenge,
  };
}

/** `POST …/domains/{domain}/validation/_validate`. */
export function validateDomain(of: DomainOfOrganization): BareOperation {
  return {
    action: `verify the domain ${of.domain}`,
    request: { method: 'POST', ...requestAt(of, '/validation/_validate'), json: {}, safe: true },
    refused: (response, error) => {
      switch (errorId(response)) {
        case 'ORG-GH3s':
          // It may be there a moment later.
          return new CliError('unavailable', error.message, {
            ...detailsOf(error),
            hint: 'the token was not found at the domain; a new DNS record takes a while to be seen: run it again then',
          });
        case 'ORG-SFBB3':
          return withHint(error, helpWith('first have a token made', 'org', 'domain', 'add', { id: of.domain }, '--method', 'dns'));
        default:
          return undefined;
      }
    },
  };
}

function requestAt({ organizationId, domain }: DomainOfOrganization, below = '') {
  return { path: `${ORGANIZATION_DOMAINS}/${pathPart(domain)}${below}`, ...contextOf(organizationId) };
}
