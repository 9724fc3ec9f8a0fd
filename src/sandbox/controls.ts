import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../edges.ts';
import { isCliError } from '../errors.ts';
import { findOrCreateAccount, isEmailAddress } from './accounts.ts';
import { CHALLENGE, type ControlSecret, SECRET_NEEDED, showsSecret } from './control-secret.ts';
import type { Database } from './database.ts';
import { countMade, emptySandbox } from './emptying.ts';
import type { Faults } from './faults/faults.ts';
import { ApiError, unavailable } from './flowkiwi/api-error.ts';
import { memberDocument } from './flowkiwi/documents.ts';
import { authorizeOrganization, findInstance } from './flowkiwi/instance-store.ts';
import { findOrganization, putMember } from './flowkiwi/organization-store.ts';
import { type Document, decodeBody, readBody } from './flowkiwi/request-body.ts';
import { isFromOtherOrigin } from './host-guard.ts';
import type { RequestLog } from './requests/request-log.ts';
import { findRequests, readRequestQuery } from './requests/request-query.ts';
import { readState } from './state.ts';
import { StoreFailure } from './store-failure.ts';
import type { Switches } from './switches.ts';

export interface ControlsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly origin: string;
  readonly secret: ControlSecret;
  /** When the sandbox was started, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** The data file; undefined when everything is in memory. */
  readonly data: string | undefined;
  /** The latest requests, without those for controls. */
  readonly log: RequestLog;
  readonly issueAccessToken: (email: string) => string;
  readonly faults: Faults;
  readonly switches: {
    readonly current: () => Switches;
    /** Throws `usage` for one that is none. */
    readonly change: (texts: readonly string[]) => void;
  };
  /** Hears of failures that are answered with 500. */
  readonly onError: (error: unknown) => void;
}

export type Controls = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Result {
  readonly status: number;
  readonly document: Readonly<Record<string, unknown>>;
}

interface Visit {
  readonly request: IncomingMessage;
  /** Aborted when the client has gone. */
  readonly left: AbortSignal;
}

