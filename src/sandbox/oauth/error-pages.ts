import type { ErrorOut } from 'oidc-provider';
import { StoreFailure } from '../store-failure.ts';
import type { Context, Middleware } from './middleware.ts';
import { errorPage } from './pages/notice.ts';
import { sendPage } from './send-page.ts';

/** The page for an OAuth error that cannot be sent back to the client (RFC 6749 section 4.1.2.1). */
export function showError(context: Context, out: ErrorOut): void {
  const detail = out.error_description === undefined ? out.error : `${out.error}: ${out.error_description}`;
  sendPage(context, errorPage('This did not work', 'Go back to your terminal and start again.', detail), { status: context.status });
}

/** What the provider has answered with a server error because nothing can be kept now. */
const storeFailures = new WeakMap<Context, StoreFailure>();

/** What to do with a failure of the provider: one of the disk or the data file is answered as such, `onError` hears of the others. */
export function noteFailure(context: Context, error: unknown, onError: (error: unknown) => void): void {
  if (error instanceof StoreFailure) storeFailures.set(context, error);
  else onError(error);
}

/** Answers what no route has answered, and what failed in a way that nobody foresaw; `onError` hears of the latter. */
export function answerTheRest(onError: (error: unknown) => void): Middleware {
  return async (context, next) => {
    try {
      await next();
      const failure = storeFailures.get(context);
      if (failure) throw failure;
    } catch (error) {
      if (error instanceof StoreFailure) {
        context.status = 503;
        answer(context, 'temporarily_unavailable', 'Nothing can be kept now', `${error.message}.`);
        return;
      }
      onError(error);
      context.status = 500;
      answer(context, 'server_error', 'Something went wrong', 'This is a fault of the sandbox.');
      return;
    }
    if (context.status === 404 && context.body === undefined) {
      context.status = 404;
      answer(context, 'not_found', 'There is nothing here', 'Check the address.');
    }
  };
}

function answer(context: Context, error: string, heading: string, advice: string): void {
  const { status } = context;
  if (context.accepts('json', 'html') === 'html') {
    sendPage(context, errorPage(heading, advice), { status });
  } else {
    context.body = { error, error_description: `${heading}.` };
    context.status = status;
  }
}
