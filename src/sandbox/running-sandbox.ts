import { CliError } from '../errors.ts';
import { isRecord } from '../record.ts';
import type { Emptied } from './flowkiwi/tables.ts';

/** A sandbox on this machine that answers has answered by then. */
const PATIENCE_MS = 2000;

/** Whether a sandbox runs at that origin of this machine; another program may have the port, or none. Throws the reason of an abort. */
export async function isSandboxRunning(origin: string, signal: AbortSignal): Promise<boolean> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const response = await fetch(new URL('/_sandbox/health', origin), { redirect: 'error', signal: patience });
    const answer: unknown = await response.json();
    return response.ok && isRecord(answer) && answer['status'] === 'ok';
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** Deletes the organizations and instances of the sandbox that runs there. Throws `unavailable` when it does not do so. */
export async function emptyRunningSandbox(origin: string, signal: AbortSignal): Promise<Emptied> {
  const hint = 'stop it, and reset its data file with --data FILE';
  try {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}', signal };
    const response = await fetch(new URL('/_sandbox/reset', origin), request);
    const answer: unknown = await response.json();
    if (response.ok && isRecord(answer)) return { organizations: Number(answer['organizations']), instances: Number(answer['instances']) };
    throw new CliError('unavailable', `the sandbox ${origin} did not delete anything (status ${response.status})`, { hint });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CliError) throw error;
    throw new CliError('unavailable', `the sandbox ${origin} does not answer`, { hint, cause: error });
  }
}
