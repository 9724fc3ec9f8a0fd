import { isRecord } from '../record.ts';
import { CLIENT_AUTH_METHODS, type ClientAuthMethod } from '../well-known.ts';
import { type StoreOptions, type VersionedFile, versionedFile } from './versioned-file.ts';

/** What `config.json` holds: no secrets. */
export interface Config {
  readonly currentProfile: string | undefined;
  readonly profiles: ReadonlyMap<string, StoredProfile>;
}

/** Where the secrets of credentials are: in `credentials.json` as they are, or encrypted there with a key from the keychain. */
export const STORAGES = ['file', 'keyring'] as const;

export type CredentialStorage = (typeof STORAGES)[number];

/**
 * The settings of a profile, each with its check. What is absent is built in or discovered. In the file their names are in snake case, and
 * those that only a later version knows are kept. (Not zod: it would cost every command 2 ms.)
 */
const SETTINGS = {
  provider: isText,
  /** Base URL of the API. */
  url: isText,
  issuer: isText,
  clientId: isText,
  scopes: isTexts,
  /** What the sign-in page is to ask (`prompt`, OpenID Connect Core 3.1.2.1); empty: nothing is sent. */
  prompt: isText,
  loginHint: isText,
  /** More parameters of the authorization request, by name. */
  authParams: isTextByName,
  /** Where the browser comes back to, for a server that compares the address exactly. */
  callbackPort: isPort,
  callbackPath: isText,
  callbackHost: isText,
  /** Where its next credential is stored; in the file when absent. */
  storage: isStorage,
  /** How its client shows its secret or its key; as the sign-in server lists it when absent. */
  clientAuth: isClientAuth,
  /** Path of the key that `login` uses: of a service account, or of the client when it shows a key. */
  keyFile: isText,
  /** The grant by which its sign-in server took the token of a CI job, and the key of a machine: tried first. */
  oidcGrant: isText,
  keyGrant: isText,
  /** More parameters of the request that presents the token of a CI job, by name. */
  oidcParams: isTextByName,
  /** Whether the API carries out a create once that comes again with its `Idempotency-Key`. */
  idempotencyKeys: isSwitch,
  /** Host that names the instance of ZITADEL where the URL does not. */
  instanceHost: isText,
  /** The system user of ZITADEL whose key signs requests to the system API. */
  systemUser: isText,
  /** Path of the system user's key. */
  systemKey: isText,
  /** What the system user's tokens are for, where it is not the URL's origin. */
  systemAudience: isText,
  /** Id of the current organization by the API URL, because the environment can point a profile elsewhere. */
  currentOrganizations: isTextByName,
  /** Current and known organizations by the API URL, from before they were kept as they are now (see known-organizations.ts). */
  organizations: isKnownByUrl,
};

type Checked<Check> = Check extends (value: unknown) => value is infer Value ? Value : never;

export type StoredProfile = { readonly [Name in keyof typeof SETTINGS]?: Checked<(typeof SETTINGS)[Name]> };

export interface KnownOrganizations {
  readonly current?: string | undefined;
  readonly known: readonly KnownOrganization[];
}

export interface KnownOrganization {
  readonly id: string;
  readonly name: string;
  /** Whether only the beginning of the name is remembered. It is shown, and means no organization. */
  readonly cut?: boolean;
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

function readConfig({ current_profile: currentProfile, profiles = {} }: Readonly<Record<string, unknown>>): Config | undefined {
  if (!isRecord(profiles) || !isOptional(currentProfile, isText)) return undefined;
  const read = new Map<string, StoredProfile>();
  for (const [name, entry] of Object.entries(profiles)) {
    const profile = isRecord(entry) ? renamed(entry, camelCase) : undefined;
    if (profile === undefined || !isStoredProfile(profile)) return undefined;
    read.set(name, profile);
  }
  return { currentProfile, profiles: read };
}

function writeConfig({ currentProfile, profiles }: Config): Record<string, unknown> {
  return {
    current_profile: currentProfile,
    profiles: Object.fromEntries([...profiles].map(([name, profile]) => [name, renamed(profile, snakeCase)])),
  };
}

function isStoredProfile(profile: Record<string, unknown>): profile is StoredProfile {
  return Object.entries(SETTINGS).every(([name, check]) => profile[name] === undefined || check(profile[name]));
}

/** The fields of an object under other names. */
function renamed(fields: object, rename: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [rename(name), value]));
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isKnownByUrl(value: unknown): value is Readonly<Record<string, KnownOrganizations>> {
  return isRecord(value) && Object.values(value).every(isKnownOrganizations);
}

function isKnownOrganizations(value: unknown): value is KnownOrganizations {
  if (!isRecord(value) || !isOptional(value['current'], isText)) return false;
  return Array.isArray(value['known']) && value['known'].every(isKnownOrganization);
}

function isKnownOrganization(value: unknown): value is KnownOrganization {
  return isRecord(value) && isText(value['id']) && isText(value['name']) && isOptional(value['cut'], isSwitch);
}

function isClientAuth(value: unknown): value is ClientAuthMethod {
  return CLIENT_AUTH_METHODS.some((method) => method === value);
}

function isStorage(value: unknown): value is CredentialStorage {
  return STORAGES.some((storage) => storage === value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}

function isSwitch(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isTextByName(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every(isText);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isOptional<T>(value: unknown, check: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || check(value);
}
