import { type Environment, emptyVariable, saysYes } from '../environment.ts';
import { CliError } from '../errors.ts';

/** A machine's identity in the environment, before its file or the token of the CI is read. */
export type EnvironmentIdentity =
  | { readonly kind: 'client_credentials'; readonly clientSecret: string }
  | { readonly kind: 'service_account_key'; readonly file: string }
  | { readonly kind: 'workload_identity' };

interface IdentityVariables {
  /** The variable that makes it one. */
  readonly name: string;
  /** All that belong to it, in words. */
  readonly all: string;
  /** Whose it is, in words. */
  readonly who: string;
}

export const IDENTITY_VARIABLES: Readonly<Record<EnvironmentIdentity['kind'], IdentityVariables>> = {
  client_credentials: {
    name: 'FLOWKIWI_CLIENT_SECRET',
    all: 'FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET',
    who: 'the client in FLOWKIWI_CLIENT_ID',
  },
  service_account_key: { name: 'FLOWKIWI_KEY_FILE', all: 'FLOWKIWI_KEY_FILE', who: 'the service account in FLOWKIWI_KEY_FILE' },
  workload_identity: { name: 'FLOWKIWI_OIDC', all: 'FLOWKIWI_OIDC', who: 'this CI job (FLOWKIWI_OIDC)' },
};

/**
 * The identity that commands sign in with by themselves, each time, where `FLOWKIWI_TOKEN` is not set. Undefined when there is none; a client
 * secret without `FLOWKIWI_CLIENT_ID` is not one. Throws `usage` for several, because nobody could tell who acts.
 */
export function environmentIdentity(env: Environment): EnvironmentIdentity | undefined {
  const [identity, ...others] = identitiesIn(env);
  if (identity === undefined || others.length === 0) return identity;
  const names = [identity, ...others].map(({ kind }) => IDENTITY_VARIABLES[kind].name);
  throw new CliError('usage', `${names.join(' and ')} exclude each other: each of them says who signs in`, {
    hint: 'unset all of them but one',
  });
}

/** What commands use in place of what is stored, when there is something: `FLOWKIWI_TOKEN is`, `FLOWKIWI_CLIENT_ID and … are`. Never throws. */
export function environmentWords(env: Environment): string | undefined {
  const names = env['FLOWKIWI_TOKEN'] ? ['FLOWKIWI_TOKEN'] : identitiesIn(env).map(({ kind }) => IDENTITY_VARIABLES[kind].all);
  if (names.length === 0) return undefined;
  const text = names.join(' and ');
  return `${text} ${text.includes(' and ') ? 'are' : 'is'}`;
}

/** Why nothing in the environment signs in, where something was meant to; undefined where nothing was. */
export function missingFromEnvironment(env: Environment): string | undefined {
  const empty = ['FLOWKIWI_TOKEN', 'FLOWKIWI_CLIENT_SECRET', 'FLOWKIWI_KEY_FILE', 'FLOWKIWI_OIDC']
    .map((name) => emptyVariable(env, name))
    .find((words) => words !== undefined);
  if (empty !== undefined) return empty;
  if (!env['FLOWKIWI_CLIENT_SECRET'] || env['FLOWKIWI_CLIENT_ID']) return undefined;
  return emptyVariable(env, 'FLOWKIWI_CLIENT_ID') ?? 'FLOWKIWI_CLIENT_SECRET signs in together with FLOWKIWI_CLIENT_ID, which is not set';
}

function identitiesIn(env: Environment): readonly EnvironmentIdentity[] {
  const { FLOWKIWI_CLIENT_ID: clientId, FLOWKIWI_CLIENT_SECRET: clientSecret, FLOWKIWI_KEY_FILE: file } = env;
  const identities: EnvironmentIdentity[] = [];
  if (clientId && clientSecret) identities.push({ kind: 'client_credentials', clientSecret });
  if (file?.trim()) identities.push({ kind: 'service_account_key', file });
  if (saysYes(env, 'FLOWKIWI_OIDC')) identities.push({ kind: 'workload_identity' });
  return identities;
}
