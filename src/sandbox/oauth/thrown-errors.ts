import type { Middleware } from './middleware.ts';

/**
 * Lets `assert` of the provider's requests throw the error that it is given. That of Koa, with the `http-errors` of package.json, fails over an error
 * without a message beside it, and a token that nobody knows would be a failure of the server.
 */
export const throwGivenErrors: Middleware = async (context, next) => {
  Object.assign(context, {
    assert: (value: unknown, error: unknown) => {
      if (!value) throw error;
    },
  });
  await next();
};
