import type { Context } from '../../context/context.ts';
import type { ProviderName } from '../../context/provider-defaults.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi, helpWith } from '../../hint.ts';
import type { View } from '../../output/view.ts';
import { listResult, type Result } from '../kit/result.ts';

/** One thing that an API does. */
export interface Endpoint {
  readonly method: string;
  /** With the names of what is to be filled in: `/api/organizations/{organizationId}`. */
  readonly path: string;
  readonly summary: string;
}

/** Written by scripts/endpoints.mjs. */
const LISTS: Readonly<Record<ProviderName, () => Promise<readonly (readonly string[])[]>>> = {
  flowkiwi: async () => (await import('./endpoints/flowkiwi.json')).default,
  zitadel: async () => (await import('./endpoints/zitadel.json')).default,
};

const endpointView: View<Endpoint> = {
  kind: 'an endpoint',
  fields: [
    { name: 'method', heading: 'Method', type: 'string', table: true, keep: true, text: ({ method }) => method },
    { name: 'path', heading: 'Path', type: 'string', table: true, keep: true, text: ({ path }) => path },
    { name: 'summary', heading: 'What it does', type: 'string', table: true, text: ({ summary }) => summary },
  ],
  id: ({ method, path }) => `${method} ${path}`,
  json: ({ method, path, summary }) => ({ method, path, summary }),
};

/** The endpoints of an API that have a word, in any case, in their method, path or summary; all of them without one. */
export async function endpointsOf(provider: ProviderName, word = ''): Promise<readonly Endpoint[]> {
  const wanted = word.toLowerCase();
  const all = (await LISTS[provider]()).map(([method = '', path = '', summary = '']) => ({ method, path, summary }));
  return all.filter(({ method, path, summary }) => `${method} ${path} ${summary}`.toLowerCase().includes(wanted));
}

/** `api ls [WORD]`: sends nothing. Throws `usage` for options of a request, and `not_found` when no endpoint has the word. */
export async function endpointsResult(context: Context, word: string | undefined, hasRequestOptions: boolean): Promise<Result> {
  if (hasRequestOptions) {
    throw new CliError('usage', 'api ls lists endpoints and sends nothing: it takes no options of a request', {
      hint: helpWith('a path ls is asked for as', 'api', '/ls'),
    });
  }
  context.printer.check(endpointView);
  const { provider } = await context.profile();
  const found = await endpointsOf(provider, word);
  if (found.length === 0) {
    throw new CliError('not_found', `no endpoint has ${JSON.stringify(word)} in its method, path or description`, {
      hint: { say: 'all of them', command: flowkiwi('api', 'ls') },
    });
  }
  return listResult(endpointView, found);
}
