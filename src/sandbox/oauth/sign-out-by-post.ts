import { readForm } from './form-body.ts';
import type { Middleware } from './middleware.ts';
import { ROUTES } from './routes.ts';

/**
 * Takes a sign-out by POST (OpenID Connect RP-Initiated Logout 1.0 section 2) as one by GET. The provider takes it only with cookies that browsers send
 * along from other sites, which they do over https alone. Nothing ends before the person has agreed.
 */
export const signOutByPost: Middleware = async (context, next) => {
  if (context.method !== 'POST' || context.path !== ROUTES.end_session) return void (await next());
  const form = await readForm(context);
  if (form === undefined && context.is('application/x-www-form-urlencoded')) {
    context.status = 413;
    context.body = { error: 'invalid_request', error_description: 'The request is larger than 8 KiB.' };
    return;
  }
  context.status = 303;
  context.redirect(`${ROUTES.end_session}?${form ?? ''}`);
};
