import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { configDirectory } from '../../files/locations.ts';
import { flowkiwi } from '../../hint.ts';
import { isLoopback } from '../../http/loopback.ts';
import type { RunningSandbox } from '../../sandbox/running-sandbox.ts';
import { SANDBOX_PORT } from '../../well-known.ts';
import { integer } from '../kit/option.ts';
import { secretFile } from './secret-file.ts';

/** Which of the sandboxes that run is meant. */
export const port = integer('--port <port>', { min: 1, max: 65_535 }, `the sandbox that runs on that port (default: ${SANDBOX_PORT})`);

/**
 * The sandbox on a port of this machine, whether it runs or not, with its secret where that is known: from its file, else from the environment.
 * Without a port, it is the one of `sandbox exec` around this command, else the one at the usual port. Throws `invalid` for a secret file that
 * cannot be read.
 */
export function sandboxAt(context: Context, chosen: number | undefined): RunningSandbox {
  const { edges, http, holdSecret } = context;
  const { env, interruption: signal } = edges;
  const origin = (chosen === undefined ? surroundingSandbox(env) : undefined) ?? `http://127.0.0.1:${chosen ?? SANDBOX_PORT}`;
  const secret = secretFile(configDirectory(edges), origin).read() ?? (env['FLOWKIWI_SANDBOX_SECRET'] || undefined);
  if (secret !== undefined) holdSecret(secret);
  return { origin, secret, http, signal };
}

/** The same, which runs. Throws `not_found` when none does. */
export async function runningSandboxAt(context: Context, chosen: number | undefined): Promise<RunningSandbox> {
  const sandbox = sandboxAt(context, chosen);
  const { isSandboxRunning } = await import('../../sandbox/running-sandbox.ts');
  if (await isSandboxRunning(sandbox)) return sandbox;
  throw notRunning(sandbox.origin);
}

/** There is no sandbox at an origin of this machine. */
export function notRunning(origin: string): CliError {
  const { port: place } = new URL(origin);
  const more = place === String(SANDBOX_PORT) ? [] : ['--port', place];
  return new CliError('not_found', `no sandbox runs on port ${place}`, { hint: { command: flowkiwi('sandbox', 'start', ...more) } });
}

/** The origin of a sandbox that this command was told both the address and the secret of. */
function surroundingSandbox(env: Context['edges']['env']): string | undefined {
  const url = env['FLOWKIWI_SANDBOX_SECRET'] ? env['FLOWKIWI_URL'] : undefined;
  return url !== undefined && URL.canParse(url) && isLoopback(new URL(url)) ? new URL(url).origin : undefined;
}
