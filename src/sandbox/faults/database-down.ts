import type { Request, Response } from '../exchange.ts';

/** What Flowkiwi's API answers, and what ZITADEL answers without its database (contract section 10.34). */
const WITHOUT_DATABASE = /^\/(?:api|_sandbox)(?:\/|$)|^\/debug\/healthz$/;

/** Whether ZITADEL, or its sign-in, has to look into its database for a request to that path, which is without its query. */
export function needsDatabase(path: string): boolean {
  return !WITHOUT_DATABASE.test(path);
}

const API = /^\/(?:management|admin|auth|system)\/v1\/|^\/v2\/|^\/zitadel\./;

/** Reads the rest of the request, and answers as ZITADEL does whose database is away (contract section 10.1). Nothing has an effect. */
export function answerWithoutDatabase(request: Request, response: Response, path: string): true {
  request.resume();
  const { status, body, isJson = false } = answerTo(path, request.headers.host ?? '');
  response.writeHead(status, { 'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8', vary: 'Origin' });
  response.end(body);
  return true;
}

function answerTo(path: string, host: string): { readonly status: number; readonly body: string; readonly isJson?: true } {
  if (path === '/debug/ready') return { status: 412, body: '{"ready":"failed to connect to the database"}', isJson: true };
  if (/^\/system\/v1\/instances\/_(?:create|search)$/.test(path))
    return { status: 500, body: JSON.stringify({ code: 13, message: 'db connection error ()' }), isJson: true };
  const [, instance] = /^\/system\/v1\/instances\/([^/]+)/.exec(path) ?? [];
  const what = instance === undefined ? `origin &{${host}  http} (ExternalDomain is localhost)` : `id ${instance}`;
  const message = `unable to set instance using ${what}: ID=QUERY-d3fas Message=An internal error occurred Parent=(failed to connect)`;
  return API.test(path) ? { status: 404, body: JSON.stringify({ code: 5, message }), isJson: true } : { status: 404, body: message };
}
