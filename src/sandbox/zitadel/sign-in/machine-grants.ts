import { UntrustedToken } from '../../oauth/machines/claims.ts';
import { parseJsonWebToken } from '../../oauth/machines/json-web-token.ts';
import { machineOfAssertion } from '../machine-sign-in.ts';
import type { UserRecord } from '../store/user-store.ts';
import { audienceOfScopes } from './audience.ts';
import type { SignInCall } from './call.ts';
import { openSession, type TokenAnswer } from './client-sessions.ts';
import { authenticateMachine } from './clients.ts';
import { OAuthError } from './oauth-error.ts';
import { required, requiredScopes } from './parameters.ts';

/** The client credentials grant (RFC 6749 section 4.4) of a machine user with a secret. Throws `OAuthError`. */
export async function clientCredentials(call: SignInCall): Promise<TokenAnswer> {
  return openForMachine(call, authenticateMachine(call), ['pwd']);
}

/**
 * The JWT bearer grant (RFC 7523 section 2.1) of a machine user with a key. It looks up no client, whatever the request says of one, and a bad
 * assertion is a failure of the server (contract section 10.2). Throws `OAuthError`.
 */
export async function jwtBearer(call: SignInCall): Promise<TokenAnswer> {
  const assertion = required(call.parameters, 'assertion');
  requiredScopes(call.parameters);
  const user = signerOf(call, assertion);
  if (user === undefined) throw new OAuthError(500, 'server_error', 'Errors.Internal');
  return openForMachine(call, user, undefined);
}

function signerOf({ database, issuer, instance, now }: SignInCall, assertion: string): UserRecord | undefined {
  const token = parseJsonWebToken(assertion);
  try {
    const user = token && machineOfAssertion(database, token, { audiences: [issuer], now });
    return user?.instanceId === instance.id ? user : undefined;
  } catch (error) {
    if (error instanceof UntrustedToken) return undefined;
    throw error;
  }
}

function openForMachine(
  call: SignInCall,
  { id, userName, profile }: UserRecord,
  methods: readonly string[] | undefined,
): Promise<TokenAnswer> {
  const scopes = requiredScopes(call.parameters);
  const audience = audienceOfScopes(call, scopes);
  const session = { userId: id, clientId: userName, scopes, audience, authTime: Math.floor(call.now / 1000), methods };
  return openSession(call, session, { isJwt: profile['accessTokenType'] === 'jwt', idTokenTellsAll: false }, false);
}
