import { unlinkSync } from 'node:fs';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { configDirectory } from '../../files/locations.ts';
import { flowkiwi } from '../../hint.ts';
import type { Messages } from '../../output/messages.ts';
import type { RequestSummary } from '../../sandbox/requests/request-document.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import type { StoreFailure } from '../../sandbox/store-failure.ts';
import { SANDBOX_PORT } from '../../well-known.ts';
import { MANIFEST_OPTIONS } from '../apply/manifest-options.ts';
import { defineCommand, type OptionValues } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { flag, integer, text } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { behaviourOf, behaviourOptions, defaultDataFile, openControls, reportFailureTo, reportStoreFailureTo } from './sandbox-options.ts';
import type { SecretFile } from './secret-file.ts';

const SEED = 'What is in it from the start:';

/** Each under the heading of --seed. */
const seedOptions = {
  format: { ...MANIFEST_OPTIONS.format, group: SEED },
  map: { ...MANIFEST_OPTIONS.map, group: SEED },
  groupByName: { ...MANIFEST_OPTIONS.groupByName, group: SEED },
};

export const sandboxStart = defineCommand({
  name: 'start',
  summary: 'run a sign-in server and the Identity API on this machine, until Ctrl-C',
  description:
    'Runs the sandbox: a real OpenID provider, the Flowkiwi Identity API and the APIs of ZITADEL, on a real database, on this machine only. ' +
    'The profiles named sandbox and sandbox-zitadel point at it; with another port, FLOWKIWI_URL does.',
  options: {
    port: integer('--port <port>', { min: 0, max: 65_535 }, `port to listen on, 0 for a free one (default: ${SANDBOX_PORT})`),
    host: text('--host <host>', 'setting', 'loopback address to listen on (default: 127.0.0.1)'),
    data: text('--data <file>', 'path', "database file (default: sandbox.db in the user's state folder)"),
    memory: flag('--memory', 'keep everything in memory, and forget it at the end'),
    autoApprove: flag('--auto-approve', 'approve every sign-in at once as jane@acme.example, without a page'),
    seed: { ...text('--seed <file>', 'path', 'have the organizations of a manifest of apply, where they are missing'), group: SEED },
    ...seedOptions,
    log: flag('--log', 'print a line on stderr for each request'),
    readyFile: text('--ready-file <file>', 'path', 'write the address into this file when it is ready, and remove it at the end'),
    openControls,
    ...behaviourOptions,
  },
  examples: ['flowkiwi sandbox start', "flowkiwi sandbox start --memory --port 9000 --latency 200 --fault 'POST /api/organizations=503x2'"],
  exits: ['invalid', 'conflict', 'unavailable', 'interrupted', 'terminated'],
  data: both(() => objectWith({ url: 'string' })),
  effect: 'changes',
  org: both('ignored'),
}).run(
  both(async (context, { options }) => {
    const { port, host, data, memory, autoApprove, readyFile } = options;
    const { edges, messages, printer } = context;
    if (memory && data !== undefined) throw new CliError('usage', '--memory and --data exclude each other', { hint: 'give one of them' });
    const [{ startSandbox }, { newControlSecret }] = await Promise.all([
      import('../../sandbox/server.ts'),
      import('../../sandbox/control-secret.ts'),
    ]);
    // What a sandbox that was killed has left would be taken for this one.
    if (readyFile !== undefined) removeReadyFile(readyFile);
    const secret = options.openControls ? undefined : newControlSecret();
    if (options.seed === undefined) checkSeedOptions(options);
    const seed = options.seed === undefined ? undefined : await (await import('./seed.ts')).seedFrom(context, options.seed, options);
    const path = memory ? undefined : (data ?? defaultDataFile(edges));
    const sandbox = await startSandbox({
      host: host ?? '127.0.0.1',
      port: port ?? SANDBOX_PORT,
      data: path,
      secret,
      autoApprove,
      seed,
      clock: edges.clock,
      onRequest: options.log ? (request) => void messages.always([requestLine(request)]) : undefined,
      onError: reportFailureTo(context),
      onStoreFailure: reportStoreFailureTo(context),
      ...behaviourOf(options),
    });
    const shared = await secretShared(context, sandbox, secret);
    // It takes a moment to make a key, and only ZITADEL's system API needs it.
    const isShared = keyShared(context, sandbox);
    try {
      if (readyFile !== undefined) await writeReadyFile(readyFile, sandbox.url);
      await printer.value({ url: sandbox.url }, [sandbox.url]);
      // The profile that is meant for sandboxes, wherever this one is: the session of another profile stays.
      const env = sandbox.url === `http://127.0.0.1:${SANDBOX_PORT}` ? {} : { FLOWKIWI_URL: sandbox.url };
      await messages.success(`The sandbox runs at ${sandbox.url} until Ctrl-C; the command sandbox open shows what happens in it`);
      await messages.next({ ...flowkiwi('--profile', 'sandbox', 'login'), env });
      return await untilInterrupted(edges.interruption);
    } finally {
      shared.remove();
      if (readyFile !== undefined) removeReadyFile(readyFile);
      await isShared;
      await sandbox.close();
      await sayWhatIsKept(messages, path, sandbox.lost());
    }
  }),
);

