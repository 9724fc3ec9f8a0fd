import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { instanceOfHost } from '../calls/instance-of-call.ts';
import type { ServiceOptions } from '../calls/serve.ts';
import { defaultInstance } from '../default-instance.ts';
import type { Answer, FrontEnd, HttpCall } from '../http/front-end.ts';
import { ALWAYS, type HeaderFields, headerFieldsOf, type Outcome } from '../http/header-fields.ts';
import { metadataOf } from '../http/metadata.ts';
import { StatusError } from '../status.ts';
import type { InstanceRecord } from '../store/instance-store.ts';
import { isInstanceBlocked } from '../store/limits-store.ts';
import { projectionTime } from '../store/point-in-time.ts';
import { removeExpiredSignIns } from '../store/sign-in-records.ts';
import { prepareZitadelTables } from '../store/tables.ts';
import { errorAnswer, json, plain } from './answers.ts';
import { authorize, authorizeCallback, LOGIN_PATH } from './authorize.ts';
import type { SignInCall } from './call.ts';
import { DEVICE_LOGIN_PATH, deviceAuthorization, devicePage } from './device-authorization.ts';
import { deviceLogin } from './device-login.ts';
import { discoveryDocument } from './discovery.ts';
import { endSession, SIGNED_OUT_PATH } from './end-session.ts';
import { introspect } from './introspection.ts';
import { login, signedOut } from './login.ts';
import { OAuthError } from './oauth-error.ts';
import { parametersOf } from './parameters.ts';
import { revoke } from './revocation.ts';
import { jsonWebKeySet, signingKeys } from './signing-keys.ts';
import { token } from './token.ts';
import { userInfo } from './user-info.ts';

export interface SignInOptions extends ServiceOptions {
  /** Signs people in without a page, and approves devices when they ask. */
  readonly autoApprove: boolean;
  /** Resolves when everything that an answer tells of is on disk. */
  readonly durable: () => Promise<void>;
}

const DEVICE_PATH = '/device';

type Endpoint = (call: SignInCall) => Answer | Promise<Answer>;

/** Endpoints by their paths; each takes every method. */
const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['/.well-known/openid-configuration', (call) => json(200, discoveryDocument(call))],
  ['/oauth/v2/keys', keys],
  ['/oauth/v2/authorize', authorize],
  ['/oauth/v2/authorize/callback', authorizeCallback],
  ['/oauth/v2/token', token],
  ['/oauth/v2/device_authorization', deviceAuthorization],
  ['/oauth/v2/introspect', introspect],
  ['/oauth/v2/revoke', revoke],
  ['/oidc/v1/userinfo', userInfo],
  ['/oidc/v1/end_session', endSession],
  [DEVICE_PATH, devicePage],
  [LOGIN_PATH, login],
  [DEVICE_LOGIN_PATH, deviceLogin],
  [SIGNED_OUT_PATH, signedOut],
]);

async function keys(call: SignInCall): Promise<Answer> {
  const answer = json(200, jsonWebKeySet(await signingKeys(call), call.version));
  if (call.version === '2.70') return answer;
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'max-age=300, must-revalidate', pragma: '' } };
}

/**
 * The OAuth and OpenID server of the instances, with ZITADEL's habits (contract sections 4 and 10), many of which no certified server has: nothing is
 * bound to its client, mistakes consume nothing, and refusals come in another order and in other words. Its pages are the sandbox's own.
 */
export function createSignIn(options: SignInOptions): FrontEnd {
  const { database, clock, origin, switches, authenticate, autoApprove, durable } = options;
  const ownHost = new URL(origin).hostname;
  prepareZitadelTables(database);
  removeExpiredSignIns(database, clock.now());

  return async (request) => {
    const { target, headers } = request;
    const [now, { zitadel: version, lag, zitadelInstance }] = [clock.now(), switches()];
    const [path = ''] = target.split('?', 1);
    defaultInstance(database, now);
    if (isPreflight(request)) return preflight(headers);
    if (isUnknownMetadata(path)) return withHeaders(json(404, { code: 5, message: 'Not Found' }), fieldsOf('undecoded'));
    const metadata = metadataOf(headers, request.lacksDatabase);
    const found = instanceOrRefusal(() => instanceOfHost(metadata, { database, ownHost, at: projectionTime(now, lag) }));
    if (found instanceof StatusError) return withHeaders(plain(404, withoutCause(found.text)), fieldsOf('refusal'));
    const browser = browserOf(headers) ?? randomBytes(32).toString('base64url');
    const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
    const rest = {
      database,
      now,
      version,
      headers,
      browser,
      autoApprove,
      authenticate,
      instance: found,
      issuer: `${scheme}://${metadata.instanceHost}`,
    };
    const isBlocked = zitadelInstance === 'blocked' || isInstanceBlocked(database, found.id);
    const answer = isBlocked ? plain(429, 'Your ZITADEL instance is blocked.') : await answerTo(path, request, rest);
    await durable();
    const cookie = `zitadel.useragent=${browser}; Path=/; Domain=${hostOf(headers)}; Max-Age=31536000; HttpOnly; SameSite=Lax`;
    return path === DEVICE_PATH ? withHeaders(answer, ALWAYS) : withHeaders(answer, { ...fieldsOf('success'), 'set-cookie': cookie });

    // Both servers answer here as the old one does everywhere.
    function fieldsOf(outcome: Outcome): HeaderFields {
      return headerFieldsOf({ outcome, isV2: false, version: '2.70', origin: headers.origin, now });
    }
  };
}

async function answerTo(path: string, request: HttpCall, call: Omit<SignInCall, 'verb' | 'parameters'>): Promise<Answer> {
  const endpoint = ENDPOINTS.get(path);
  if (endpoint === undefined) return plain(404, '404 page not found');
  try {
    return await endpoint({ ...call, verb: request.verb, parameters: parametersOf(request) });
  } catch (error) {
    if (error instanceof OAuthError) return errorAnswer(error);
    throw error;
  }
}

function isUnknownMetadata(path: string): boolean {
  return path.startsWith('/.well-known/') && !path.startsWith('/.well-known/openid-configuration');
}

/** A browser asks whether a page of another origin may send a request. */
function isPreflight({ verb, headers }: HttpCall): boolean {
  return verb === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

function preflight(headers: IncomingHttpHeaders): Answer {
  const allowed = {
    'access-control-allow-origin': headers.origin ?? '',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': headers['access-control-request-method'] ?? '',
  };
  const vary = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
  return { status: 204, headers: { ...ALWAYS, ...allowed, vary }, body: '' };
}

/** The answer with these headers, where it has none of its own; an empty one of its own takes the header away. */
function withHeaders(answer: Answer, fields: HeaderFields): Answer {
  const headers = Object.entries({ ...fields, ...answer.headers }).filter(([, value]) => value !== '');
  return { ...answer, headers: Object.fromEntries(headers) };
}

function browserOf({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  return /(?:^|;\s*)zitadel\.useragent=([\w-]{43})(?:;|$)/.exec(cookie)?.[1];
}

function hostOf({ host = '' }: IncomingHttpHeaders): string {
  return host.replace(/:\d+$/, '');
}

/** What an endpoint of OAuth says of an instance that is not there: without the inner error, but for a host that is not trusted. */
function withoutCause(text: string): string {
  return text.replace(/ Parent=\(unable to get instance by host:.*?Message=Errors\.(?:IAM\.NotFound|Internal)( Parent=\(.*\))?\)$/, '$1');
}

function instanceOrRefusal(find: () => InstanceRecord): InstanceRecord | StatusError {
  try {
    return find();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
}
