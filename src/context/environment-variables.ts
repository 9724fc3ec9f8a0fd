import type { Environment } from '../environment.ts';
import { type IncomingText, incomingText, type TextKind, tidied } from '../incoming-text.ts';

/** What each variable of ours holds. */
const VARIABLES = {
  FLOWKIWI_TOKEN: 'token',
  FLOWKIWI_PROFILE: 'setting',
  FLOWKIWI_URL: 'url',
  FLOWKIWI_PROVIDER: 'setting',
  FLOWKIWI_ORG: 'reference',
  FLOWKIWI_ISSUER: 'url',
  FLOWKIWI_CLIENT_ID: 'id',
  FLOWKIWI_CLIENT_SECRET: 'secret',
  FLOWKIWI_KEY_FILE: 'path',
  FLOWKIWI_OIDC: 'setting',
  FLOWKIWI_ID_TOKEN: 'token',
  FLOWKIWI_SANDBOX_SECRET: 'secret',
  FLOWKIWI_CONFIG_DIR: 'path',
  FLOWKIWI_NO_INPUT: 'setting',
  FLOWKIWI_NO_SPINNER: 'setting',
  FLOWKIWI_AGENT: 'setting',
  FLOWKIWI_DEBUG: 'setting',
} as const satisfies Readonly<Record<string, TextKind>>;

/** The names of the variables that are tidied. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(VARIABLES);

/** What those who use these say of one that cannot be used is more than the door knows: the key itself may stand in place of its file's name. */
const CHECKED_WHEN_USED: ReadonlySet<string> = new Set([
  ...['FLOWKIWI_TOKEN', 'FLOWKIWI_ID_TOKEN', 'FLOWKIWI_URL', 'FLOWKIWI_ISSUER', 'FLOWKIWI_KEY_FILE'],
]);

/**
 * The environment, its variables tidied by their kinds, and what was done to them. Throws `usage` as `incomingText` does, but for those that are
 * checked when they are used. Pure.
 */
export function tidyEnvironment(env: Environment): { readonly env: Environment; readonly changes: readonly IncomingText[] } {
  const tidy: Record<string, string | undefined> = { ...env };
  const changes: IncomingText[] = [];
  for (const [name, kind] of Object.entries(VARIABLES)) {
    const value = env[name];
    if (value === undefined) continue;
    const change = (CHECKED_WHEN_USED.has(name) ? tidied : incomingText)(kind, value, name);
    changes.push(change);
    tidy[name] = change.text;
  }
  return { env: tidy, changes };
}
