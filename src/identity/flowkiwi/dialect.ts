import type { Dialect } from '../session.ts';

/** JSON-LD, and partial changes as merge patches (contract section 6.2). */
export const FLOWKIWI_DIALECT: Dialect = {
  headers: { accept: 'application/ld+json' },
  bodyType: (method) => (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'),
};
