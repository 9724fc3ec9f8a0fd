import { setMaxListeners } from 'node:events';
import { describeHolder, type JournalOptions, peekJournal } from '../../apply/journal/journal.ts';
import { type KnownBefore, NOTHING_KNOWN } from '../../apply/known.ts';
import { checkManifest, type Manifest } from '../../apply/manifest/manifest.ts';
import type { RowSource } from '../../apply/manifest/row-source.ts';
import type { Plan } from '../../apply/plan.ts';
import { planEvent, plannedEvent } from '../../apply/plan-events.ts';
import { makePlan } from '../../apply/planner.ts';
import { parseRekey, type Rekeyed } from '../../apply/rekey.ts';
import { createPace } from '../../apply/run/pace.ts';
import { flowkiwiReader, type ServerReader } from '../../apply/server-facts.ts';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import type { Word } from '../../hint.ts';
import { terminalSafe } from '../../output/terminal-text.ts';
import type { Result } from '../kit/result.ts';
import type { ApplyOptions } from './apply-options.ts';
import { AT_ONCE, CHANGES, execute } from './execute.ts';
import { journalDirectory, principalOf, scopeOf } from './journal-place.ts';
import { planLines } from './plan-lines.ts';
import { resumeWords } from './resume.ts';
import { isSettling, settle, settledRecords, settleInMemory } from './settle.ts';
import { statusResult } from './status.ts';

/** What is to be planned and run. */
export interface Planned {
  readonly manifest: Manifest;
  /** Undefined for one customer who is named by options. */
  readonly source: RowSource | undefined;
  /** The folder of the journal; undefined where none is needed. */
  readonly directory: string | undefined;
  readonly options: ApplyOptions;
  /** The words of the command that goes on. */
  readonly resume: readonly Word[];
}

/** Checks a manifest, plans, and with `--dry-run` prints the plan; else runs it. */
export async function planAndRun(context: Context, source: RowSource, options: ApplyOptions): Promise<Result> {
  const manifest = await checkManifest(source, { groupByName: options.groupByName });
  await context.messages.change({ notice: manifest.notice, warning: undefined });
  // A plan of standard input may be made of nothing but ids.
  const directory =
    options.dryRun && source.path === '-' && options.journal === undefined ? undefined : journalDirectory(source.path, options.journal);
  return runManifest(context, { manifest, source, directory, options, resume: resumeWords(context.edges.argv) });
}

/** The same for a manifest that has been checked. */
export async function runManifest(context: Context, { manifest, source, directory, options, resume }: Planned): Promise<Result> {
  // --timeout is for each request of this command.
  context.budget.lift();
  // As many requests listen to it as are under way.
  setMaxListeners(0, context.edges.interruption);
  const rekey = parseRekey(options.rekey);
  const profile = await context.profile();
  const scope = scopeOf(profile);
  const reliesOnKeys = profile.idempotencyKeys ?? false;
  const journalOptions = async (): Promise<JournalOptions> => ({
    ...{ scope, principal: await principalOf(context), version: context.version, clock: context.edges.clock },
    signal: context.edges.interruption,
    onWait: (holder) => void context.messages.warning(`waiting for another run of ${manifest.file}: ${describeHolder(holder)}`),
  });
  const isReadOnly = options.dryRun || options.status;
  const settled = settledRecords(options);
  if (isSettling(settled) && directory === undefined) throw noJournalFor(manifest.file);
  if (isSettling(settled) && directory !== undefined && !isReadOnly) {
    await settle(directory, settled, { manifest, options: await journalOptions() });
  }
  const before = directory === undefined ? undefined : peekJournal(directory, scope);
  if (isReadOnly && before !== undefined) settleInMemory(before.history, settled, manifest);
  const { refresh, rename } = options;
  const reading = { reader: lazyReader(context, options), readAtOnce: options.concurrency ?? AT_ONCE };
  const planOf = (known: KnownBefore) => makePlan({ manifest, known, rename, refresh, rekey: notYetDone(rekey, known), ...reading });
  const plan = await planOf(before?.history.known({ reliesOnKeys }) ?? NOTHING_KNOWN);
  checkExpected(plan, options.expectPlan);
  if (options.dryRun) return dryRunResult(context, plan, manifest, options);
  if (options.status) return statusResult(context, { plan, manifest, source, directory, resume });
  const journal = directory !== undefined && before !== undefined ? { directory, before, options: journalOptions } : undefined;
  return execute(context, { manifest, source, plan, planOf, journal, reliesOnKeys, rekey, flags: options, resume });
}

function noJournalFor(file: string): CliError {
  return new CliError('usage', `--adopt and --assume-absent are for a journal, and ${file} has none`, {
    hint: 'name one with --journal DIR, or leave them out',
  });
}

/** Without those that the journal has under their new keys: a command can be repeated. */
function notYetDone(rekey: Rekeyed, known: KnownBefore): Rekeyed {
  return new Map([...rekey].filter(([key, old]) => known.of(old) !== undefined || known.of(key) === undefined));
}

/** Nobody is signed in for a plan that reads nothing. What it reads is within `--rate`, as all of a run is. */
function lazyReader(context: Pick<Context, 'flowkiwi' | 'edges'>, { rate, concurrency = AT_ONCE }: ApplyOptions): ServerReader {
  const { clock, interruption } = context.edges;
  const unlimited = { leftMs: () => undefined, giveUp: () => undefined };
  const { turn } = createPace({ concurrency, ratePerSecond: rate, clock, stopped: interruption, ...unlimited });
  return { read: async (organizationId, what) => flowkiwiReader(await context.flowkiwi(), turn).read(organizationId, what) };
}

/** Throws `conflict` when another plan was expected than there is. */
function checkExpected({ checksum }: Plan, expected: string | undefined): void {
  if (expected === undefined || expected.toLowerCase() === checksum) return;
  throw new CliError('conflict', `the plan is not the one that was expected, but ${checksum}; nothing was sent`, {
    hint: 'look at it with --dry-run: the manifest, or what is known, has changed',
  });
}

function dryRunResult({ options: { format } }: Context, plan: Plan, manifest: Manifest, { detailedExitcode }: ApplyOptions): Result {
  const changes = plan.totals.changes;
  return {
    print: async (printer) => {
      if (format === 'json') await printPlanJson(printer, plan);
      else await printer.raw([`${planLines(plan, manifest).map(terminalSafe).join('\n')}\n`]);
    },
    resource: () => planEvent(plan),
    exitStatus: detailedExitcode && changes > 0 ? CHANGES : undefined,
  };
}

/** All that is planned, one event a line. */
async function printPlanJson(printer: Context['printer'], plan: Plan): Promise<void> {
  for await (const planned of plan.customers()) await printer.jsonLine(plannedEvent(planned));
  await printer.jsonLine(planEvent(plan));
}
