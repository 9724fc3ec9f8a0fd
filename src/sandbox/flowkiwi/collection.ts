import { context, INSTANCE, type ResourceDocument } from './documents.ts';
import { type Listing, SEARCH_PARAMETERS } from './listing.ts';

interface Page {
  readonly iri: string;
  readonly query: URLSearchParams;
  readonly listing: Listing;
  readonly totalItems: number;
  readonly member: readonly ResourceDocument[];
}

/** A page of a JSON-LD collection (contract section 4). In plain JSON a collection is the bare array of its members. */
export function collectionDocument({ iri, query, listing, totalItems, member }: Page): ResourceDocument {
  const view = viewOf(iri, query, listing, totalItems);
  return {
    ...context(INSTANCE, 'jsonld'),
    '@id': iri,
    '@type': 'Collection',
    totalItems,
    member,
    ...(view ? { view } : {}),
    search: searchOf(iri),
  };
}

/** Absent when all is on one page and nothing was asked for. */
function viewOf(
  iri: string,
  query: URLSearchParams,
  { page, itemsPerPage }: Listing,
  totalItems: number,
): Readonly<Record<string, string>> | undefined {
  const lastPage = itemsPerPage === 0 ? 1 : Math.max(1, Math.ceil(totalItems / itemsPerPage));
  const parameters = new URLSearchParams([...query].filter(([name]) => name !== 'page'));
  const several = lastPage > 1;
  if (!several && parameters.size === 0) return undefined;
  const at = (number: number | undefined): string => {
    const wanted = new URLSearchParams(parameters);
    if (number !== undefined) wanted.set('page', String(number));
    return `${iri}?${wanted}`;
  };
  return {
    '@id': at(several ? page : undefined),
    '@type': 'PartialCollectionView',
    ...(several ? { first: at(1), last: at(lastPage) } : {}),
    ...(several && page > 1 ? { previous: at(page - 1) } : {}),
    ...(several && page < lastPage ? { next: at(page + 1) } : {}),
  };
}

function searchOf(iri: string): ResourceDocument {
  return {
    '@type': 'IriTemplate',
    template: `${iri}{?${SEARCH_PARAMETERS.map(([variable]) => variable).join(',')}}`,
    variableRepresentation: 'BasicRepresentation',
    mapping: SEARCH_PARAMETERS.map(([variable, property]) => ({ '@type': 'IriTemplateMapping', variable, property, required: false })),
  };
}
