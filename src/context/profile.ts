import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { isLoopback } from '../http/loopback.ts';
import { closest } from '../output/closest.ts';
import type { Config, StoredProfile } from '../storage/config.ts';
import { checkedClientId, checkedIssuer, checkedUrl } from './checked-settings.ts';

export const PROVIDERS = ['flowkiwi', 'zitadel'] as const;

/** The dialects of identity service that are spoken. */
export type ProviderName = (typeof PROVIDERS)[number];

/** A named connection, with everything that the flags, the environment and its file say of it. */
export interface Profile {
  readonly name: string;
  readonly provider: ProviderName;
  /** Base URL of the API. */
  readonly url: URL;
  /** Where sign-in happens; undefined: to be discovered from the API. */
  readonly issuer: string | undefined;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The scopes of a machine, which has no name, no address and no session to ask for: what the provider needs, and the profile's own. */
  readonly machineScopes: readonly string[];
  /** Host that names the instance of ZITADEL, with its port if any; undefined where the URL does. */
  readonly instanceHost?: string | undefined;
  /** Who signs requests to ZITADEL's system API; undefined when nobody does. */
  readonly systemUser?: SystemUser | undefined;
}

/** A system user of ZITADEL (contract section 4.5). */
export interface SystemUser {
  readonly name: string;
  /** Path of its private key; a relative one is beneath the folder of config.json. */
  readonly key: string;
  /** What its tokens are for: the origin that the server has in its own configuration. */
  readonly audience: string;
}

/** The flags of a command that say more than the profile does. */
export interface ProfileFlags {
  readonly profile: string | undefined;
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
}

/** Where each value of a profile comes from: a flag, a variable, the file, or what is built in; in words. */
export type ProfileSources = Readonly<Record<'profile' | 'provider' | 'url' | 'issuer' | 'client_id' | 'scopes', string>>;

const SANDBOX_URL = 'http://127.0.0.1:8787';

/** File, in the folder of config.json, with the key of the sandbox's system user at ZITADEL. */
export const SANDBOX_SYSTEM_KEY = 'sandbox-system-user.pem';

const BUILT_IN: ReadonlyMap<string, StoredProfile> = new Map([
  ['default', { url: 'https://identity.flowkiwi.net' }],
  ['sandbox', { url: SANDBOX_URL }],
  ['sandbox-zitadel', { provider: 'zitadel', url: SANDBOX_URL, systemUser: 'sandbox', systemKey: SANDBOX_SYSTEM_KEY }],
]);

/** Identifies this program to authorization servers that registered it under this name; others are given `--client-id`. */
const CLIENT_ID = 'flowkiwi-cli';
const SCOPES = ['openid', 'profile', 'email', 'offline_access'];
/** Puts ZITADEL's own project into the audience: without it every call of its API is refused (contract section 4.1). */
const ZITADEL_SCOPE = 'urn:zitadel:iam:org:project:id:zitadel:aud';

/** What a sign-in at ZITADEL needs to be one, and to last, whatever else is asked for. */
function zitadelScopes(scopes: readonly string[]): readonly string[] {
  return [...new Set(['openid', ...scopes, 'offline_access', ZITADEL_SCOPE])];
}

/** The profile's name: the flag, else `FLOWKIWI_PROFILE`, else the one in use, else `default`. */
export function profileName(flag: string | undefined, env: Environment, config: Config | undefined): string {
  return chosenName(flag, env, config)[0];
}

/** A value, and where it comes from. */
type Sourced<T> = readonly [value: T, source: string];

/**
 * Puts a profile together: a flag wins over the environment, the environment over the file, the file over what is built in.
 * Throws `usage` for an unknown profile, an unknown provider, a URL that cannot be used and a client id that is none.
 */
export function resolveProfile(flags: ProfileFlags, env: Environment, config: Config | undefined): Profile {
  return resolve(flags, env, config).profile;
}

/** Where the values of the profile that `resolveProfile` puts together come from. Throws as it does. */
export function profileSources(flags: ProfileFlags, env: Environment, config: Config | undefined): ProfileSources {
  return resolve(flags, env, config).sources;
}

/** The names of all profiles: those that are built in, then those that were added. */
export function profileNames(config: Config | undefined): readonly string[] {
  return [...new Set([...BUILT_IN.keys(), ...(config?.profiles.keys() ?? [])])];
}

/** Whether a profile is there without having been added; removing it brings back what is built in. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

/** A name that was given, when there is such a profile. Throws `usage` with what was probably meant. */
export function checkedProfileName(name: string, config: Config | undefined): string {
  const known = profileNames(config);
  if (known.includes(name)) return name;
  const meant = closest(name, known);
  throw new CliError('usage', `there is no profile ${JSON.stringify(name)}${meant ? `; did you mean ${JSON.stringify(meant)}?` : ''}`, {
    hint: `the profiles are ${known.join(', ')}`,
  });
}

/**
 * The name of an instance of ZITADEL as a sign-in server: the scheme of the URL, and the instance's own host (contract sections 4.1 and 5). A
 * host that is not this machine's is https also when it is reached through a port of this machine, as by a tunnel.
 */
