import { isRecord, parseJson } from '../../record.ts';
import type { Dialect } from '../session.ts';

/** JSON-LD, and partial changes as merge patches (contract section 6.2). Its errors are problem documents; those of its router say so (section 6.4). */
export const FLOWKIWI_DIALECT: Dialect = {
  headers: { accept: 'application/ld+json' },
  bodyType: (method) => (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'),
  isOwn404: ({ body }) => {
    const document = parseJson(body);
    if (!isRecord(document)) return false;
    const detail = document['detail'] ?? document['description'] ?? document['hydra:description'];
    const isProblem = ['@type', 'type', 'title', 'status', 'hydra:title'].some((key) => key in document);
    return typeof detail === 'string' && isProblem && !detail.startsWith('No route found for ');
  },
};
