import { isRecord } from '../../record.ts';
import { type Details, readDetails, stateName } from './organization.ts';

/** An instance of ZITADEL: a tenant with its own domains, users and organizations. */
export interface ZitadelInstance extends Details {
  readonly id: string;
  readonly name: string;
  /** The domain that it is addressed by; null while it is not known. */
  readonly primary_domain: string | null;
  /** All domains that it is addressed by, the primary one among them. */
  readonly domains: readonly string[];
  /** Always `running` on servers of today; null while it is not known. */
  readonly state: string | null;
  /** ZITADEL's own version, where the server tells. */
  readonly version: string | null;
}

/** A domain that an instance is addressed by. */
export interface InstanceDomain extends Details {
  readonly domain: string;
  readonly primary: boolean;
  /** Made from the name of the instance; it cannot be removed. */
  readonly generated: boolean;
}

/** Reads an instance (contract section 3.2). */
export function readInstance(json: unknown): ZitadelInstance | undefined {
  if (!isRecord(json) || typeof json['id'] !== 'string') return undefined;
  const { id, name, domains, state, version, details } = json;
  const read = Array.isArray(domains) ? domains.map(readInstanceDomain).filter((domain) => domain !== undefined) : [];
  const instance = { id, name: typeof name === 'string' ? name : '', primary_domain: null, domains: [], state: stateName(state) ?? null };
  return withDomains({ ...instance, version: typeof version === 'string' ? version : null, ...readDetails(details) }, read);
}

/** Reads `{"instance": …}`. */
export function readNamedInstance(json: unknown): ZitadelInstance | undefined {
  return isRecord(json) ? readInstance(json['instance']) : undefined;
}

export function readInstanceDomain(json: unknown): InstanceDomain | undefined {
  if (!isRecord(json) || typeof json['domain'] !== 'string') return undefined;
  const { domain, primary, generated, details } = json;
  return { domain, primary: primary === true, generated: generated === true, ...readDetails(details) };
}

/** One instance of two parts of it, each of which has some of its domains. */
export function withDomainsOf(instance: ZitadelInstance, part: ZitadelInstance): ZitadelInstance {
  const primary = instance.primary_domain ?? part.primary_domain;
  return { ...instance, primary_domain: primary, domains: [...new Set([...instance.domains, ...part.domains])] };
}

/** The instance with these domains in place of its own. */
export function withDomains(instance: ZitadelInstance, domains: readonly InstanceDomain[]): ZitadelInstance {
  const primary = domains.find((one) => one.primary)?.domain ?? null;
  return { ...instance, primary_domain: primary, domains: domains.map(({ domain }) => domain) };
}
