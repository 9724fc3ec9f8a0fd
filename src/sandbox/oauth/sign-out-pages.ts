import type { Context } from './middleware.ts';
import { signedOutPage, signOutPage } from './pages/sign-out.ts';
import { sendPage } from './send-page.ts';

/** Asks before the browser's session ends. */
export function showSignOut(context: Context): void {
  const xsrf = String(context.oidc.session?.state?.['secret'] ?? '');
  sendPage(context, signOutPage({ xsrf, action: new URL(context.oidc.urlFor('end_session_confirm')).pathname }));
}

/** Says how it ended. The provider comes here after both buttons. */
export async function showSignedOut(context: Context): Promise<void> {
  const session = await context.oidc.provider.Session.get(context);
  sendPage(context, signedOutPage(session.accountId !== undefined));
}
