import type { IncomingHttpHeaders } from 'node:http';
import type { Context, Middleware } from './middleware.ts';
import { refusalPage } from './pages/notice.ts';
import { INTERACTION_PREFIX, ROUTES } from './routes.ts';
import { SECURITY_HEADERS, sendPage } from './send-page.ts';

/** Paths whose POSTs come from forms of our own pages. */
const FORM_PATHS = [INTERACTION_PREFIX, ROUTES.code_verification, `${ROUTES.end_session}/confirm`];

/** Accepts a form only from the server's own pages, and sets the headers that every answer carries. */
export const guardRequests: Middleware = async (context, next) => {
  context.set(SECURITY_HEADERS);
  if (isForm(context) && !isSameOrigin(context.headers)) {
    sendPage(context, refusalPage('This form was sent from another site, so nothing was done.'), { status: 403 });
  } else {
    await next();
  }
};

function isForm(context: Context): boolean {
  const { path } = context;
  return context.method === 'POST' && FORM_PATHS.some((prefix) => path === prefix || path.startsWith(`${prefix.replace(/\/$/, '')}/`));
}

/**
 * Whether a form was sent from a page of this server. Browsers say where it comes from: in `Sec-Fetch-Site`, older ones in `Origin`. What sends
 * neither is not a browser. That the request was meant for this server at all has been checked before it came here.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}
