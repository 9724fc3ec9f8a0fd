import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { closest } from '../output/closest.ts';
import type { Config, StoredProfile } from '../storage/config.ts';
import { CLIENT_ID, type ClientAuthMethod, SANDBOX_PORT } from '../well-known.ts';
import { checkedClientId, checkedIssuer, checkedUrl, withoutPathStart } from './checked-settings.ts';
import {
  DEFAULT_PROVIDER,
  type ForProvider,
  instanceIssuers,
  isLocalInstance,
  PROVIDER_DEFAULTS,
  PROVIDERS,
  type ProviderName,
  type Sourced,
} from './provider-defaults.ts';
import type { SignInSettings } from './sign-in-settings.ts';

/** A named connection, with everything that the flags, the environment and its file say of it. */
export interface Profile {
  readonly name: string;
  readonly provider: ProviderName;
  /** Base URL of the API. */
  readonly url: URL;
  /** What was taken off that URL, for a notice. */
  readonly notice?: string | undefined;
  /** Where sign-in happens; undefined: to be discovered from the API. */
  readonly issuer: string | undefined;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Those of the scopes that somebody named: they are asked for whatever the server says of them. */
  readonly namedScopes: readonly string[];
  /** How a person signs in. */
  readonly signIn: SignInSettings;
  /** The scopes of a machine, which has no name, no address and no session to ask for: what the provider needs, and the profile's own. */
  readonly machineScopes: readonly string[];
  /** How its client shows its secret or its key; undefined: as the sign-in server lists it. */
  readonly clientAuth?: ClientAuthMethod | undefined;
  /** Path of the key that `login` uses. */
  readonly keyFile?: string | undefined;
  /** The grants by which its sign-in server took the token of a CI job, and the key of a machine. */
  readonly oidcGrant?: string | undefined;
  readonly keyGrant?: string | undefined;
  /** More parameters of the request that presents the token of a CI job. */
  readonly oidcParams?: Readonly<Record<string, string>> | undefined;
  /** Whether the API is known to carry out a create once that comes again with its `Idempotency-Key`. */
  readonly idempotencyKeys?: boolean | undefined;
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

/** What names the profile besides the environment and the file of settings. */
export interface ProfileChoice {
  /** That of the flag. */
  readonly profile: string | undefined;
  /** That of a `.flowkiwi.json`, which the flag and the environment win over. */
  readonly pinned?: { readonly name: string; readonly file: string } | undefined;
}

/** The flags of a command that say more than the profile does. */
export interface ProfileFlags extends ProfileChoice {
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
  /** They win over those of the profile, each by itself. */
  readonly signIn?: SignInSettings | undefined;
}

/** Where each value of a profile comes from: a flag, a variable, the file, or what is built in; in words. */
export type ProfileSources = Readonly<Record<'profile' | 'provider' | 'url' | 'issuer' | 'client_id' | 'scopes', string>>;

const SANDBOX_URL = `http://127.0.0.1:${SANDBOX_PORT}`;

const BUILT_IN: ReadonlyMap<string, StoredProfile> = new Map([
  ['default', PROVIDER_DEFAULTS[DEFAULT_PROVIDER].settings],
  ...PROVIDERS.map((name): [string, StoredProfile] => {
    const { profile, settings } = PROVIDER_DEFAULTS[name].sandbox;
    return [profile, { ...settings, url: SANDBOX_URL }];
  }),
]);

/** The profile's name: the flag, else `FLOWKIWI_PROFILE`, else that of `.flowkiwi.json`, else the one in use, else `default`. */
export function profileName(choice: ProfileChoice, env: Environment, config: Config | undefined): string {
  return chosenName(choice, env, config)[0];
}

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

/** Throws `usage` for a profile of a provider that `what` is not for: nothing goes to a server in a dialect that it does not speak. */
export function assertProvider(profile: Pick<Profile, 'name' | 'provider'>, isFor: ForProvider, what = 'this command'): void {
  if (!isFor[profile.provider]) throw wrongProvider(profile, isFor, what);
}

/** The error of a profile whose provider has no use for `what`. */
export function wrongProvider({ name, provider }: Pick<Profile, 'name' | 'provider'>, isFor: ForProvider, what: string): CliError {
  const titles = PROVIDERS.filter((known) => isFor[known]).map((known) => PROVIDER_DEFAULTS[known].title);
  const wanted = titles.join(' or ');
  return new CliError(
    'usage',
    `${what} works only with ${wanted}; profile ${JSON.stringify(name)} connects to ${PROVIDER_DEFAULTS[provider].title}`,
    {
      hint: helpWith(`choose a profile of ${wanted} with --profile`, 'profile', 'list'),
    },
  );
}

/** The names of all profiles: those that are built in, then those that were added. */
export function profileNames(config: Config | undefined): readonly string[] {
  return [...new Set([...BUILT_IN.keys(), ...(config?.profiles.keys() ?? [])])];
}

/** Whether a profile is there without having been added; removing it brings back what is built in. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

/** A name that was given, when there is such a profile. Throws `usage` with what was probably meant, and the file that it is from, if any. */
export function checkedProfileName(name: string, config: Config | undefined, file?: string): string {
  const known = profileNames(config);
  if (known.includes(name)) return name;
  const meant = closest(name, known);
  const from = file === undefined ? '' : `, which ${file} names`;
  throw new CliError(
    'usage',
    `there is no profile ${JSON.stringify(name)}${from}${meant ? `; did you mean ${JSON.stringify(meant)}?` : ''}`,
    {
      hint: `the profiles are ${known.join(', ')}`,
    },
  );
}

/**
 * The sign-in servers that credentials of a profile may come from, the usual one first; none when any may. An instance whose host is not that
 * of the URL may call itself by either: a proxy can make the URL its public name.
 */
export function issuersOf({ url, issuer, instanceHost }: Profile): readonly string[] {
  if (issuer === undefined) return [];
  const names: readonly string[] = instanceHost === undefined ? [] : instanceIssuers(url, instanceHost);
  return names.includes(issuer) ? [...new Set([issuer, ...names, url.origin])] : [issuer];
}

function resolve(
  flags: ProfileFlags,
  env: Environment,
  config: Config | undefined,
): { readonly profile: Profile; readonly sources: ProfileSources } {
  const [name, chosenBy] = chosenName(flags, env, config);
  checkedProfileName(name, config, chosenBy === flags.pinned?.file ? chosenBy : undefined);
  const variable = (variableName: string) => sourced(env[variableName] || undefined, variableName);
  const [stored, builtIn] = [config?.profiles.get(name), BUILT_IN.get(name)];
  const inFile = <T>(value: T | undefined) => sourced(value, 'config.json');

  const provider =
    variable('FLOWKIWI_PROVIDER') ?? inFile(stored?.provider) ?? ([builtIn?.provider ?? DEFAULT_PROVIDER, 'built in'] as const);
  const url = variable('FLOWKIWI_URL') ?? inFile(stored?.url) ?? ([builtIn?.url ?? '', 'built in'] as const);
  const providerName = checkedProvider(provider[0]);
  const defaults = PROVIDER_DEFAULTS[providerName];
  const urlSource = url[1] === 'FLOWKIWI_URL' ? url[1] : `the profile ${name}`;
  const { url: apiUrl, notice } = withoutPathStart(checkedUrl(url[0], urlSource), urlSource, defaults.pathStart);
  const namedIssuer = sourced(flags.issuer, '--issuer') ?? variable('FLOWKIWI_ISSUER') ?? inFile(stored?.issuer);
  const isLocal = (other: URL) => isLocalInstance(other, apiUrl, stored?.instanceHost);
  const issuerOf = (text: string, source: string) => checkedIssuer(text, source, isLocal);
  const issuer: Sourced<string | undefined> =
    checked(namedIssuer, issuerOf, `the issuer of the profile ${name}`) ?? defaults.issuer(apiUrl, stored?.instanceHost);
  const namedClient = sourced(flags.clientId, '--client-id') ?? variable('FLOWKIWI_CLIENT_ID') ?? inFile(stored?.clientId);
  const { scopes, ...signIn } = { ...personSettings(stored), ...flags.signIn };
  const clientId = checked(namedClient, checkedClientId, `the client id of the profile ${name}`) ?? [CLIENT_ID, 'built in'];
  return {
    profile: {
      name,
      provider: providerName,
      url: apiUrl,
      notice,
      issuer: issuer[0],
      clientId: clientId[0],
      scopes: defaults.scopes(scopes),
      namedScopes: scopes ?? [],
      signIn,
      machineScopes: defaults.machineScopes(scopes),
      clientAuth: stored?.clientAuth,
      keyFile: stored?.keyFile,
      oidcGrant: stored?.oidcGrant,
      keyGrant: stored?.keyGrant,
      oidcParams: stored?.oidcParams,
      idempotencyKeys: stored?.idempotencyKeys,
      instanceHost: stored?.instanceHost,
      systemUser: systemUserOf(builtIn, stored, apiUrl),
    },
    sources: {
      profile: chosenBy,
      provider: provider[1],
      url: url[1],
      issuer: issuer[1],
      client_id: clientId[1],
      scopes: flags.signIn?.scopes ? '--scope' : stored?.scopes === undefined ? 'built in' : 'config.json',
    },
  };
}

/** What a profile has of these. */
function personSettings(stored: StoredProfile = {}): SignInSettings {
  const { scopes, prompt, loginHint, authParams, callbackPort, callbackPath, callbackHost } = stored;
  const settings = { scopes, prompt, loginHint, authParams, callbackPort, callbackPath, callbackHost };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** What was added wins as a whole over what is built in: a name does not go with another one's key. */
function systemUserOf(builtIn: StoredProfile | undefined, stored: StoredProfile | undefined, { origin }: URL): SystemUser | undefined {
  const from = stored?.url === undefined && stored?.systemUser === undefined ? builtIn : stored;
  if (from?.systemUser === undefined || from.systemKey === undefined) return undefined;
  return { name: from.systemUser, key: from.systemKey, audience: from.systemAudience ?? origin };
}

function chosenName({ profile: flag, pinned }: ProfileChoice, env: Environment, config: Config | undefined): Sourced<string> {
  return (
    sourced(flag, '--profile') ??
    sourced(env['FLOWKIWI_PROFILE'] || undefined, 'FLOWKIWI_PROFILE') ??
    sourced(pinned?.name, pinned?.file ?? '') ??
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
  const known = PROVIDERS.find((one) => one === name);
  if (known !== undefined) return known;
  throw new CliError('usage', `there is no provider ${JSON.stringify(name)}`, { hint: `the provider is ${PROVIDERS.join(' or ')}` });
}
