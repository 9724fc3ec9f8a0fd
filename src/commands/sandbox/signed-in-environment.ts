import type { Environment } from '../../edges.ts';

/** Variables of ours that say how to talk, not to whom and as who. */
const KEPT: ReadonlySet<string> = new Set(['FLOWKIWI_NO_INPUT', 'FLOWKIWI_DEBUG']);

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

/**
 * The environment of a program that is signed in to a sandbox and to nothing else: the caller's, without its own connection and
 * secrets (`FLOWKIWI_*`), and with this one. Where a proxy is set, this machine is excepted from it.
 */
export function signedInEnvironment(
  env: Environment,
  { url, token, configDirectory }: { readonly url: string; readonly token: string; readonly configDirectory: string },
): Environment {
  const others = Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith('FLOWKIWI_') || KEPT.has(name.toUpperCase()));
  return {
    ...Object.fromEntries(others),
    ...(others.some(([name]) => PROXIES.includes(name.toUpperCase())) ? proxyExceptions(env, new URL(url).hostname) : {}),
    FLOWKIWI_URL: url,
    FLOWKIWI_TOKEN: token,
    FLOWKIWI_PROFILE: 'sandbox',
    FLOWKIWI_CONFIG_DIR: configDirectory,
  };
}

/** In both spellings: some programs read one, some the other. */
function proxyExceptions(env: Environment, host: string): Environment {
  const known = env['no_proxy'] || env['NO_PROXY'];
  const exceptions = known ? `${known},${host}` : host;
  return { NO_PROXY: exceptions, no_proxy: exceptions };
}
