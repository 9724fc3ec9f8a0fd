import type { Middleware } from './middleware.ts';
import { ROUTES } from './routes.ts';

/**
 * The provider forgets `offline_access` when the request does not ask for consent. A native client's person is always asked here, which
 * is the condition that OpenID Connect Core section 11 leaves to the server, so the request is read as if it had asked.
 */
export const askConsentForOfflineAccess: Middleware = async (context, next) => {
  const { scope, prompt = '' } = context.query;
  if (context.path === ROUTES.authorization && typeof scope === 'string' && typeof prompt === 'string') {
    const prompts = prompt.split(' ').filter((value) => value !== '');
    const asks = prompts.includes('consent') || prompts.includes('none');
    if (scope.split(' ').includes('offline_access') && !asks)
      context.query = { ...context.query, prompt: [...prompts, 'consent'].join(' ') };
  }
  await next();
};
