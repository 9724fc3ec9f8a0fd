import type { Request, Response } from '../exchange.ts';

/** What Flowkiwi's API answers, and what ZITADEL answers without its database (contract section 10.34). */
const WITHOUT_DATABASE = /^\/(?:api|_sandbox)(?:\/|$)|^\/debug\/healthz$/;

/** Whether ZITADEL, or the sign-in, has to look into its database for a request to that path, which is without its query. */
export function needsDatabase(path: string): boolean {
  return !WITHOUT_DATABASE.test(path);
}

const withoutDatabase = new WeakSet<object>();

/** From now on the request is one for which there is no database. */
export function takeDatabaseFrom(request: Request): void {
  withoutDatabase.add(request);
}

/** Whether there is no database for the request. */
export function lacksDatabase(request: Request): boolean {
  return withoutDatabase.has(request);
}

/** What ZITADEL says of a PostgreSQL that is not there. */
export const CONNECTION_REFUSED =
  'failed to connect to `user=zitadel database=zitadel`: 127.0.0.1:5432 (localhost): dial error: dial tcp 127.0.0.1:5432: connect: connection refused';

/** Reads the rest of the request, and answers as the sign-in of a ZITADEL whose database is away (contract section 10.1). Nothing has an effect. */
export function answerWithoutDatabase(request: Request, response: Response): void {
  request.resume();
  const origin = `&{${request.headers.host ?? ''}  http} (ExternalDomain is localhost)`;
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', vary: 'Origin' });
  response.end(
    `unable to set instance using origin ${origin}: ID=QUERY-d3fas Message=An internal error occurred Parent=(${CONNECTION_REFUSED})\n`,
  );
}
