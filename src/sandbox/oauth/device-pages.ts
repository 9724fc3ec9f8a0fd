import type { IncomingMessage } from 'node:http';
import type { Client, Configuration } from 'oidc-provider';
import { CLIENT_NAME } from './client.ts';
import { clientName } from './client-name.ts';
import type { Context, Middleware } from './middleware.ts';
import { codeConfirmationPage, codeInputPage, deviceConnectedPage } from './pages/device.ts';
import { errorPage, refusedPage } from './pages/notice.ts';
import { ROUTES } from './routes.ts';
import { sendPage } from './send-page.ts';
import { displayUserCode, normalizeUserCode } from './user-code.ts';

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;

const codesFromLinks = new WeakMap<IncomingMessage, string>();

/**
 * Takes the code out of a `verification_uri_complete` before the provider sees it. The provider would answer with a form that
 * submits itself by a script; ours needs none.
 */
export const takeCodeFromLink: Middleware = async (context, next) => {
  const code = context.query['user_code'];
  if (context.method === 'GET' && context.path === ROUTES.code_verification && typeof code === 'string') {
    codesFromLinks.set(context.req, code);
    context.querystring = '';
  }
  await next();
};

/** The page that asks for the code, or tells what was wrong with the last one; after a link with a code, the confirmation at once. */
export const showCodeInput: NonNullable<DeviceFlow['userCodeInputSource']> = async (context, _form, _out, error) => {
  const linked = codesFromLinks.get(context.req);
  if (error === undefined && linked !== undefined) {
    const code = await context.oidc.provider.DeviceCode.findByUserCode(normalizeUserCode(linked));
    const isOpen = code !== undefined && code.accountId === undefined && code.error === undefined && !code.inFlight;
    if (isOpen) sendConfirmation(context, displayUserCode(code.userCode), await clientName(context.oidc.provider, String(code.clientId)));
    else
      sendPage(
        context,
        codeInputPage({ action: ROUTES.code_verification, xsrf: xsrf(context), code: linked, problem: PROBLEMS.NotFoundError }),
      );
    return;
  }
  const name = error?.name ?? '';
  if (name === 'AbortedError') {
    sendPage(context, refusedPage(nameOf(context.oidc.client)));
  } else if (error !== undefined && !(name in PROBLEMS)) {
    dropNewSession(context);
    sendPage(context, errorPage('This did not work', 'Go back to your terminal and ask for a new code.'), { status: context.status });
  } else {
    const code = error !== undefined && 'userCode' in error ? String(error.userCode) : '';
    sendPage(context, codeInputPage({ action: ROUTES.code_verification, xsrf: xsrf(context), code, problem: error && problem(name) }));
  }
};

/** The page that asks whether the code is the one on the person's own screen (RFC 8628 section 5.4). */
export const showCodeConfirmation: NonNullable<DeviceFlow['userCodeConfirmSource']> = (context, _form, client, _device, userCode) => {
  sendConfirmation(context, userCode, nameOf(client));
};

export const showDeviceConnected: NonNullable<DeviceFlow['successSource']> = (context) => {
  sendPage(context, deviceConnectedPage(nameOf(context.oidc.client)));
};

/** A form that came without a session has begun one, which the provider then fails to save. */
function dropNewSession({ oidc: { session } }: Context): void {
  if (session !== undefined && Reflect.get(session, 'new') === true) Reflect.set(session, 'destroyed', true);
}

/** What the provider's errors about a code mean to a person. */
const PROBLEMS = {
  NoCodeError: 'Enter the code that your terminal shows.',
  NotFoundError: 'There is no such code, or it is no longer valid. Check it against your terminal.',
  ExpiredError: 'This code has expired. Ask for a new one in your terminal.',
  AlreadyUsedError: 'This code has been used. Ask for a new one in your terminal.',
} as const;

function problem(name: string): string | undefined {
  return Object.entries(PROBLEMS).find(([known]) => known === name)?.[1];
}

function nameOf(client: Client | undefined): string {
  return client?.clientName ?? client?.clientId ?? CLIENT_NAME;
}

function sendConfirmation(context: Context, userCode: string, client: string): void {
  sendPage(context, codeConfirmationPage({ action: ROUTES.code_verification, xsrf: xsrf(context), code: userCode, client }));
}

/** The secret that the provider has put into the session for the form that follows. */
function xsrf(context: Context): string {
  return String(context.oidc.session?.state?.['secret'] ?? '');
}
