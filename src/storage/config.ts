import { isRecord } from '../record.ts';
import type { StoreOptions } from './store-options.ts';
import { type VersionedFile, versionedFile } from './versioned-file.ts';

/** What `config.json` holds: no secrets. */
export interface Config {
  readonly currentProfile: string | undefined;
  readonly profiles: ReadonlyMap<string, StoredProfile>;
}

/** What was set for a profile; what is absent is built in or discovered. */
export interface StoredProfile {
  readonly provider?: string;
  /** Base URL of the API. */
  readonly url?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
  /** Organizations by the API URL that they were seen at, because the environment can point a profile elsewhere. */
  readonly organizations?: Readonly<Record<string, KnownOrganizations>>;
}

export interface KnownOrganizations {
  readonly current: string | undefined;
  readonly known: readonly KnownOrganization[];
}

export interface KnownOrganization {
  readonly id: string;
  readonly name: string;
}

export type ConfigFile = VersionedFile<Config>;

export function configFile(options: StoreOptions): ConfigFile {
  return versionedFile<Config>({ ...options, name: 'config', isSecret: false, read: readConfig, write: writeConfig });
}

/** A changed copy of one profile's entry. */
export function withProfile(config: Config | undefined, name: string, change: (profile: StoredProfile) => StoredProfile): Config {
  const profiles = new Map(config?.profiles);
  return { currentProfile: config?.currentProfile, profiles: profiles.set(name, change(profiles.get(name) ?? {})) };
}

function readConfig(content: Readonly<Record<string, unknown>>): Config | undefined {
  const { current_profile: currentProfile, profiles = {} } = content;
  if (!isRecord(profiles) || !isOptionalText(currentProfile)) return undefined;
  const read = new Map<string, StoredProfile>();
  for (const [name, entry] of Object.entries(profiles)) {
    const profile = readProfile(entry);
    if (!profile) return undefined;
    read.set(name, profile);
  }
  return { currentProfile, profiles: read };
}

function readProfile(entry: unknown): StoredProfile | undefined {
  if (!isRecord(entry)) return undefined;
  const { provider, url, issuer, client_id: clientId, scopes, organizations } = entry;
  if (![provider, url, issuer, clientId].every(isOptionalText)) return undefined;
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every(isText))) return undefined;
  const known = readOrganizations(organizations);
  if (!known) return undefined;
  return {
    ...(isText(provider) && { provider }),
    ...(isText(url) && { url }),
    ...(isText(issuer) && { issuer }),
    ...(isText(clientId) && { clientId }),
    ...(Array.isArray(scopes) && { scopes: scopes.filter(isText) }),
    organizations: known,
  };
}

function readOrganizations(content: unknown): Record<string, KnownOrganizations> | undefined {
  if (content === undefined) return {};
  if (!isRecord(content)) return undefined;
  const read: Record<string, KnownOrganizations> = {};
  for (const [url, entry] of Object.entries(content)) {
    if (!isRecord(entry) || !Array.isArray(entry['known']) || !isOptionalText(entry['current'])) return undefined;
    const known = entry['known'].filter(isKnownOrganization);
    if (known.length !== entry['known'].length) return undefined;
    read[url] = { current: entry['current'], known };
  }
  return read;
}

function writeConfig({ currentProfile, profiles }: Config): Record<string, unknown> {
  const written = [...profiles].map(([name, { clientId, ...profile }]) => [name, { ...profile, client_id: clientId }]);
  return { current_profile: currentProfile, profiles: Object.fromEntries(written) };
}

function isKnownOrganization(value: unknown): value is KnownOrganization {
  return isRecord(value) && isText(value['id']) && isText(value['name']);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}