export function instanceIssuer({ protocol }: URL, instanceHost: string): string {
  const issuer = `${protocol}//${instanceHost}`;
  const isLocal = protocol === 'https:' || (URL.canParse(issuer) && isLoopback(new URL(issuer)));
  return isLocal ? issuer : `https://${instanceHost}`;
}

/**
 * The sign-in servers that credentials of a profile may come from, the usual one first; none when any may. An instance whose host is not that
 * of the URL may call itself by either: a proxy can make the URL its public name.
 */
export function issuersOf({ url, issuer, instanceHost }: Profile): readonly string[] {
  if (issuer === undefined) return [];
  return instanceHost !== undefined && issuer === instanceIssuer(url, instanceHost) ? [issuer, url.origin] : [issuer];
}

function resolve(
  flags: ProfileFlags,
  env: Environment,
  config: Config | undefined,
): { readonly profile: Profile; readonly sources: ProfileSources } {
  const [name, chosenBy] = chosenName(flags.profile, env, config);
  checkedProfileName(name, config);
  const variable = (variableName: string) => sourced(env[variableName] || undefined, variableName);
  const [stored, builtIn] = [config?.profiles.get(name), BUILT_IN.get(name)];
  const inFile = <T>(value: T | undefined) => sourced(value, 'config.json');

  const provider = variable('FLOWKIWI_PROVIDER') ?? inFile(stored?.provider) ?? ([builtIn?.provider ?? 'flowkiwi', 'built in'] as const);
  const url = variable('FLOWKIWI_URL') ?? inFile(stored?.url) ?? ([builtIn?.url ?? '', 'built in'] as const);
  const providerName = checkedProvider(provider[0]);
  const isZitadel = providerName === 'zitadel';
  const apiUrl = checkedUrl(url[0], url[1] === 'FLOWKIWI_URL' ? url[1] : `the profile ${name}`);
  const namedIssuer = sourced(flags.issuer, '--issuer') ?? variable('FLOWKIWI_ISSUER') ?? inFile(stored?.issuer);
  const issuer: Sourced<string | undefined> =
    checked(namedIssuer, checkedIssuer, `the issuer of the profile ${name}`) ??
    (isZitadel ? zitadelIssuer(apiUrl, stored?.instanceHost) : [undefined, 'asked of the API']);
  const namedClient = sourced(flags.clientId, '--client-id') ?? variable('FLOWKIWI_CLIENT_ID') ?? inFile(stored?.clientId);
  const clientId = checked(namedClient, checkedClientId, `the client id of the profile ${name}`) ?? [CLIENT_ID, 'built in'];
  const scopes: Sourced<readonly string[]> = inFile(stored?.scopes) ?? [SCOPES, 'built in'];
  return {
    profile: {
      name,
      provider: providerName,
      url: apiUrl,
      issuer: issuer[0],
      clientId: clientId[0],
      scopes: isZitadel ? zitadelScopes(scopes[0]) : scopes[0],
      machineScopes: [...new Set([...(isZitadel ? ['openid', ZITADEL_SCOPE] : []), ...(stored?.scopes ?? [])])],
      instanceHost: stored?.instanceHost,
      systemUser: systemUserOf(builtIn, stored, apiUrl),
    },
    sources: {
      profile: chosenBy,
      provider: provider[1],
      url: url[1],
      issuer: issuer[1],
      client_id: clientId[1],
      scopes: scopes[1],
    },
  };
}

function zitadelIssuer(url: URL, instanceHost: string | undefined): Sourced<string> {
  return instanceHost === undefined ? [url.origin, 'the URL'] : [instanceIssuer(url, instanceHost), 'the instance host'];
}

/** What was added wins as a whole over what is built in: a name does not go with another one's key. */
function systemUserOf(builtIn: StoredProfile | undefined, stored: StoredProfile | undefined, { origin }: URL): SystemUser | undefined {
  const from = stored?.url === undefined ? builtIn : stored;
  if (from?.systemUser === undefined || from.systemKey === undefined) return undefined;
  return { name: from.systemUser, key: from.systemKey, audience: from.systemAudience ?? origin };
}

function chosenName(flag: string | undefined, env: Environment, config: Config | undefined): Sourced<string> {
  return (
    sourced(flag, '--profile') ??
    sourced(env['FLOWKIWI_PROFILE'] || undefined, 'FLOWKIWI_PROFILE') ??
    sourced(config?.currentProfile || undefined, 'profile in use') ?? ['default', 'built in']
  );
}

function sourced<T>(value: T | undefined, source: string): Sourced<T> | undefined {
  return value === undefined ? undefined : [value, source];
}

/** A value that `check` accepts; `inFile` is what it is called in messages when it comes from config.json. Throws as `check` does. */
function checked(
  named: Sourced<string> | undefined,
  check: (text: string, source: string) => string,
  inFile: string,
): Sourced<string> | undefined {
  if (named === undefined) return undefined;
  const [text, source] = named;
  return [check(text, source === 'config.json' ? inFile : source), source];
}

function checkedProvider(name: string): ProviderName {
  const provider = PROVIDERS.find((known) => known === name);
  if (provider !== undefined) return provider;
  throw new CliError('usage', `there is no provider ${JSON.stringify(name)}`, { hint: `the provider is ${PROVIDERS.join(' or ')}` });
}
