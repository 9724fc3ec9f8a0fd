import { DEMO_EMAIL } from '../../oauth/client.ts';
import { document, type Page } from '../../oauth/pages/document.ts';
import { errorPage, refusalPage } from '../../oauth/pages/notice.ts';
import { signInPage } from '../../oauth/pages/sign-in.ts';
import { signedOutPage } from '../../oauth/pages/sign-out.ts';
import { isSameOrigin } from '../../oauth/request-guard.ts';
import { pageHeaders } from '../../oauth/send-page.ts';
import type { Answer } from '../http/front-end.ts';
import { findAppOfClient } from '../store/app-store.ts';
import { redirect } from './answers.ts';
import { callbackLocation, putRequest } from './authorize.ts';
import { browserSession, signIn, signInWithoutPage } from './browser-session.ts';
import type { SignInCall } from './call.ts';
import { type AuthRequest, type BrowserSession, signInStore } from './sign-in-store.ts';

/** The login of the sandbox in place of ZITADEL's: a browser that is signed in is asked nothing (contract section 10.28). */
export function login(call: SignInCall): Answer {
  const request = signInStore(call.database).authRequests.find(call.parameters.value('authRequestID') ?? '');
  if (request === undefined || request.browser !== call.browser) {
    return page(400, errorPage('This sign-in has ended', 'Go back to your terminal and start again.'));
  }
  if (call.verb === 'POST') return submit(call, request);
  const asksAgain = ['login', 'select_account', 'consent'].some((prompt) => request.prompts.includes(prompt));
  const session = call.autoApprove ? signInWithoutPage(call, request.loginHint) : asksAgain ? undefined : browserSession(call);
  if (session !== undefined || request.prompts.includes('none')) return finish(call, request, session);
  return ask(call, request, request.loginHint ?? DEMO_EMAIL);
}

function submit(call: SignInCall, request: AuthRequest): Answer {
  if (!isSameOrigin(call.headers)) return foreignForm();
  // Without a session the client hears that an interaction is required.
  if (call.parameters.value('action') === 'refuse') return finish(call, request, undefined);
  const name = call.parameters.value('email')?.trim() ?? '';
  const session = signIn(call, name);
  return session === undefined ? ask(call, request, name, UNKNOWN_PERSON) : finish(call, request, session);
}

/** What the page says of a name that nobody has. */
export const UNKNOWN_PERSON = 'There is no person of that name in this instance.';

function ask(call: SignInCall, { clientId, redirectUri }: AuthRequest, email: string, problem?: string): Answer {
  const client = clientName(call, clientId);
  return page(problem === undefined ? 200 : 422, signInPage({ client, email, ...(problem === undefined ? {} : { problem }) }), redirectUri);
}

function finish(call: SignInCall, request: AuthRequest, session: BrowserSession | undefined): Answer {
  putRequest(call, { ...request, session });
  return redirect(call.verb, callbackLocation(call, request));
}

/** How the pages call a client. */
export function clientName({ database, instance }: SignInCall, clientId: string): string {
  return findAppOfClient(database, instance.id, clientId)?.name ?? clientId;
}

/** Where a sign-out ends that names no other place. */
export function signedOut(): Answer {
  return page(200, signedOutPage(false));
}

/** The answer to a form that another site has sent. */
export function foreignForm(): Answer {
  return page(403, refusalPage('This form was sent from another site, so nothing was done.'));
}

/** A page of the login. */
export function page(status: number, content: Page, redirectUri?: string): Answer {
  const headers = Object.entries(pageHeaders(redirectUri)).map(([name, value]) => [name.toLowerCase(), value]);
  return { status, headers: { ...Object.fromEntries(headers), 'content-type': 'text/html; charset=utf-8' }, body: document(content) };
}
