import { CONNECTION_REFUSED } from '../../faults/database-down.ts';
import type { Answer } from '../http/front-end.ts';

const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'x-robots-tag': 'none' };

/** How the server does (contract section 10.22): whether it lives as text, whether it can work as JSON. */
export function debugAnswer(path: string, lacksDatabase: boolean): Answer {
  if (path === '/debug/healthz') return { status: 200, headers: PLAIN, body: 'ok' };
  if (lacksDatabase && path === '/debug/ready') {
    return { status: 412, headers: PLAIN, body: `ID=API-F24h2 Message=DB CONNECTION ERROR Parent=(${CONNECTION_REFUSED})\n` };
  }
  if (path === '/debug/ready' || path === '/debug/validate') {
    return { status: 200, headers: { 'content-type': 'application/json', 'x-robots-tag': 'none' }, body: '"ok"' };
  }
  return { status: 404, headers: PLAIN, body: '404 page not found\n' };
}