/** Throws `usage` for options that say how a manifest is read, where there is none. */
function checkSeedOptions({ format, map, groupByName }: OptionValues<typeof MANIFEST_OPTIONS>): void {
  if (format === undefined && map.length === 0 && !groupByName) return;
  throw new CliError('usage', '--format, --map and --group-by-name say how the file of --seed is read', { hint: 'add --seed FILE' });
}

/** `12:30:05 POST /api/organizations 201 3.1 ms` */
function requestLine({ time, method, path, status, duration_ms }: RequestSummary): string {
  return `${time.slice(11, 19)} ${method} ${path} ${status ?? 'cut'} ${duration_ms} ms`;
}

/** It is whole when it is there. Throws `invalid`. */
async function writeReadyFile(path: string, url: string): Promise<void> {
  const [{ replacePrivateFile }, { fileFailure }] = await Promise.all([
    import('../../files/private-file.ts'),
    import('../../storage/file-failure.ts'),
  ]);
  try {
    replacePrivateFile(path, `${url}\n`);
  } catch (error) {
    throw fileFailure(error, path, 'write');
  }
}

/** Never throws: where it cannot be removed, it cannot be written either. */
function removeReadyFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is not there, or what is there stays.
  }
}

/**
 * Lets the other commands of this user control the sandbox, and nobody else. A sandbox is as good for everything else where that cannot be.
 * Never rejects.
 */
async function secretShared(
  { edges, messages }: Context,
  { url }: Sandbox,
  secret: string | undefined,
): Promise<Pick<SecretFile, 'remove'>> {
  const { secretFile } = await import('./secret-file.ts');
  const file = secretFile(configDirectory(edges), url);
  try {
    if (secret === undefined) file.remove();
    else file.write(secret);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await messages.warning(`no other command can control this sandbox or open its page (--open-controls lets everybody do so): ${reason}`);
  }
  return file;
}

/** A sandbox without it is as good for everything else. Never rejects. */
async function keyShared({ edges, messages }: Context, sandbox: Sandbox): Promise<void> {
  try {
    const { shareSystemUserKey } = await import('./system-user-key.ts');
    await shareSystemUserKey(sandbox, configDirectory(edges));
  } catch (error) {
    await messages.warning(`the profile sandbox-zitadel has no key for instances: ${error instanceof Error ? error.message : error}`);
  }
}

/** Throws `unavailable`, in place of the signal that has ended the sandbox, when its file was not its own any more. */
async function sayWhatIsKept(messages: Messages, path: string | undefined, loss: StoreFailure | undefined): Promise<void> {
  if (loss) {
    const hint = 'start it again, with another --data FILE if other programs use this one';
    throw new CliError('unavailable', loss.message, { hint, isSaidAtEnd: true, cause: loss });
  }
  await messages.notice(`The sandbox has closed; ${path === undefined ? 'what was in it is gone' : `its data is kept in ${path}`}`);
}

function untilInterrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