interface Control {
  readonly method: 'GET' | 'POST';
  /** Matches the path; its group is the id in it. */
  readonly path: RegExp;
  /** Whether it asks for no secret: it tells nothing, or asks for another one. */
  readonly isOpen?: true;
  /** What a body may hold, for a POST. */
  readonly attributes?: readonly string[];
  readonly run: (options: ControlsOptions, id: string, body: Document, visit: Visit) => Result | Promise<Result>;
}

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
  { method: 'GET', path: /^\/_sandbox\/faults$/, run: showFaults },
  {
    method: 'POST',
    path: /^\/_sandbox\/faults$/,
    attributes: ['rules', 'latency', 'rate', 'seed'],
    run: (options, _, body) => {
      const [rules, latencyMs, requestsPerSecond] = [textList(body, 'rules'), number(body, 'latency'), number(body, 'rate')];
      options.faults.change({ rules, latencyMs, requestsPerSecond, seed: number(body, 'seed') });
      return showFaults(options);
    },
  },
  { method: 'GET', path: /^\/_sandbox\/switches$/, run: showSwitches },
  {
    method: 'POST',
    path: /^\/_sandbox\/switches$/,
    attributes: ['switches'],
    run: (options, _, body) => {
      options.switches.change(textList(body, 'switches') ?? []);
      return showSwitches(options);
    },
  },
  { method: 'POST', path: /^\/_sandbox\/machines$/, attributes: ['name', 'key_type'], run: makeMachine },
  { method: 'GET', path: /^\/_sandbox\/ci\/token$/, isOpen: true, run: showCiToken },
  { method: 'POST', path: /^\/_sandbox\/zitadel\/members$/, attributes: ['email', 'roles', 'organization_id'], run: setZitadelMember },
  {
    method: 'POST',
    path: /^\/_sandbox\/zitadel\/system-users$/,
    attributes: ['name', 'public_key', 'instance_roles', 'system_roles'],
    run: addZitadelSystemUser,
  },
  { method: 'POST', path: /^\/_sandbox\/organizations\/([^/]+)\/members$/, attributes: ['email', 'role'], run: addMember },
  { method: 'POST', path: /^\/_sandbox\/instances\/([^/]+)\/authorized-organizations$/, attributes: ['organization_id'], run: authorize },
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
    const body = method === 'GET' ? NO_BODY : decodeBody(raw?.length === 0 ? Buffer.from('{}') : raw, 'application/json', 'control');
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
  if (method === 'POST' && !/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) {
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

async function setZitadelMember({ database, clock }: ControlsOptions, _: string, body: Document): Promise<Result> {
  const { setMember } = await import('./zitadel/controls.ts');
  const member = { email: email(body), roles: textList(body, 'roles') ?? [], organizationId: body.text('organization_id') };
  return { status: 201, document: setMember(database, member, clock.now()) };
}

async function addZitadelSystemUser({ database }: ControlsOptions, _: string, body: Document): Promise<Result> {
  const { addSystemUser } = await import('./zitadel/controls.ts');
  const [name, publicKey] = [body.text('name') ?? '', body.text('public_key') ?? ''];
  const [instanceRoles, systemRoles] = [textList(body, 'instance_roles') ?? [], textList(body, 'system_roles') ?? []];
  return { status: 201, document: addSystemUser(database, { name, publicKey, instanceRoles, systemRoles }) };
}

function addMember({ database, clock }: ControlsOptions, id: string, body: Document): Result {
  const role = body.text('role') ?? 'member';
  if (role !== 'owner' && role !== 'member') throw new ApiError(422, 'role: "owner" or "member".');
  const address = email(body);
  if (!findOrganization(database, id)) throw new ApiError(404, 'There is no such organization.');
  const joinedAt = clock.now();
  const account = findOrCreateAccount(database, address);
  putMember(database, id, account, role, joinedAt);
  return { status: 201, document: memberDocument({ account, role, joinedAt }, 'json') };
}

function authorize({ database }: ControlsOptions, id: string, body: Document): Result {
  const organizationId = body.text('organization_id') ?? '';
  if (!findInstance(database, id)) throw new ApiError(404, 'There is no such instance.');
  if (organizationId.includes('\0') || !findOrganization(database, organizationId)) {
    throw new ApiError(422, 'organization_id: there is no such organization.');
  }
  authorizeOrganization(database, id, organizationId);
  return { status: 201, document: { instance_id: id, organization_id: organizationId } };
}

function email(body: Document): string {
  const address = body.text('email') ?? '';
  if (!isEmailAddress(address)) throw new ApiError(422, 'email: an e-mail address is needed.');
  return address;
}

function showStatus({ database, data, secret, startedAt, log }: ControlsOptions): Result {
  const controls = secret === undefined ? 'open' : 'secret';
  const started = { data: data ?? null, started_at: new Date(startedAt).toISOString(), controls };
  return { status: 200, document: { ...started, ...countMade(database), requests: log.count() } };
}

async function showRequests({ log, origin }: ControlsOptions, _: string, __: Document, { request, left }: Visit): Promise<Result> {
  const query = readRequestQuery(new URL(request.url ?? '', origin).searchParams);
  return { status: 200, document: { ...(await findRequests(log, query, origin, left)) } };
}

function showFaults({ faults }: ControlsOptions): Result {
  return { status: 200, document: faults.describe() };
}

function showSwitches({ switches }: ControlsOptions): Result {
  return { status: 200, document: switches.current() };
}

function textList(body: Document, attribute: string): readonly string[] | undefined {
  const value = body.value(attribute);
  if (value === undefined) return undefined;
  const texts = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  if (!Array.isArray(value) || texts.length < value.length) throw new ApiError(422, `${attribute}: a list of texts is needed.`);
  return texts;
}

function number(body: Document, attribute: string): number | undefined {
  const value = body.value(attribute);
  if (value === undefined || typeof value === 'number') return value;
  throw new ApiError(422, `${attribute}: a number is needed.`);
}
