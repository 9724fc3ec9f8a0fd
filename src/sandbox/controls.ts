import type { IncomingMessage, ServerResponse } from 'node:http';
import { isCliError } from '../errors.ts';
import { CHALLENGE, SECRET_NEEDED, showsSecret } from './control-secret.ts';
import { behaviourControls } from './controls/behaviour-controls.ts';
import { email } from './controls/body-values.ts';
import type { Control, ControlsOptions, Result, Visit } from './controls/control.ts';
import { flowkiwiControls } from './controls/flowkiwi-controls.ts';
import { zitadelControls } from './controls/zitadel-controls.ts';
import { countMade, emptySandbox } from './emptying.ts';
import { ApiError, unavailable } from './flowkiwi/api-error.ts';
import { type Document, decodeBody, readBody } from './flowkiwi/request-body.ts';
import { isFromOtherOrigin } from './host-guard.ts';
import { requestDocument, requestSummary } from './requests/request-document.ts';
import type { LoggedRequest } from './requests/request-log.ts';
import { findRequests, readRequestQuery } from './requests/request-query.ts';
import { readState } from './state.ts';
import { StoreFailure } from './store-failure.ts';

export type Controls = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const CONTROLS: readonly Control[] = [
  { method: 'GET', path: /^\/_sandbox\/health$/, isOpen: true, run: () => ({ status: 200, document: { status: 'ok' } }) },
  { method: 'GET', path: /^\/_sandbox\/status$/, run: showStatus },
  { method: 'GET', path: /^\/_sandbox\/requests$/, run: showRequests },
  { method: 'GET', path: /^\/_sandbox\/state$/, run: ({ database }) => ({ status: 200, document: readState(database) }) },
  {
    method: 'POST',
    path: /^\/_sandbox\/tokens$/,
    attributes: ['email'],
    run: ({ issueAccessToken }, _, body) => ({ status: 201, document: { access_token: issueAccessToken(email(body)) } }),
  },
  {
    method: 'POST',
    path: /^\/_sandbox\/reset$/,
    run: ({ database }) => ({ status: 200, document: { ...emptySandbox(database) } }),
  },
  { method: 'POST', path: /^\/_sandbox\/machines$/, attributes: ['name', 'key_type'], run: makeMachine },
  { method: 'GET', path: /^\/_sandbox\/ci\/token$/, isOpen: true, run: showCiToken },
  ...behaviourControls,
  ...flowkiwiControls,
  ...zitadelControls,
];

/**
 * What the documented API has no calls for: tokens without a sign-in, machine identities, members, authorized organizations, starting
 * afresh, misbehaving. They ask for the secret, which other users of the machine and pages of other origins do not have. Where it is not
 * asked for, they refuse what such a page could send: a POST must be `application/json`, which a page cannot send to another origin, and an
 * `Origin` must be the sandbox's own.
 */
export function createControls(options: ControlsOptions): Controls {
  return async (request, response) => {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const { status, document } = await perform({ request, left: left.signal }, options);
    const text = JSON.stringify(document);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(status === 401 ? CHALLENGE : {}),
    });
    response.end(text);
  };
}

async function perform(visit: Visit, options: ControlsOptions): Promise<Result> {
  const { request } = visit;
  try {
    const raw = await readBody(request);
    const [path = ''] = (request.url ?? '').split('?', 1);
    const candidates = CONTROLS.filter((candidate) => candidate.path.test(path));
    refuseForged(request, options.origin);
    const isOpen = candidates.some((candidate) => candidate.isOpen);
    if (!isOpen && !showsSecret(request, options.secret)) throw new ApiError(401, SECRET_NEEDED);
    if (candidates.length === 0) throw new ApiError(404, 'The sandbox has no such control.');
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const control = candidates.find((candidate) => candidate.method === method);
    if (!control) throw new ApiError(405, `Use ${candidates.map((candidate) => candidate.method).join(' or ')}.`);
    refuseForm(request);
    const body =
      method === 'GET' || method === 'DELETE'
        ? NO_BODY
        : decodeBody(raw?.length === 0 ? Buffer.from('{}') : raw, 'application/json', 'control');
    refuseUnknown(body, control);
    const result = await control.run(options, control.path.exec(path)?.[1] ?? '', body, visit);
    await options.database.durable();
    return result;
  } catch (thrown) {
    const error = refusalOf(thrown);
    if (!(error instanceof ApiError)) options.onError(error);
    const { status, message } = error instanceof ApiError ? error : new ApiError(500, 'Internal Server Error');
    return { status, document: { status, detail: message } };
  }
}

function refusalOf(thrown: unknown): unknown {
  if (thrown instanceof StoreFailure) return unavailable(thrown);
  return isCliError(thrown) ? new ApiError(422, thrown.message) : thrown;
}

const NO_BODY: Document = { names: [], text: () => undefined, value: () => undefined };

function refuseForged(request: IncomingMessage, origin: string): void {
  if (isFromOtherOrigin(request, origin)) throw new ApiError(403, 'Requests of other web pages are refused.');
}

function refuseForm({ method, headers }: IncomingMessage): void {
  const hasBody = method === 'POST' || method === 'PATCH';
  if (hasBody && !/^application\/(?:merge-patch\+)?json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) {
    throw new ApiError(403, 'Send the header "Content-Type: application/json".');
  }
}

/** A misspelled attribute would be missing from the effect, and nobody would know. */
function refuseUnknown({ names }: Document, { attributes = [] }: Control): void {
  const unknown = names.find((name) => !attributes.includes(name));
  if (unknown === undefined) return;
  throw new ApiError(400, `${unknown}: this control takes ${attributes.length === 0 ? 'nothing' : attributes.join(', ')}.`);
}

async function makeMachine({ database, origin }: ControlsOptions, _: string, body: Document): Promise<Result> {
  const name = body.text('name') ?? 'machine';
  if (!/^\P{Cc}{1,200}$/u.test(name)) throw new ApiError(422, 'name: 1 to 200 characters are needed.');
  const keyType = body.text('key_type') ?? 'rsa';
  if (keyType !== 'rsa' && keyType !== 'ec' && keyType !== 'ed25519') throw new ApiError(422, 'key_type: "rsa", "ec" or "ed25519".');
  const { createMachine } = await import('./oauth/machines/machine.ts');
  return { status: 201, document: { ...(await createMachine(database, { origin, name, keyType })) } };
}

async function showCiToken({ database, clock, origin }: ControlsOptions, _: string, __: Document, { request }: Visit): Promise<Result> {
  const [, requestToken = ''] = /^bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const audience = new URL(request.url ?? '', origin).searchParams.get('audience');
  const { issueCiToken } = await import('./oauth/machines/ci.ts');
  const answer = issueCiToken(database, { origin, requestToken, audience, now: clock.now() });
  if (answer === undefined) throw new ApiError(401, 'No job has that request token.');
  return { status: 200, document: { ...answer } };
}

function showStatus({ database, data, secret, startedAt, log }: ControlsOptions): Result {
  const controls = secret === undefined ? 'open' : 'secret';
  const started = { data: data ?? null, started_at: new Date(startedAt).toISOString(), controls };
  return { status: 200, document: { ...started, ...countMade(database), requests: log.count() } };
}

async function showRequests({ log, origin }: ControlsOptions, _: string, __: Document, { request, left }: Visit): Promise<Result> {
  const query = readRequestQuery(new URL(request.url ?? '', origin).searchParams);
  const show = (entry: LoggedRequest) => (query.isSummary ? requestSummary(entry) : requestDocument(entry, origin));
  return { status: 200, document: { ...(await findRequests(log, query, show, left)) } };
}
