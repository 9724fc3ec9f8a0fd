import { isRecord } from '../record.ts';
import { type StoreOptions, type VersionedFile, versionedFile } from './versioned-file.ts';

/** What `config.json` holds: no secrets. */
export interface Config {
  readonly currentProfile: string | undefined;
  readonly profiles: ReadonlyMap<string, StoredProfile>;
}

/** Where the secrets of credentials are: in `credentials.json` as they are, or encrypted there with a key from the keychain. */
export const STORAGES = ['file', 'keyring'] as const;

export type CredentialStorage = (typeof STORAGES)[number];

/** What was set for a profile; what is absent is built in or discovered. */
export interface StoredProfile {
  readonly provider?: string;
  /** Base URL of the API. */
  readonly url?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
  /** Where its next credential is stored; in the file when absent. */
  readonly storage?: CredentialStorage;
  /** Host that names the instance of ZITADEL where the URL does not. */
  readonly instanceHost?: string;
  /** The system user of ZITADEL whose key signs requests to the system API: its name, the path of its key, and the audience where it is not the URL's origin. */
  readonly systemUser?: string;
  readonly systemKey?: string;
  readonly systemAudience?: string;
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

/** Where a profile's next credential is stored. */
export function storageOf(config: Config | undefined, name: string): CredentialStorage {
  return config?.profiles.get(name)?.storage ?? 'file';
}

/** Makes this the place of a profile's next credential. Throws as `VersionedFile.update` does. */
export async function chooseStorage(config: ConfigFile, name: string, storage: CredentialStorage): Promise<void> {
  if (storageOf(await config.read(), name) === storage) return;
  await config.update((stored) => withProfile(stored, name, (profile) => ({ ...profile, storage })));
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
  const { provider, url, issuer, client_id: clientId, scopes, storage, organizations } = entry;
  const { instance_host: instanceHost, system_user: systemUser, system_key: systemKey, system_audience: systemAudience } = entry;
  if (![provider, url, issuer, clientId, instanceHost, systemUser, systemKey, systemAudience].every(isOptionalText)) return undefined;
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every(isText))) return undefined;
  if (storage !== undefined && !isStorage(storage)) return undefined;
  const known = readOrganizations(organizations);
  if (!known) return undefined;
  return {
    ...(isText(provider) && { provider }),
    ...(isText(url) && { url }),
    ...(isText(issuer) && { issuer }),
    ...(isText(clientId) && { clientId }),
    ...(Array.isArray(scopes) && { scopes: scopes.filter(isText) }),
    ...(storage !== undefined && { storage }),
    ...(isText(instanceHost) && { instanceHost }),
    ...(isText(systemUser) && { systemUser }),
    ...(isText(systemKey) && { systemKey }),
    ...(isText(systemAudience) && { systemAudience }),
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
  return {
    current_profile: currentProfile,
    profiles: Object.fromEntries([...profiles].map(([name, profile]) => [name, writeProfile(profile)])),
  };
}

function writeProfile({
  clientId,
  instanceHost,
  systemUser,
  systemKey,
  systemAudience,
  ...profile
}: StoredProfile): Record<string, unknown> {
  return {
    ...profile,
    client_id: clientId,
    instance_host: instanceHost,
    system_user: systemUser,
    system_key: systemKey,
    system_audience: systemAudience,
  };
}

function isKnownOrganization(value: unknown): value is KnownOrganization {
  return isRecord(value) && isText(value['id']) && isText(value['name']);
}

function isStorage(value: unknown): value is CredentialStorage {
  return STORAGES.some((storage) => storage === value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}
