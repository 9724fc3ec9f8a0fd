import { isLoopback } from '../http/loopback.ts';
import type { StoredProfile } from '../storage/config.ts';
import { type KeyGrant, SANDBOX_SYSTEM_USER, SIGN_IN_SCOPES, ZITADEL_AUDIENCE_SCOPE } from '../well-known.ts';

/** The dialects of identity service that are spoken. Each table of a `Record<ProviderName, …>` has a row for every one of them. */
export const PROVIDERS = ['flowkiwi', 'zitadel'] as const;

export type ProviderName = (typeof PROVIDERS)[number];

/** Which providers something is for. */
export type ForProvider = Readonly<Record<ProviderName, boolean>>;

/** The provider of a profile that names none. */
export const DEFAULT_PROVIDER = 'flowkiwi' satisfies ProviderName;

/** File, in the folder of config.json, with the key of the sandbox's system user at ZITADEL. */
export const SANDBOX_SYSTEM_KEY = 'sandbox-system-user.pem';

/** A value, and where it comes from, in words. */
export type Sourced<T> = readonly [value: T, source: string];

/** What is usual at a provider. */
interface ProviderDefaults {
  /** What a person calls it. */
  readonly title: string;
  /** What a profile has when nothing else is said. */
  readonly settings: StoredProfile;
  /** What paths of the API begin with, and people copy with its URL; undefined where there is no such thing. */
  readonly pathStart: string | undefined;
  /** The sign-in server of an API at `url`. */
  readonly issuer: (url: URL, instanceHost: string | undefined) => Sourced<string | undefined>;
  /** The scopes of a person's sign-in; `chosen` are those of the profile. */
  readonly scopes: (chosen: readonly string[] | undefined) => readonly string[];
  /** The scopes of a machine, which has no name, no address and no session to ask for. */
  readonly machineScopes: (chosen: readonly string[] | undefined) => readonly string[];
  /** The only grant by which its sign-in server takes a key; undefined where that depends on the server. */
  readonly keyGrant: KeyGrant | undefined;
  /** Whether a refresh token may be one that the client is not allowed to use, which is only seen by using it. */
  readonly triesRefresh: boolean;
  /** The built-in profile of the sandbox, beside its URL. */
  readonly sandbox: { readonly profile: string; readonly settings: StoredProfile };
}

export const PROVIDER_DEFAULTS: Readonly<Record<ProviderName, ProviderDefaults>> = {
  flowkiwi: {
    title: 'Flowkiwi',
    settings: { url: 'https://identity.flowkiwi.net' },
    pathStart: '/api',
    issuer: () => [undefined, 'asked of the API'],
    scopes: (chosen) => chosen ?? SIGN_IN_SCOPES,
    machineScopes: (chosen) => distinct(chosen ?? []),
    keyGrant: undefined,
    triesRefresh: false,
    sandbox: { profile: 'sandbox', settings: {} },
  },
  zitadel: {
    title: 'ZITADEL',
    // Everybody has another URL.
    settings: {},
    pathStart: undefined,
    issuer: (url, host) => (host === undefined ? [url.origin, 'the URL'] : [instanceIssuers(url, host)[0], 'the instance host']),
    // What a sign-in needs to be one, and to last, whatever else is asked for.
    scopes: (chosen) => distinct(['openid', ...(chosen ?? SIGN_IN_SCOPES), 'offline_access', ZITADEL_AUDIENCE_SCOPE]),
    machineScopes: (chosen) => distinct(['openid', ZITADEL_AUDIENCE_SCOPE, ...(chosen ?? [])]),
    keyGrant: 'jwt-bearer',
    triesRefresh: true,
    sandbox: {
      profile: 'sandbox-zitadel',
      settings: { provider: 'zitadel', systemUser: SANDBOX_SYSTEM_USER, systemKey: SANDBOX_SYSTEM_KEY },
    },
  },
};

/**
 * What an instance of ZITADEL may call itself as a sign-in server: the scheme of the URL, and the instance's own host (contract sections 4.1 and 5).
 * A host that is not this machine's, and is reached through a port of this machine, is most likely https behind a tunnel, else that port itself.
 */
export function instanceIssuers({ protocol }: URL, instanceHost: string): readonly [string, ...string[]] {
  const issuer = `${protocol}//${instanceHost}`;
  const isClear = protocol === 'https:' || (URL.canParse(issuer) && isLoopback(new URL(issuer)));
  return isClear ? [issuer] : [`https://${instanceHost}`, issuer];
}

/** Whether what goes to a URL goes to an instance of that host by way of loopback, so that it needs no encryption. */
export function isLocalInstance(url: URL, api: URL, instanceHost: string | undefined): boolean {
  return instanceHost !== undefined && api.protocol === 'http:' && isLoopback(api) && url.host === instanceHost.toLowerCase();
}

function distinct(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes)];
}
