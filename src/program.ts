import { readGlobalOptions } from './commands/global-options.ts';
import { COMMANDS, GROUPS } from './commands/index.ts';
import { parse } from './commands/parser.ts';
import { wantsJson } from './commands/wants-json.ts';
import type { Edges } from './edges.ts';
import { CliError, isCliError } from './errors.ts';
import { redactText } from './http/redact.ts';
import { colourLevel } from './output/colour.ts';
import { createMessages, type Messages } from './output/messages.ts';

/** How long a command may take to tidy up after a signal. A second signal does not wait. */
const TIDY_UP_MS = 5_000;

/**
 * Runs the command in `edges.argv` and resolves to its exit status. Every failure is printed here, and nowhere else.
 * Never throws, never exits.
 */
export async function runProgram(edges: Edges, version: string): Promise<number> {
  const reporting: Reporting = { messages: undefined, debug: false };
  const work = run(edges, version, reporting);
  try {
    await Promise.race([work, interrupted(edges, work)]);
    edges.interruption.throwIfAborted();
    return 0;
  } catch (thrown) {
    const error = edges.interruption.aborted ? edges.interruption.reason : thrown;
    return report(edges, reporting, error);
  }
}

/** How a failure is to be reported, as far as the command line could be read. */
interface Reporting {
  messages: Messages | undefined;
  debug: boolean;
}

async function run(edges: Edges, version: string, reporting: Reporting): Promise<void> {
  const { argv, env, stdout } = edges;
  const parsed = parse(argv, { groups: GROUPS, commands: COMMANDS, version });
  if (parsed.kind === 'text') return stdout.write(parsed.text);
  const { command, raw, args } = parsed;
  const options = readGlobalOptions(raw, env);
  const { createContext } = await import('./context/context.ts');
  const context = createContext({ edges, options, version });
  reporting.messages = context.messages;
  reporting.debug = options.debug;
  try {
    const result = await command.invoke(context, raw, args);
    await result.print?.(context.printer);
    if (result.success !== undefined) await context.messages.success(result.success);
    if (result.next !== undefined) await context.messages.next(result.next);
    if (result.failure !== undefined) throw result.failure;
  } finally {
    await context.close();
  }
}

/** Rejects when a signal came and the command had time to end by itself. */
function interrupted({ interruption, clock }: Edges, work: Promise<void>): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => {
      const giveUp = () => reject(interruption.reason);
      void Promise.race([work, clock.sleep(TIDY_UP_MS)]).then(giveUp, giveUp);
    };
    if (interruption.aborted) stop();
    interruption.addEventListener('abort', stop, { once: true });
  });
}

async function report({ argv, env, stderr }: Edges, { messages, debug }: Reporting, thrown: unknown): Promise<number> {
  const error = isCliError(thrown) ? thrown : internalError(thrown);
  const colour = colourLevel({ env, isTerminal: stderr.isTerminal, flag: 'auto' });
  const fallback = () => createMessages({ stderr, colour, json: wantsJson(argv), quiet: false });
  if (debug && thrown instanceof Error && error.code === 'internal') await stderr.write(`${redactText(thrown.stack ?? '')}\n`);
  await (messages ?? fallback()).error(error);
  return error.exitStatus;
}

function internalError(thrown: unknown): CliError {
  const message = redactText(thrown instanceof Error ? thrown.message : String(thrown));
  return new CliError('internal', `something went wrong inside flowkiwi: ${message}`, {
    hint: 'this is a bug of flowkiwi; run the command with --debug and report what it shows',
    cause: thrown,
  });
}
