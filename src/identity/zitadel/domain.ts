import { isRecord } from '../../record.ts';
import { type Details, readDetails } from './organization.ts';

/** How an organization proves that a domain is its own. */
export type ValidationMethod = 'dns' | 'http';

/** A domain of an organization. */
export interface OrganizationDomain extends Details {
  readonly domain: string;
  readonly primary: boolean;
  readonly verified: boolean;
  /** How it is or was to be verified; null while nothing was asked for. */
  readonly validation_type: ValidationMethod | null;
}

/** Reads a domain of an organization (`zitadel.org.v1.Domain`). */
export function readOrganizationDomain(json: unknown): OrganizationDomain | undefined {
  if (!isRecord(json) || typeof json['domainName'] !== 'string') return undefined;
  const { domainName: domain, isPrimary, isVerified, validationType, details } = json;
  return {
    domain,
    primary: isPrimary === true,
    verified: isVerified === true,
    validation_type:
      validationType === 'DOMAIN_VALIDATION_TYPE_DNS' ? 'dns' : validationType === 'DOMAIN_VALIDATION_TYPE_HTTP' ? 'http' : null,
    ...readDetails(details),
  };
}

/** What has to be found at a domain for its verification. */
export interface DomainChallenge {
  /** The value of the TXT record, or the content of the file. */
  readonly token: string;
  /** The name of the TXT record, or the address of the file. */
  readonly url: string;
}

/** Reads a challenge (`GenerateOrgDomainValidationResponse`). */
export function readChallenge(json: unknown): DomainChallenge | undefined {
  if (!isRecord(json) || typeof json['token'] !== 'string' || typeof json['url'] !== 'string') return undefined;
  return { token: json['token'], url: json['url'] };
}
