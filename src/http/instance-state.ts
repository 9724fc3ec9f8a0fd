import type { HttpResponse } from './client.ts';

/** What ZITADEL says of the instance in place of an answer. */
export type InstanceState = 'absent' | 'blocked' | 'without database';

/** The ids that say that there is no such instance; with any other, the server cannot look for it. */
const ABSENT = /\bID=QUERY-(?:1kIjX|IuGh1)\b/;

/**
 * What an error answer of ZITADEL says of the instance itself, be it JSON of an API or plain text of a sign-in endpoint (contract sections 2.1 and
 * 10.1): a server without its database says 404. Undefined for every other answer. Pure.
 */
export function instanceState({ status, body }: Pick<HttpResponse, 'status' | 'body'>): InstanceState | undefined {
  switch (status) {
    case 404:
      if (!body.includes('unable to set instance using ')) return undefined;
      return ABSENT.test(body) ? 'absent' : 'without database';
    case 429:
      return /\bLIMITS-molsj\b|\binstance is blocked\b/.test(body) ? 'blocked' : undefined;
    case 500:
      return body.includes('db connection error') ? 'without database' : undefined;
    default:
      return undefined;
  }
}
