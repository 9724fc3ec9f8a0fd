import { CliError } from '../../errors.ts';
import { parseExactly } from '../../exact-json.ts';
import type { HttpRequest, HttpResponse } from '../../http/client.ts';
import { readJson } from '../../http/problem.ts';
import { readPage } from '../../identity/flowkiwi/collection.ts';

/**
 * The members of a collection, page after page as they are taken, along `view.next` or `hydra:view` (contract section 4).
 * Throws `usage` when the answer is no collection, `unavailable` when the links lead to another origin or in a circle.
 */
export async function* collectionMembers(
  first: HttpRequest,
  send: (request: HttpRequest) => Promise<HttpResponse>,
): AsyncGenerator<unknown> {
  const visited = new Set<string>();
  for (let request = first; ; ) {
    visited.add(request.url.href);
    const page = readPage<unknown>(readJson(await send(request), undefined, parseExactly), (item) => item);
    if (!page) throw new CliError('usage', 'the answer is not a collection', { hint: 'leave --paginate out to see it' });
    yield* page.items;
    if (page.next === undefined) return;
    const url = URL.canParse(page.next, request.url.href) ? new URL(page.next, request.url) : undefined;
    if (url?.origin !== first.url.origin || visited.has(url.href)) {
      const where = url && visited.has(url.href) ? 'that was there before' : 'elsewhere, where the credential is not sent';
      throw new CliError('unavailable', `${first.url.origin} names a next page ${where}`, {
        hint: 'what was printed is not the whole; --debug shows the pages',
      });
    }
    request = { ...request, url };
  }
}
