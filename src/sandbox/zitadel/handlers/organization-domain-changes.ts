import { randomBytes } from 'node:crypto';
import type { InstanceCall } from '../calls/call.ts';
import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../status.ts';
import { type DomainClaim, listDomainClaims, putDomainClaim, removeDomainClaim } from '../store/domain-claim-store.ts';
import {
  insertOrganizationDomain,
  listOrganizationDomains,
  type OrganizationDomainRecord,
  removeOrganizationDomain,
} from '../store/organization-domain-store.ts';
import { changeOrganization, type OrganizationRecord } from '../store/organization-store.ts';

/** What all APIs do to the domains of an organization. Each change answers the organization as it is then. */

/** Adds a domain: verified at once, or claimed when a switch wants it validated. Throws `V2-e1wse` for one that it has. */
export function addDomain(call: InstanceCall, organization: OrganizationRecord, text: string): OrganizationRecord {
  const { database, now, switches } = call;
  const domain = nonBlank(text, 'ORG-r3h4J');
  const { verified, claim } = find(call, organization, domain);
  if (verified || claim) throw alreadyExists('V2-e1wse', 'Errors.Already.Exists');
  return database.transaction(() => {
    if (switches.zitadelDomains === 'validated') {
      const changed = changeOrganization(database, organization, {}, 1, now);
      const { id: organizationId, sequence } = changed;
      putDomainClaim(database, { organizationId, domain, sequence, createdAt: now, method: undefined });
      return changed;
    }
    return insertVerified(call, organization, domain, 2);
  });
}

/** Takes a domain away, verified or not. Throws `ORG-GDfA3` for one that is not there, `ORG-Sjdi3` for the primary one. */
export function removeDomain(call: InstanceCall, organization: OrganizationRecord, text: string): OrganizationRecord {
  const { database, now } = call;
  const domain = nonBlank(text, 'ORG-SJsK3');
  const { verified, claim } = find(call, organization, domain);
  if (domain === organization.primaryDomain) throw failedPrecondition('ORG-Sjdi3', 'Primary domain must not be deleted');
  if (!verified && !claim) throw notOnOrganization('ORG-GDfA3');
  return database.transaction(() => {
    if (verified) removeOrganizationDomain(database, verified, now);
    else removeDomainClaim(database, { organizationId: organization.id, domain });
    return changeOrganization(database, organization, {}, 1, now);
  });
}

/** Throws `ORG-GDfA3` for a domain that is not there, `ORG-Ggd32` for one that is not verified. */
export function setPrimaryDomain(call: InstanceCall, organization: OrganizationRecord, domain: string): OrganizationRecord {
  const { verified, claim } = find(call, organization, domain);
  if (!verified && !claim) throw notOnOrganization('ORG-GDfA3');
  if (!verified) throw failedPrecondition('ORG-Ggd32', 'Domain is not verified');
  return call.database.transaction(() => changeOrganization(call.database, organization, { primaryDomain: domain }, 1, call.now));
}

/** Makes a token that has to be found at a claimed domain, and says where. Throws `ORG-AGD31` for one that is not there, `ORG-HGw21` for one that is verified. */
export function challengeDomain(
  call: InstanceCall,
  organization: OrganizationRecord,
  text: string,
  method: DomainClaim['method'],
): { readonly token: string; readonly url: string } {
  const domain = nonBlank(text, 'ORG-R24hb');
  if (method === undefined) throw invalidArgument('ORG-Gsw31', 'Domain verification type is invalid');
  const claim = claimOf(call, organization, domain, 'ORG-AGD31');
  const token = randomBytes(24).toString('base64url');
  call.database.transaction(() => {
    putDomainClaim(call.database, { ...claim, method });
    changeOrganization(call.database, organization, {}, 1, call.now);
  });
  const url = method === 'dns' ? `_zitadel-challenge.${domain}` : `https://${domain}/.well-known/zitadel-challenge/${token}.txt`;
  return { token, url };
}

/**
 * Verifies a claimed domain. Nothing is looked up: the token is found everywhere but under `.invalid`, where there is nothing (RFC 6761). Throws
 * `ORG-Sjdi3` for a domain that is not there, `ORG-HGw21`, `ORG-SFBB3` without a token, `ORG-GH3s` when it is not found.
 */
export function verifyDomain(call: InstanceCall, organization: OrganizationRecord, text: string): OrganizationRecord {
  const domain = nonBlank(text, 'ORG-R24hb');
  const claim = claimOf(call, organization, domain, 'ORG-Sjdi3');
  if (claim.method === undefined) throw failedPrecondition('ORG-SFBB3', 'Domain verification not yet started');
  if (/(?:^|\.)invalid$/.test(domain)) throw invalidArgument('ORG-GH3s', 'Domain verification failed');
  return call.database.transaction(() => {
    removeDomainClaim(call.database, claim);
    return insertVerified(call, organization, domain, 1);
  });
}

function insertVerified(
  { database, now }: InstanceCall,
  organization: OrganizationRecord,
  domain: string,
  events: number,
): OrganizationRecord {
  const changed = changeOrganization(database, organization, {}, events, now);
  const { id: organizationId, instanceId, sequence } = changed;
  insertOrganizationDomain(database, { organizationId, instanceId, domain, sequence, createdAt: now });
  return changed;
}

interface KnownDomain {
  readonly verified: OrganizationDomainRecord | undefined;
  readonly claim: DomainClaim | undefined;
}

function find({ database }: InstanceCall, { id }: OrganizationRecord, domain: string): KnownDomain {
  return {
    verified: listOrganizationDomains(database, id).find((known) => known.domain === domain),
    claim: listDomainClaims(database, id).find((known) => known.domain === domain),
  };
}

function claimOf(call: InstanceCall, organization: OrganizationRecord, domain: string, unknown: string): DomainClaim {
  const { verified, claim } = find(call, organization, domain);
  if (verified) throw failedPrecondition('ORG-HGw21', 'Domain is already verified');
  if (!claim) throw notOnOrganization(unknown);
  return claim;
}

function notOnOrganization(id: string) {
  return notFound(id, "Domain doesn't exist on organization");
}

function nonBlank(text: string, id: string): string {
  const domain = text.trim();
  if (domain === '') throw invalidArgument(id, 'Errors.Invalid.Argument');
  return domain;
}
