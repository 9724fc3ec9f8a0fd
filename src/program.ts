import { commandsAmong, everyCommand } from './commands/index.ts';
import { withoutAliases } from './commands/kit/aliases.ts';
import type { Command } from './commands/kit/command.ts';
import { commandLineText } from './commands/kit/command-line-text.ts';
import { checkGithubOutputs } from './commands/kit/github-output.ts';
import type { GithubOutputFile } from './commands/kit/github-output-file.ts';
import { readGlobalOptions } from './commands/kit/global-options.ts';
import { type AskedText, noCommand, parse, parseCalled, wantedColour, wantedJq, wantedProfile, wantsJson } from './commands/kit/parser.ts';
import type { Context } from './context/context.ts';
import { tidyEnvironment } from './context/environment-variables.ts';
import type { GlobalOptions } from './context/global-options.ts';
import type { Edges, Output } from './edges.ts';
import { type CliError, type ErrorCode, EXIT_STATUS, isCliError } from './errors.ts';
import { helpWith } from './hint.ts';
import { machineFault } from './machine-fault.ts';
import { createActivity, type TerminalActivity } from './output/activity.ts';
import type { JqFilter } from './output/jq-filter.ts';
import type { Messages } from './output/messages.ts';
import { terminalOutput } from './output/terminal-output.ts';

/** How long a command may take to tidy up after a signal. A second signal does not wait. */
const TIDY_UP_MS = 5_000;

/**
 * Runs the command in `edges.argv` and resolves to its exit status. Every failure is printed here, and nowhere else.
 * Never throws, never exits.
 */
export async function runProgram(real: Edges, version: string): Promise<number> {
  const activity = createActivity(real);
  const throughDoor = (output: Output) => activity.before(terminalOutput(output));
  const edges = { ...real, stdout: throughDoor(real.stdout), stderr: throughDoor(real.stderr) };
  const reporting: Reporting = { messages: undefined, debug: false };
  const work = run(edges, { version, activity }, reporting);
  try {
    // A command that is done when the signal comes is done.
    return await Promise.race([work, interrupted(edges, activity, work)]);
  } catch (thrown) {
    return report(edges, reporting, edges.interruption.aborted ? interruptionError(edges.interruption.reason, thrown) : thrown);
  } finally {
    activity.end();
  }
}

/** The interruption wins over what it broke, but not over an error that says more about it. */
function interruptionError(reason: unknown, thrown: unknown): unknown {
  return isCliError(reason) && isCliError(thrown) && (thrown.code === reason.code || thrown.isSaidAtEnd) ? thrown : reason;
}

/** How a failure is to be reported, as far as the command line could be read. */
interface Reporting {
  messages: Messages | undefined;
  debug: boolean;
}

/** What a run has beside its edges. */
interface Running {
  readonly version: string;
  readonly activity: TerminalActivity;
}

async function run(edges: Edges, running: Running, reporting: Reporting): Promise<number> {
  const { version, activity } = running;
  const { env, stderr } = edges;
  const argv = withoutAliases(edges.argv);
  const parsed = parseCalled(argv, { ...(await commandsAmong(argv)), version }) ?? parse(argv, { ...(await everyCommand()), version });
  if (parsed.kind === 'text') {
    // As data it cannot be taken for an id.
    const jq = wantedJq(argv);
    if (parsed.about === 'help' && (jq !== undefined || wantsJson(argv))) {
      const form = [jq === undefined ? [] : `--jq=${jq}`, wantsJson(argv) ? '--json' : []].flat();
      return run({ ...edges, argv: ['help', ...parsed.path, ...form] }, running, reporting);
    }
    await writeText(edges, parsed);
    return 0;
  }
  if (parsed.kind === 'nothing') {
    // A person who types the name alone wants to know what there is; a script whose command is missing has a mistake.
    if (wantsJson(argv)) throw noCommand();
    await stderr.write(parsed.text);
    return EXIT_STATUS.usage;
  }
  const { command } = parsed;
  const { raw, args, changes } = commandLineText(command, parsed.raw, parsed.args);
  const tidy = tidyEnvironment(env);
  const options = readGlobalOptions(raw, tidy.env);
  const { createContext } = await import('./context/context.ts');
  const effect = command.effectOf(raw, args);
  const filter = await jqFilter(edges, options, () => context.budget.leftMs());
  const inner = { ...edges, env: tidy.env, stdout: filter?.input ?? edges.stdout };
  const context: Context = createContext({ edges: inner, options, version, effect, activity });
  reporting.messages = context.messages;
  reporting.debug = options.debug;
  let outputs: GithubOutputFile | undefined;
  try {
    await filter?.check();
    for (const change of [...changes, ...tidy.changes]) await context.messages.change(change);
    outputs = await githubOutputFile(edges, command, options);
    const result = await command.invoke(context, raw, args);
    await result.print?.(context.printer);
    const unfiltered = await filter?.finish();
    const failure = (await outputs?.append(result.resource)) ?? result.failure ?? unfiltered;
    if (failure === undefined) await context.reportFindings();
    if (result.success !== undefined) await context.messages.success(result.success);
    if (result.next !== undefined) await context.messages.next(result.next);
    if (failure !== undefined) throw failure;
    return result.exitStatus ?? 0;
  } catch (thrown) {
    // What was printed before comes through all the same.
    await filter?.finish().catch(() => undefined);
    throw thrown;
  } finally {
    await outputs?.close();
    // The end of the process closes connections faster than we can, and comes first.
    setImmediate(() => void context.close());
  }
}

