import { CliError } from '../errors.ts';
import type { HttpClient, HttpResponse } from '../http/client.ts';
import { TransportError } from '../http/transport-error.ts';
import { isRecord } from '../record.ts';
import type { Emptied } from './flowkiwi/tables.ts';

/** A sandbox on this machine that answers has answered by then. */
const PATIENCE_MS = 2000;

/** A sandbox that may run at an origin of this machine. */
export interface RunningSandbox {
  readonly origin: string;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

/** Whether a sandbox runs there; another program may have the port, or none. Throws the reason of an abort. */
export async function isSandboxRunning({ origin, http, signal }: RunningSandbox): Promise<boolean> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const response = await http.send({ method: 'GET', url: new URL('/_sandbox/health', origin), headers: {}, once: true }, patience);
    return answerOf(response)?.['status'] === 'ok';
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** Deletes the organizations and instances of the sandbox that runs there. Throws `unavailable` when it does not do so. */
export async function emptyRunningSandbox({ origin, http, signal }: RunningSandbox): Promise<Emptied> {
  const hint = 'stop it, and reset its data file with --data FILE';
  const headers = { 'content-type': 'application/json' };
  const url = new URL('/_sandbox/reset', origin);
  const response = await http.send({ method: 'POST', url, headers, body: '{}' }, signal).catch((error) => {
    if (!(error instanceof TransportError)) throw error;
    throw new CliError('unavailable', `the sandbox ${origin} does not answer: ${error.message}`, { hint, cause: error });
  });
  const { organizations, instances } = answerOf(response) ?? {};
  if (typeof organizations === 'number' && typeof instances === 'number') return { organizations, instances };
  throw new CliError('unavailable', `the sandbox ${origin} did not say that it deleted anything (status ${response.status})`, { hint });
}

/** The JSON object of an answer of success. */
function answerOf({ status, body }: HttpResponse): Readonly<Record<string, unknown>> | undefined {
  if (status !== 200) return undefined;
  try {
    const answer: unknown = JSON.parse(body);
    return isRecord(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}
