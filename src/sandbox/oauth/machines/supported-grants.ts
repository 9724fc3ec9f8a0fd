import { jsonBody, type Middleware } from '../middleware.ts';
import { TOKEN_EXCHANGE } from './grant-types.ts';

const METADATA_PATHS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

/** Takes token exchange out of the server's metadata (RFC 8414 section 2) while it is switched off. */
export function tellSupportedGrants(allowsTokenExchange: () => boolean): Middleware {
  return async (context, next) => {
    await next();
    const body = METADATA_PATHS.includes(context.path) && !allowsTokenExchange() ? jsonBody(context) : undefined;
    const grants = body?.['grant_types_supported'];
    if (Array.isArray(grants)) context.body = { ...body, grant_types_supported: grants.filter((grant) => grant !== TOKEN_EXCHANGE) };
  };
}
