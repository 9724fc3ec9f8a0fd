import { PROVIDER_DEFAULTS, type ProviderName } from '../../context/provider-defaults.ts';
import { type Environment, SECRET_VARIABLES } from '../../environment.ts';

/** Variables of ours that say how to talk, not to whom and as who. */
const KEPT: ReadonlySet<string> = new Set(['FLOWKIWI_NO_INPUT', 'FLOWKIWI_NO_SPINNER', 'FLOWKIWI_AGENT', 'FLOWKIWI_DEBUG']);

/** With which the program could sign in as the caller; names in capital letters. */
const TAKEN_OUT: ReadonlySet<string> = new Set([...SECRET_VARIABLES, 'ACTIONS_ID_TOKEN_REQUEST_URL']);

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

export interface SignedIn {
  /** The dialect that the program speaks with the sandbox. */
  readonly provider: ProviderName;
  readonly url: string;
  /** The variables that it is signed in by. */
  readonly credential: Environment;
  /** What the controls of the sandbox ask for; undefined when they ask for nothing. */
  readonly secret: string | undefined;
  readonly configDirectory: string;
}

/**
 * The environment of a program that is signed in to a sandbox and to nothing else: the caller's, without its own connection and secrets
 * (`FLOWKIWI_*`, the identity of a CI job), however their names are spelled, and with this one. Where a proxy is set, this machine is
 * excepted from it.
 */
export function signedInEnvironment(env: Environment, { provider, url, credential, secret, configDirectory }: SignedIn): Environment {
  const others = Object.entries(env).filter(([name]) => isOthers(name.toUpperCase()));
  return {
    ...Object.fromEntries(others),
    ...(others.some(([name]) => PROXIES.includes(name.toUpperCase())) ? proxyExceptions(env, new URL(url).hostname) : {}),
    ...credential,
    FLOWKIWI_URL: url,
    FLOWKIWI_PROVIDER: provider,
    FLOWKIWI_PROFILE: PROVIDER_DEFAULTS[provider].sandbox.profile,
    FLOWKIWI_CONFIG_DIR: configDirectory,
    ...(secret === undefined ? {} : { FLOWKIWI_SANDBOX_SECRET: secret }),
  };
}

function isOthers(name: string): boolean {
  return KEPT.has(name) || !(name.startsWith('FLOWKIWI_') || TAKEN_OUT.has(name));
}

/** In both spellings: some programs read one, some the other. */
function proxyExceptions(env: Environment, host: string): Environment {
  const known = env['no_proxy'] || env['NO_PROXY'];
  const exceptions = known ? `${known},${host}` : host;
  return { NO_PROXY: exceptions, no_proxy: exceptions };
}
