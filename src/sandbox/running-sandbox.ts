import { CliError } from '../errors.ts';
import type { HttpClient, HttpResponse } from '../http/client.ts';
import { TransportError } from '../http/transport-error.ts';
import { isRecord } from '../record.ts';
import type { Emptied } from './flowkiwi/tables.ts';
import type { RequestSummary } from './requests/request-document.ts';

/** A sandbox on this machine that answers has answered by then. */
const PATIENCE_MS = 2000;

/** A sandbox that may run at an origin of this machine. */
export interface RunningSandbox {
  readonly origin: string;
  /** What its controls ask for, as far as it is known. */
  readonly secret: string | undefined;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

/** Whether a sandbox runs there; another program may have the port, or none. Throws the reason of an abort. */
export async function isSandboxRunning(place: Omit<RunningSandbox, 'secret'>): Promise<boolean> {
  return (await whatRuns(place)) === 'sandbox';
}

/** What has the port; nothing, too, when it fails, as a sandbox does that has lost its data file. Throws the reason of an abort. */
export async function whatRuns({
  origin,
  http,
  signal,
}: Omit<RunningSandbox, 'secret'>): Promise<'sandbox' | 'another program' | 'nothing'> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const response = await http.send({ method: 'GET', url: new URL('/_sandbox/health', origin), headers: {}, once: true }, patience);
    if (response.status >= 500) return 'nothing';
    return answerOf(response)?.['status'] === 'ok' ? 'sandbox' : 'another program';
  } catch {
    signal.throwIfAborted();
    return 'nothing';
  }
}

/** Deletes the organizations and instances of the sandbox that runs there. Throws `auth` for a wrong secret, and `unavailable` when it does not do so. */
export async function emptyRunningSandbox(sandbox: RunningSandbox): Promise<Emptied> {
  const hint = 'stop it, and reset its data file with --data FILE';
  const { status, answer } = await control(sandbox, { method: 'POST', path: 'reset', hint });
  const { organizations, instances } = answer ?? {};
  if (typeof organizations === 'number' && typeof instances === 'number') return { organizations, instances };
  throw new CliError('unavailable', `the sandbox ${sandbox.origin} did not say that it deleted anything (status ${status})`, { hint });
}

interface ControlCall {
  readonly method: 'GET' | 'POST';
  /** Beneath `/_sandbox/`. */
  readonly path: string;
  /** What helps when it does not answer. */
  readonly hint: string;
}

/** Calls a control. Throws `auth` when it wants another secret, and `unavailable` when it does not answer. */
async function control({ origin, secret, http, signal }: RunningSandbox, { method, path, hint }: ControlCall) {
  const headers = { 'content-type': 'application/json', ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }) };
  const url = new URL(`/_sandbox/${path}`, origin);
  const body = method === 'POST' ? '{}' : undefined;
  const response = await http.send({ method, url, headers, body }, signal).catch((error) => {
    if (!(error instanceof TransportError)) throw error;
    throw new CliError('unavailable', `the sandbox ${origin} does not answer: ${error.message}`, { hint, cause: error });
  });
  if (response.status !== 401) return { status: response.status, answer: answerOf(response), detail: detailOf(response) };
  throw new CliError('auth', `the sandbox ${origin} is not controlled by you: its secret is not in your configuration folder`, {
    hint: 'use the user and the FLOWKIWI_CONFIG_DIR that it was started with, or give its secret in FLOWKIWI_SANDBOX_SECRET',
    status: response.status,
  });
}

/** What a sandbox says of itself. */
export interface SandboxReport {
  /** Its data file; null when everything is in memory. */
  readonly data: string | null;
  readonly startedAt: string;
  /** Whether everybody can use its controls. */
  readonly isOpen: boolean;
  /** How many there are of both providers. */
  readonly organizations: number;
  readonly instances: number;
  /** How many it was sent since it was started, without those of its controls. */
  readonly requests: number;
}

/** Asks the sandbox that runs there how it does. Throws as `emptyRunningSandbox`. */
export async function reportOf(sandbox: RunningSandbox): Promise<SandboxReport> {
  const hint = 'stop it, and start it again';
  const { status, answer = {} } = await control(sandbox, { method: 'GET', path: 'status', hint });
  const { data, started_at: startedAt, controls, organizations, instances, requests } = answer;
  const isNamed = (data === null || typeof data === 'string') && typeof startedAt === 'string';
  if (isNamed && typeof organizations === 'number' && typeof instances === 'number' && typeof requests === 'number') {
    return { data, startedAt, isOpen: controls === 'open', organizations, instances, requests };
  }
  throw new CliError('unavailable', `the sandbox ${sandbox.origin} does not say how it does (status ${status})`, {
    hint: 'another version of flowkiwi may have started it: stop it, and start it again',
  });
}

/** Which of the latest requests are asked for, as the query of `/_sandbox/requests` says it. */
export type RequestFilter = Readonly<Record<string, string>>;

/** Requests that a sandbox was sent: each with its line, and with all that it says of it. */
export interface SandboxRequests {
  readonly requests: readonly (RequestSummary & Readonly<Record<string, unknown>>)[];
  /** For the filter `after`, to get the later ones. */
  readonly last: number;
}

/** Asks the sandbox that runs there for requests, the oldest first. Throws `usage` for a filter that it does not take, and as `emptyRunningSandbox`. */
export async function requestsOf(sandbox: RunningSandbox, filter: RequestFilter): Promise<SandboxRequests> {
  const path = `requests?${new URLSearchParams(filter)}`;
  const { status, answer = {}, detail } = await control(sandbox, { method: 'GET', path, hint: 'look whether it still runs' });
  if ((status === 400 || status === 422) && detail !== undefined) throw new CliError('usage', detail, { status });
  const { requests, last } = answer;
  if (Array.isArray(requests) && typeof last === 'number') return { requests: requests.flatMap((entry) => readRequest(entry) ?? []), last };
  throw new CliError('unavailable', `the sandbox ${sandbox.origin} does not say what it was sent (status ${status})`, {
    hint: 'another version of flowkiwi may have started it: stop it, and start it again',
  });
}

function readRequest(entry: unknown): SandboxRequests['requests'][number] | undefined {
  if (!isRecord(entry)) return undefined;
  const { number, time, method, path, status, duration_ms } = entry;
  if (typeof number !== 'number' || typeof time !== 'string' || typeof method !== 'string' || typeof path !== 'string') return undefined;
  if ((status !== null && typeof status !== 'number') || typeof duration_ms !== 'number') return undefined;
  return { ...entry, number, time, method, path, status, duration_ms };
}

/** What a control says of a refusal. */
function detailOf({ body }: HttpResponse): string | undefined {
  const detail = objectIn(body)?.['detail'];
  return typeof detail === 'string' ? detail : undefined;
}

/** The JSON object of an answer of success. */
function answerOf({ status, body }: HttpResponse): Readonly<Record<string, unknown>> | undefined {
  return status === 200 ? objectIn(body) : undefined;
}

function objectIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return isRecord(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}
