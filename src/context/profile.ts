import type { Environment } from '../edges.ts';
import { CliError } from '../errors.ts';
import { isLoopback } from '../http/loopback.ts';
import { closest } from '../output/closest.ts';
import type { Config, StoredProfile } from '../storage/config.ts';

export type ProviderName = 'flowkiwi';

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
}

/** The flags of a command that say more than the profile does. */
export interface ProfileFlags {
  readonly profile: string | undefined;
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
}

const BUILT_IN: ReadonlyMap<string, StoredProfile> = new Map([
  ['default', { url: 'https://identity.flowkiwi.net' }],
  ['sandbox', { url: 'http://127.0.0.1:8787' }],
]);

/** Identifies this program to authorization servers that registered it under this name; others are given `--client-id`. */
const CLIENT_ID = 'flowkiwi-cli';
const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/** The profile's name: the flag, else `FLOWKIWI_PROFILE`, else the one in use, else `default`. */
export function profileName(flag: string | undefined, env: Environment, config: Config | undefined): string {
  return flag ?? (env['FLOWKIWI_PROFILE'] || config?.currentProfile || 'default');
}

/**
 * Puts a profile together: a flag wins over the environment, the environment over the file, the file over what is built in.
 * Throws `usage` for an unknown profile, an unknown provider or an unusable URL.
 */
export function resolveProfile(flags: ProfileFlags, env: Environment, config: Config | undefined): Profile {
  const name = profileName(flags.profile, env, config);
  const own = config?.profiles.get(name);
  if (!BUILT_IN.has(name) && !own) throw unknownProfile(name, config);
  const stored: StoredProfile = { ...BUILT_IN.get(name), ...own };
  return {
    name,
    provider: checkedProvider(env['FLOWKIWI_PROVIDER'] || stored.provider || 'flowkiwi'),
    url: checkedUrl(env['FLOWKIWI_URL'] || stored.url || '', env['FLOWKIWI_URL'] ? 'FLOWKIWI_URL' : `the profile ${name}`),
    issuer: flags.issuer ?? (env['FLOWKIWI_ISSUER'] || stored.issuer),
    clientId: flags.clientId ?? (env['FLOWKIWI_CLIENT_ID'] || stored.clientId || CLIENT_ID),
    scopes: stored.scopes ?? SCOPES,
  };
}

function unknownProfile(name: string, config: Config | undefined): CliError {
  const known = [...new Set([...BUILT_IN.keys(), ...(config?.profiles.keys() ?? [])])];
  const meant = closest(name, known);
  return new CliError('usage', `there is no profile ${JSON.stringify(name)}${meant ? `; did you mean ${JSON.stringify(meant)}?` : ''}`, {
    hint: `the profiles are ${known.join(', ')}`,
  });
}

function checkedProvider(name: string): ProviderName {
  if (name === 'flowkiwi') return name;
  throw new CliError('usage', `there is no provider ${JSON.stringify(name)}`, { hint: 'the provider is flowkiwi' });
}

/** A base URL that a credential may be sent to: https, or http on this machine. */
function checkedUrl(text: string, source: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new CliError('usage', `${source} has no usable URL: ${JSON.stringify(text)}`, {
      hint: 'for example https://identity.flowkiwi.net',
    });
  }
  if (url.username || url.password) {
    throw new CliError('usage', `${source} has a URL with a user or a password in it`, { hint: 'give the token in FLOWKIWI_TOKEN' });
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new CliError('usage', `${source} has a URL without encryption: ${url.origin}`, {
      hint: `the credential would be readable on the way; use https://${url.host}`,
    });
  }
  url.search = '';
  url.hash = '';
  return url;
}
