import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from './exchange.ts';
import type { ApiError } from './flowkiwi/api-error.ts';

/** Answers a request over HTTP/1.1. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers a request over either version of HTTP. */
export type AnyHandler = (request: Request, response: Response) => Promise<void>;

/** Answers with a problem document, whatever is asked. */
export function refuse(status: number, detail: string): AnyHandler {
  return async (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/problem+json; charset=utf-8' });
    response.end(JSON.stringify({ title: 'An error occurred', detail, status, type: `/errors/${status}` }));
  };
}

const INTERNAL = { status: 500, message: 'Internal Server Error' };

/** Answers with that document. */
export function answerWith(document: object): Handler {
  return async (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(document));
  };
}

/** Sign-in has one origin, to which its cookies and its issuer belong; `localhost` is another name for it. */
export function redirectToIssuer(url: string): Handler {
  return (request, response) => redirectTo(`${url}${request.url?.startsWith('/') ? request.url : '/'}`)(request, response);
}

/** Sends the client elsewhere, with what it has sent. */
export function redirectTo(location: string): Handler {
  return async (request, response) => {
    request.resume();
    response.writeHead(307, { location });
    response.end();
  };
}

/** Answers a request whose handler has failed; one whose answer has begun is cut. */
export function fail(response: Response, { status, message }: Pick<ApiError, 'status' | 'message'> = INTERNAL): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ title: 'An error occurred', detail: message, status }));
}