/** What `--jq` sends the result through, loaded only then. */
async function jqFilter(edges: Edges, { jq, color: flag }: GlobalOptions, leftMs: () => number | undefined): Promise<JqFilter | undefined> {
  if (jq === undefined) return undefined;
  const [{ createJqFilter }, { colourLevel, createPalette }] = await Promise.all([
    import('./output/jq-filter.ts'),
    import('./output/colour.ts'),
  ]);
  const { env, stdout } = edges;
  const level = stdout.isTerminal || flag === 'always' ? colourLevel({ env, isTerminal: stdout.isTerminal, flag }) : 0;
  const palette = level === 0 ? undefined : createPalette(level);
  return createJqFilter({ edges, expression: jq, palette, leftMs });
}

/** Where outputs of a step go, when there are any. It is opened before the command does anything. */
async function githubOutputFile(edges: Edges, command: Command, { githubOutputs }: GlobalOptions): Promise<GithubOutputFile | undefined> {
  if (githubOutputs.length === 0) return undefined;
  checkGithubOutputs(command, githubOutputs);
  const { openGithubOutput } = await import('./commands/kit/github-output-file.ts');
  return openGithubOutput(edges, githubOutputs);
}

/** A script that gives `--help` for the name of something would take the text for an id: on stdout it comes to a person, or to who asks for nothing else. */
async function writeText(edges: Edges, { about, text, path, isLast }: AskedText): Promise<void> {
  const { env, platform, stdout, stderr } = edges;
  if (path.length === 0 || (isLast && stdout.isTerminal)) return stdout.write(text);
  if (about === 'version' || stdout.isTerminal) return stderr.write(text);
  const { hintText, shellOf } = await import('./output/command-text.ts');
  const way = hintText(helpWith('On standard output', 'help', ...path), { shell: shellOf(env, platform), profile: undefined });
  await stderr.write(`${text}\n${way}\n`);
}

/** Rejects when a signal came and the command had time to end by itself. */
function interrupted(edges: Edges, activity: TerminalActivity, work: Promise<unknown>): Promise<never> {
  const { interruption, clock, stderr } = edges;
  return new Promise((_, reject) => {
    const stop = () => {
      // The terminal has written ^C, and the cursor stands behind it, unless both went with what was being done.
      const wasDrawn = activity.end();
      if (!wasDrawn && isByHand(edges, interruption.reason)) void stderr.write('\n');
      const giveUp = () => reject(interruption.reason);
      void Promise.race([work, clock.sleep(TIDY_UP_MS)]).then(giveUp, giveUp);
    };
    if (interruption.aborted) stop();
    interruption.addEventListener('abort', stop, { once: true });
  });
}

async function report({ argv, env, platform, stderr }: Edges, { messages, debug }: Reporting, thrown: unknown): Promise<number> {
  const error = await asCliError(thrown);
  if (isByHand({ argv, stderr }, error)) return error.exitStatus;
  if (debug && thrown instanceof Error && error.code === 'internal') {
    const { redactText } = await import('./http/redact-by-name.ts');
    await stderr.write(`${redactText(thrown.stack ?? '')}\n`);
  }
  if (messages) {
    await messages.error(error);
  } else {
    const [{ createMessages }, { colourLevel }, { shellOf }] = await Promise.all([
      import('./output/messages.ts'),
      import('./output/colour.ts'),
      import('./output/command-text.ts'),
    ]);
    const commands = { shell: shellOf(env, platform), profile: wantedProfile(argv) };
    const colour = colourLevel({ env, isTerminal: stderr.isTerminal, flag: wantedColour(argv) });
    await createMessages({ stderr, colour, json: wantsJson(argv), quiet: false, commands }).error(error);
  }
  return error.exitStatus;
}

/** What is thrown is a fault of the machine, or a bug of ours. */
async function asCliError(thrown: unknown): Promise<CliError> {
  if (isCliError(thrown)) return thrown;
  return machineFault(thrown) ?? (await import('./http/redact-by-name.ts')).internalError(thrown);
}

/** How a command ends that a person at the terminal has ended. */
const BY_HAND: ReadonlySet<ErrorCode> = new Set(['hangup', 'interrupted', 'quit']);

/** Whether a person at the terminal has ended the command, and needs not be told. */
function isByHand({ argv, stderr }: Pick<Edges, 'argv' | 'stderr'>, error: unknown): boolean {
  return isCliError(error) && BY_HAND.has(error.code) && error.hint === undefined && stderr.isTerminal && !wantsJson(argv);
}
