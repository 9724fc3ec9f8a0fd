import type { Search } from '../contents/search.ts';
import { ApiError } from '../flowkiwi/api-error.ts';
import type { Visit } from './control.ts';

const USUAL_LIMIT = 50;
const MOST = 200;

/** Reads `?text=acme&limit=50&offset=100`. Throws 400 for another parameter and 422 for a number that cannot be. */
export function searchOf({ request }: Visit, origin: string): Search {
  const query = new URL(request.url ?? '', origin).searchParams;
  const unknown = [...query.keys()].find((name) => !['text', 'limit', 'offset'].includes(name));
  if (unknown !== undefined) throw new ApiError(400, `${unknown}: a list takes text, limit, offset.`);
  const number = (name: string, usual: number, least: number, most: number) => {
    const value = query.get(name) ?? `${usual}`;
    if (/^\d{1,15}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    throw new ApiError(422, `${name}: a whole number from ${least} to ${most}.`);
  };
  return {
    text: (query.get('text') ?? '').trim(),
    limit: number('limit', USUAL_LIMIT, 1, MOST),
    offset: number('offset', 0, 0, Number.MAX_SAFE_INTEGER),
  };
}
