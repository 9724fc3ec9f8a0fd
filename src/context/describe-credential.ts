import { type CommandLine, flowkiwi, type Hint } from '../hint.ts';
import { readJwtClaims } from '../oauth/jwt-claims.ts';
import type { CredentialStorage } from '../storage/config.ts';
import type { CredentialFacts, SignInMethod } from '../storage/credential.ts';

/** A stored credential in words, with what more is known of it: `the stored credential of profile work (user token of jane@acme.example)`. */
export function describeCredential(profile: string, facts: CredentialFacts, more: readonly string[] = []): string {
  return `the stored credential of profile ${profile} (${[describeKind(facts), ...more].join(', ')})`;
}

/** What kind of credential it is, and whose: `service account 123, key file`. */
function describeKind(facts: CredentialFacts): string {
  const who = describeOwner(facts);
  switch (facts.method) {
    case 'browser':
    case 'device':
      return who === undefined ? 'user token' : `user token of ${who}`;
    case 'token':
      return who === undefined ? 'pasted token' : `pasted token of ${who}`;
    case 'client_credentials':
      return `${who}, client secret`;
    case 'service_account_key':
      return `${who}, key file`;
    case 'workload_identity':
      return `${who}, identity of a CI job`;
  }
}

/** Who is signed in: a person's address or name, a machine's kind and id: `service account 123`. Undefined when the server did not say. */
export function describeOwner({ method, user, clientId }: Pick<CredentialFacts, 'method' | 'user' | 'clientId'>): string | undefined {
  switch (method) {
    case 'client_credentials':
      return `client ${clientId ?? user?.sub}`;
    case 'service_account_key':
      return `service account ${user?.sub}`;
    case 'workload_identity':
      return user === undefined ? 'workload' : `workload ${user.sub}`;
    default:
      return user?.email ?? user?.name ?? user?.sub;
  }
}

/** What helps when a stored credential is not accepted: to sign in the way that it was signed in with. */
export function signInAgain(profile: string, { method, refreshRefused, clientId }: Partial<CredentialFacts> = {}): Hint {
  const say = refreshRefused === undefined ? 'sign in again' : `${refreshGrantSetting(clientId)}; then sign in again`;
  return { say, command: loginCommand(profile, method) };
}

/** What a person changes at ZITADEL for sessions to last. */
export function refreshGrantSetting(clientId: string | undefined): string {
  return `turn on the grant type Refresh Token of the app ${clientId} at ZITADEL`;
}

/** The command that signs a profile in; the usual way when no method is given, or one of a person. `storage` says where it is kept. */
export function loginCommand(profile: string, method?: SignInMethod, storage?: CredentialStorage): CommandLine {
  const words = [...(profile === 'default' ? [] : ['--profile', profile]), 'login', ...loginFlags(method)];
  return flowkiwi(...words, ...(storage === undefined ? [] : ['--storage', storage]));
}

function loginFlags(method: SignInMethod | undefined): readonly string[] {
  switch (method) {
    case 'client_credentials':
      return ['--client-credentials'];
    case 'service_account_key':
      return ['--key-file', 'FILE'];
    case 'workload_identity':
      return ['--oidc'];
    default:
      return [];
  }
}

/**
 * What a refused access token says of itself, if it is a JSON Web Token (RFC 7519 section 4.1), in words that follow others: who issued it
 * when that is not `issuer`, and that it has expired by `now` (milliseconds since the epoch). Empty when it says nothing of the kind. It is
 * not verified: this is for a person who wonders why it is refused.
 */
export function describeToken(
  token: string,
  { now, issuer }: { readonly now: number; readonly issuer: string | undefined },
): readonly string[] {
  const { iss, expiresAt } = readJwtClaims(token) ?? {};
  const words: string[] = [];
  if (iss !== undefined && iss !== issuer) words.push(`issued by ${iss}${issuer === undefined ? '' : `, not by ${issuer}`}`);
  if (expiresAt !== undefined && expiresAt <= now) words.push(`expired at ${new Date(expiresAt).toISOString()}`);
  return words;
}
