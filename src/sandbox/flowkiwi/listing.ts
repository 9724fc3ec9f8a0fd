import { ApiError } from './api-error.ts';

const SORT_FIELDS = ['name', 'handle', 'createdAt', 'updatedAt'] as const;

export type SortField = (typeof SORT_FIELDS)[number];

export interface Sorting {
  readonly field: SortField;
  readonly direction: 'asc' | 'desc';
}

/** What the query of a list asks for (contract section 3.4). */
export interface Listing {
  /** Case-insensitive parts of the name and the handle; both must match. */
  readonly filters: { readonly name: string | undefined; readonly handle: string | undefined };
  /** Never empty; the first entry counts most. */
  readonly order: readonly Sorting[];
  /** From 1. */
  readonly page: number;
  /** 0 asks for the total only. */
  readonly itemsPerPage: number;
}

/** Query parameters that filter or sort, with the property that each stands for. */
export const SEARCH_PARAMETERS: readonly (readonly [variable: string, property: string])[] = [
  ['name', 'name'],
  ['handle', 'handle'],
  ...SORT_FIELDS.map((field) => [`order[${field}]`, field] as const),
];

const DEFAULT_ITEMS_PER_PAGE = 30;
const DEFAULT_ORDER: readonly Sorting[] = [{ field: 'createdAt', direction: 'desc' }];
const LARGEST = 2 ** 31 - 1;

/** Reads a query. Unknown parameters and orders are ignored; throws 400 for a page that cannot be (contract section 4). */
export function readListing(query: URLSearchParams, maxItemsPerPage: number): Listing {
  const page = integer(query.get('page') ?? '1');
  const itemsPerPage = Math.min(integer(query.get('itemsPerPage') ?? String(DEFAULT_ITEMS_PER_PAGE)), maxItemsPerPage);
  if (page < 1) throw new ApiError(400, 'Page should not be less than 1');
  if (itemsPerPage < 0) throw new ApiError(400, 'Limit should not be less than 0');
  if (itemsPerPage === 0 && page > 1) throw new ApiError(400, 'Page should not be greater than 1 if limit is equal to 0');
  const order = [...query].flatMap(([parameter, value]) => sorting(parameter, value.toLowerCase()) ?? []);
  return {
    filters: { name: query.get('name') ?? undefined, handle: query.get('handle') ?? undefined },
    order: order.length > 0 ? order : DEFAULT_ORDER,
    page,
    itemsPerPage,
  };
}

function sorting(parameter: string, direction: string): Sorting | undefined {
  const field = SORT_FIELDS.find((candidate) => parameter === `order[${candidate}]`);
  if (field === undefined || (direction !== 'asc' && direction !== 'desc')) return undefined;
  return { field, direction };
}

/** The number that a text begins with, 0 when there is none: how PHP reads an integer. */
function integer(text: string): number {
  return Math.max(-LARGEST, Math.min(Number.parseInt(text, 10) || 0, LARGEST));
}
