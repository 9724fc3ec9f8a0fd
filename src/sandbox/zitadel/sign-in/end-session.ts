import type { Answer } from '../http/front-end.ts';
import { findAppOfClient } from '../store/app-store.ts';
import { redirect, withParameters } from './answers.ts';
import { browserSession, endBrowserSession } from './browser-session.ts';
import type { SignInCall } from './call.ts';
import { invalidRequest } from './oauth-error.ts';
import { claimsSignedByInstance } from './signing-keys.ts';
import { endAccessOf } from './tokens.ts';

/** Where the browser ends when the client names no place of its own. */
export const SIGNED_OUT_PATH = '/ui/login/logout/done';

/** RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0), by GET and by POST: nobody is asked. Throws `OAuthError`. */
export function endSession(call: SignInCall): Answer {
  const { database, instance, parameters, verb } = call;
  const value = (name: string) => parameters.value(name) || undefined;
  const [hint, clientId, uri] = [value('id_token_hint'), value('client_id'), value('post_logout_redirect_uri')];
  const claims = hint === undefined ? undefined : claimsSignedByInstance(database, instance.id, hint);
  if (hint !== undefined && claims === undefined) throw invalidRequest('id_token_hint invalid');
  const party = claims?.['azp'];
  if (clientId !== undefined && party !== undefined && clientId !== party) {
    throw invalidRequest('client_id does not match azp of id_token_hint');
  }
  const target = uri === undefined ? undefined : returnUri(call, clientId ?? party, uri);
  for (const sid of [claims?.['sid'], browserSession(call)?.sid]) if (typeof sid === 'string') endAccessOf(database, sid);
  endBrowserSession(call);
  return redirect(verb, target === undefined ? SIGNED_OUT_PATH : withParameters(target, { state: value('state') }));
}

/** The place where the client wants the browser back; undefined when no client is named. */
function returnUri({ database, instance }: SignInCall, clientId: unknown, uri: string): string | undefined {
  if (typeof clientId !== 'string') return undefined;
  const settings = findAppOfClient(database, instance.id, clientId)?.settings;
  if (settings?.case !== 'oidcConfig') throw invalidRequest('Errors.App.NotFound');
  if (!settings.value.postLogoutRedirectUris.includes(uri)) throw invalidRequest('post_logout_redirect_uri invalid');
  return uri;
}
