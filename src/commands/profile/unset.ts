import { CliError } from '../../errors.ts';
import type { StoredProfile } from '../../storage/config.ts';
import { choices } from '../kit/option.ts';

/**
 * The settings that a profile can be without, by the names of their options, and what is stored of each. A system user goes with its key. The URL
 * and the provider say what the profile is: they can only be changed.
 */
const FIELDS = {
  issuer: ['issuer'],
  'client-id': ['clientId'],
  'client-auth': ['clientAuth'],
  'key-file': ['keyFile'],
  'oidc-grant': ['oidcGrant'],
  'oidc-param': ['oidcParams'],
  'key-grant': ['keyGrant'],
  scope: ['scopes'],
  prompt: ['prompt'],
  'login-hint': ['loginHint'],
  'auth-param': ['authParams'],
  'callback-port': ['callbackPort'],
  'callback-path': ['callbackPath'],
  'callback-host': ['callbackHost'],
  'idempotency-keys': ['idempotencyKeys'],
  'instance-host': ['instanceHost'],
  'system-user': ['systemUser', 'systemKey', 'systemAudience'],
  'system-audience': ['systemAudience'],
} as const satisfies Readonly<Record<string, readonly (keyof StoredProfile)[]>>;

type Unsettable = keyof typeof FIELDS;

export const UNSET = choices(
  '--unset <setting>',
  Object.keys(FIELDS).filter(isUnsettable),
  'go back to the usual, by the name of the option: prompt (repeatable)',
);

/** The profile with what is given, and without what is unset. Throws `usage` for a setting that is given and unset at once. Pure. */
export function changedProfile(profile: StoredProfile, given: StoredProfile, unset: readonly Unsettable[]): StoredProfile {
  const both = unset.find((name) => FIELDS[name].some((field) => given[field] !== undefined));
  if (both !== undefined) {
    throw new CliError('usage', `--unset ${both} excludes a new value of it`, { hint: `give one of them: --unset ${both}, or the value` });
  }
  const gone: ReadonlySet<string> = new Set(unset.flatMap((name) => FIELDS[name]));
  return { ...Object.fromEntries(Object.entries(profile).filter(([field]) => !gone.has(field))), ...given };
}

function isUnsettable(name: string): name is Unsettable {
  return Object.hasOwn(FIELDS, name);
}
