import { jsonBody, type Middleware } from '../middleware.ts';
import { TOKEN_EXCHANGE } from './grant-types.ts';

const METADATA_PATHS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

/** Takes token exchange out of the server's metadata (RFC 8414 section 2) while it is switched off. */
export function tellSupportedGrants(allowsTokenExchange: () => boolean): Middleware {
  return async (context, next) => {
    await next();
    const body = METADATA_PATHS.includes(context.path) ? jsonBody(context) : undefined;
    const supported = body?.['grant_types_supported'];
    if (!Array.isArray(supported) || allowsTokenExchange()) return;
    context.body = { ...body, grant_types_supported: supported.filter((grantType) => grantType !== TOKEN_EXCHANGE) };
  };
}
