import type { Middleware } from './middleware.ts';
import { ROUTES } from './routes.ts';

const { token, revocation, introspection, device_authorization: device, userinfo, registration } = ROUTES;

/** Where programs ask, and no browser. */
const MACHINE_PATHS: ReadonlySet<string> = new Set([token, revocation, introspection, device, userinfo, registration]);

/** Lets errors be JSON where only programs ask (RFC 6749 section 5.2): some say of themselves that they would rather read a page, as all in Java do. */
export const answerProgramsInJson: Middleware = async (context, next) => {
  if (MACHINE_PATHS.has(context.path)) context.req.headers.accept = 'application/json';
  await next();
};
