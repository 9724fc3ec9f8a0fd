import { SEARCH_PARAMETERS } from '../flowkiwi/listing.ts';

const SHOWN_PARAMETERS: ReadonlySet<string> = new Set(['page', 'itemsPerPage', ...SEARCH_PARAMETERS.map(([variable]) => variable)]);

const LONGEST = 300;

/**
 * A request target as it may be seen by those who look on: the path, and of its query what asks for a list. Tokens, codes and states
 * travel in the queries of sign-ins, and the id of a sign-in in its path.
 */
export function shownPath(target: string): string {
  const [path = '', query = ''] = target.split('?', 2);
  const shown = path.replace(/^(\/oauth\/[^/]+\/).+/, '$1…');
  const parameters = shown.startsWith('/api/') ? [...new URLSearchParams(query)].filter(([name]) => SHOWN_PARAMETERS.has(name)) : [];
  const text = parameters.length === 0 ? shown : `${shown}?${parameters.map(([name, value]) => `${name}=${value}`).join('&')}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
