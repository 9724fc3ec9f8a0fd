import { createPublicKey } from 'node:crypto';
import { subjectOf, UntrustedToken } from '../../oauth/machines/claims.ts';
import { isSignedBy, parseJsonWebToken } from '../../oauth/machines/json-web-token.ts';
import { isHashOf } from '../../oauth/machines/random-secret.ts';
import { type AppAuthentication, authenticationOf } from '../rules/app-settings.ts';
import { type AppRecord, findAppOfClient } from '../store/app-store.ts';
import { appKey, machineSecretHash } from '../store/machine-credentials.ts';
import { uniqueOwner } from '../store/unique-values.ts';
import { findUser, type UserRecord } from '../store/user-store.ts';
import type { SignInCall } from './call.ts';
import { invalidClient, invalidRequest, OAuthError } from './oauth-error.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** How a request says which client sends it. */
interface Credentials {
  readonly clientId: string;
  readonly secret: string;
  readonly assertion: string;
}

/** The client of a request, which is an OIDC app (RFC 6749 section 2.3, RFC 7523 section 2.2). Throws 400, never 401 (contract section 10.27). */
export function authenticateClient(call: SignInCall): AppRecord {
  const credentials = credentialsOf(call);
  const clientId = credentials.assertion === '' ? credentials.clientId : issuerOf(credentials.assertion);
  if (clientId === undefined) throw invalidClient();
  const client = findAppOfClient(call.database, call.instance.id, clientId);
  if (client?.settings.case !== 'oidcConfig') throw invalidClient('no active client not found');
  const proof = PROOFS[credentials.assertion === '' ? authenticationOf(client.settings) : 'key'];
  const problem = proof(call, client, credentials);
  if (problem !== undefined) throw invalidClient(problem);
  return client;
}

type Proof = (call: SignInCall, client: AppRecord, credentials: Credentials) => string | undefined;

/** What is wrong with the proof of an app. */
const PROOFS: Readonly<Record<AppAuthentication, Proof>> = {
  none: () => undefined,
  basic: secretProblem,
  post: secretProblem,
  key: (call, client, { assertion }) => {
    if (assertion === '') return 'empty client assertion';
    return isAssertionOf(call, client, assertion) ? undefined : 'invalid assertion';
  },
};

function secretProblem(_call: SignInCall, { secretHash }: AppRecord, { secret }: Credentials): string | undefined {
  if (secret === '') return 'empty client secret';
  return secretHash !== undefined && isHashOf(secretHash, secret) ? undefined : 'invalid secret';
}

/** The machine user whose name is the client id (contract section 4.3). Throws 400. */
export function authenticateMachine(call: SignInCall): UserRecord {
  const { clientId, secret } = credentialsOf(call);
  const id = uniqueOwner(call.database, { kind: 'user_name', instanceId: call.instance.id, value: clientId });
  const user = id === undefined ? undefined : findUser(call.database, id);
  if (user === undefined) throw invalidClient('client not found');
  const hash = machineSecretHash(call.database, user.id);
  if (hash === undefined) throw invalidRequest('Errors.User.Machine.Secret.NotExisting');
  if (!isHashOf(hash, secret)) throw invalidRequest('Errors.User.Machine.Secret.Invalid');
  return user;
}

/** The app that asks about a token, of whatever kind; undefined when what it signed cannot be read. Throws 400. */
export function authenticateResource(call: SignInCall): AppRecord | undefined {
  const credentials = credentialsOf(call);
  const { assertion } = credentials;
  const clientId = assertion === '' ? credentials.clientId : issuerOf(assertion);
  if (clientId === undefined) return undefined;
  const app = findAppOfClient(call.database, call.instance.id, clientId);
  const unauthorized = new OAuthError(400, 'unauthorized_client');
  if (app === undefined) throw unauthorized;
  if (assertion === '' && authenticationOf(app.settings) === 'none') throw invalidClient('client must be authenticated');
  const isAuthentic = assertion === '' ? secretProblem(call, app, credentials) === undefined : isAssertionOf(call, app, assertion);
  if (!isAuthentic) throw unauthorized;
  return app;
}

function credentialsOf({ headers, parameters }: SignInCall): Credentials {
  const field = (name: string) => parameters.value(name) ?? '';
  const assertion = field('client_assertion');
  const { clientId, secret } = basicOf(headers.authorization) ?? { clientId: field('client_id'), secret: field('client_secret') };
  if (clientId === '' && assertion === '') throw invalidRequest('client_id or client_assertion must be provided');
  const type = field('client_assertion_type');
  if (assertion !== '' && type !== ASSERTION_TYPE) throw invalidRequest(`invalid client_assertion_type ${type}`);
  return { clientId, secret, assertion };
}

/** Client id and secret of the header, encoded as forms are (RFC 6749 section 2.3.1). */
function basicOf(authorization: string | undefined) {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '') ?? [];
  const [, clientId, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (clientId === undefined || secret === undefined) return undefined;
  return { clientId: formDecoded(clientId), secret: formDecoded(secret) };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function issuerOf(assertion: string): string | undefined {
  const issuer = parseJsonWebToken(assertion)?.claims['iss'];
  return typeof issuer === 'string' ? issuer : undefined;
}

function isAssertionOf({ database, issuer, now }: SignInCall, { id, clientId }: AppRecord, assertion: string): boolean {
  const token = parseJsonWebToken(assertion);
  const { kid } = token?.header ?? {};
  const key = typeof kid === 'string' ? appKey(database, id, kid, now) : undefined;
  if (token === undefined || key === undefined || !isSignedBy(token, createPublicKey(key))) return false;
  try {
    return subjectOf(token, { issuer: clientId, audiences: [issuer], now }) === clientId;
  } catch (error) {
    if (error instanceof UntrustedToken) return false;
    throw error;
  }
}
