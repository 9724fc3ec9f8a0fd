import { jsonBody, type Middleware } from '../middleware.ts';
import { TOKEN_EXCHANGE } from './grant-types.ts';

const METADATA_PATHS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

/**
 * Takes out of the server's metadata (RFC 8414 section 2) token exchange while it is switched off, and always the key as a proof of clients: where a
 * server lists that, the token of a CI job is presented so first, which this one refuses.
 */
export function tellSupportedGrants(allowsTokenExchange: () => boolean): Middleware {
  return async (context, next) => {
    await next();
    const body = METADATA_PATHS.includes(context.path) ? jsonBody(context) : undefined;
    if (body === undefined) return;
    const hidden = ['private_key_jwt', ...(allowsTokenExchange() ? [] : [TOKEN_EXCHANGE])];
    const shown = Object.entries(body).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.filter((one) => !hidden.includes(one)) : value,
    ]);
    context.body = Object.fromEntries(shown);
  };
}
