import { IncomingMessage } from 'node:http';
import { CLIENT_ID } from '../../../well-known.ts';
import { readBody } from '../form-body.ts';
import type { Context, Middleware } from '../middleware.ts';
import { ROUTES } from '../routes.ts';
import { ciIssuer } from './ci.ts';
import { CLIENT_CREDENTIALS, GRANTS_WITHOUT_CLIENT, JWT_BEARER } from './grant-types.ts';
import { parseJsonWebToken } from './json-web-token.ts';

const CLIENT_FIELDS = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

/** The provider's own limit. */
const LIMIT_BYTES = 56 * 1024;

/**
 * Names the public client in token requests that need not name one; the provider answers none without a client. A signed assertion says who asks,
 * whatever else stands there: ZITADEL's client for Python sends the client id `None`. The token of a CI job as a client assertion, which the provider
 * takes of a client alone (RFC 7523 section 2.2), asks for what it gets as a JWT bearer.
 */
export function nameTheUnnamedClient(issuer: string): Middleware {
  const isOfCi = (assertion: string) => parseJsonWebToken(assertion)?.claims['iss'] === ciIssuer(issuer);
  return async (context, next) => {
    if (!mayLackClient(context)) return void (await next());
    const body = await readBody(context, LIMIT_BYTES);
    if (body === undefined) {
      context.status = 413;
      context.body = { error: 'invalid_request', error_description: `The request is larger than ${LIMIT_BYTES} bytes.` };
      return;
    }
    const form = new URLSearchParams(body.toString('utf8'));
    const clientAssertion = form.get('client_assertion') ?? '';
    if (form.get('grant_type') === CLIENT_CREDENTIALS && isOfCi(clientAssertion)) {
      form.set('grant_type', JWT_BEARER);
      form.set('assertion', clientAssertion);
    }
    const grantType = form.get('grant_type') ?? '';
    if (grantType === JWT_BEARER) for (const name of CLIENT_FIELDS) form.delete(name);
    const lacksClient = !form.has('client_id') && GRANTS_WITHOUT_CLIENT.includes(grantType);
    if (lacksClient) form.set('client_id', CLIENT_ID);
    putBack(context, lacksClient ? Buffer.from(form.toString()) : body);
    await next();
  };
}

function mayLackClient(context: Context): boolean {
  if (context.method !== 'POST' || context.path !== ROUTES.token) return false;
  return context.get('authorization') === '' && Boolean(context.is('application/x-www-form-urlencoded'));
}

/** Gives the provider a body to read in place of the one that has been read. */
function putBack(context: Context, body: Buffer): void {
  const { headers, method, url, socket } = context.req;
  headers['content-length'] = String(body.length);
  // One that is not complete takes its connection with it when it has been read.
  const request = Object.assign(new IncomingMessage(socket), { headers, method, url, complete: true });
  request.push(body);
  request.push(null);
  context.req = request;
}
