import { durabilityProblem } from '../../apply/journal/durability.ts';
import { type Journal, type JournalOptions, openJournal } from '../../apply/journal/journal.ts';
import { noJournal } from '../../apply/journal/no-journal.ts';
import type { ReadJournal } from '../../apply/journal/read.ts';
import type { KnownBefore } from '../../apply/known.ts';
import type { Manifest } from '../../apply/manifest/manifest.ts';
import type { RowSource } from '../../apply/manifest/row-source.ts';
import type { Plan } from '../../apply/plan.ts';
import { planEvent } from '../../apply/plan-events.ts';
import type { Rekeyed } from '../../apply/rekey.ts';
import { summaryEvent } from '../../apply/run/events.ts';
import type { RowResult } from '../../apply/run/row.ts';
import { runPlan } from '../../apply/run/run.ts';
import { runFailure } from '../../apply/run/summary.ts';
import { summaryText } from '../../apply/run/text.ts';
import type { Context } from '../../context/context.ts';
import { DRAIN_GRACE_MS } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import type { Word } from '../../hint.ts';
import { productManagementUrlOf } from '../../identity/flowkiwi/product-management.ts';
import { terminalSafe } from '../../output/terminal-text.ts';
import { confirmYes } from '../kit/ask.ts';
import { type Result, valueResult } from '../kit/result.ts';
import type { RunFlags } from './apply-options.ts';
import { confirmPlan } from './confirm-plan.ts';
import { tellRun } from './listener.ts';
import { resumeHint } from './resume.ts';

/** Exit status for changes, with `--detailed-exitcode`. */
export const CHANGES = 10;

/** Requests that are under way at the same time, unless `--concurrency` says another number. */
export const AT_ONCE = 16;

export interface ExecuteOptions {
  readonly manifest: Manifest;
  /** Undefined for one customer who is named by options. */
  readonly source: RowSource | undefined;
  readonly plan: Plan;
  readonly planOf: (known: KnownBefore) => Promise<Plan>;
  /** Where the journal is, and what was read of it for the plan; undefined where none is needed. */
  readonly journal:
    | { readonly directory: string; readonly before: ReadJournal; readonly options: () => Promise<JournalOptions> }
    | undefined;
  readonly reliesOnKeys: boolean;
  readonly rekey: Rekeyed;
  readonly flags: RunFlags;
  /** The words of the command that goes on. */
  readonly resume: readonly Word[];
}

/** Does what is planned, once that is allowed. Throws before anything is sent, or returns how it ended. */
export async function execute(context: Context, options: ExecuteOptions): Promise<Result> {
  const { manifest, plan, flags, journal: place } = options;
  const needsJournal = place !== undefined && (plan.totals.changes > 0 || options.rekey.size > 0);
  const isFirstRun = needsJournal && (await checkFirstRun(context, options));
  await confirmPlan(context, plan, manifest, flags.expectPlan !== undefined);
  const journal = needsJournal ? await openJournal(place.directory, await place.options()) : noJournal();
  try {
    if (needsJournal) await noteJournal(context, journal);
    return await run(context, { ...options, plan: await planUnder(journal, options) }, { journal, isFirstRun });
  } finally {
    await journal.close();
  }
}

/**
 * Whether this is the first run of the manifest: neither ids nor the journal know of an instance, so a handle that is taken may be one of an earlier
 * run. Throws `usage` when nothing is known at all and nobody says that it is the first: all of it may be there, and would be created once more.
 */
async function checkFirstRun(context: Context, { manifest, plan, journal, flags }: ExecuteOptions): Promise<boolean> {
  const { totals } = plan;
  if (journal === undefined || totals.organizations.create === 0 || manifest.hasIds) return false;
  const { history } = journal.before;
  // A first run that was stopped by a taken handle has left a journal, too, and is still the first one.
  const hasHandles = totals.instances.create > 0;
  if (!history.isEmpty()) return hasHandles && !history.hasInstance();
  if (flags.firstRun || (await (await context.organizations()).isServerNew())) return hasHandles;
  if (context.prompter === undefined) {
    throw new CliError('usage', `${journal.directory} has no journal, and ${manifest.file} no ids: all of it may be there already`, {
      hint: 'bring the journal of the last run back, or give apply its results file; if nothing was ever created of it, say --first-run',
    });
  }
  await confirmYes(
    context,
    `There is no journal in ${journal.directory}. Is this the first run, with nothing of ${manifest.file} created yet?`,
  );
  return hasHandles;
}

/** Another run may have written since the journal was read for the plan. Throws `unavailable` when that makes a difference. */
async function planUnder(journal: Journal, { plan, planOf, journal: place, reliesOnKeys }: ExecuteOptions): Promise<Plan> {
  if (place === undefined || journal.lines === 0 || journal.lines === place.before.lines) return plan;
  const now = await planOf(journal.history.known({ reliesOnKeys }));
  if (now.checksum === plan.checksum) return now;
  throw new CliError('unavailable', 'another run has changed the journal since the plan was made', { hint: 'run it again' });
}

async function noteJournal({ messages }: Context, journal: Journal): Promise<void> {
  if (journal.isOfAnother) {
    await messages.warning(`${journal.directory} was written by somebody else who was signed in: what they created may be hidden from you`);
  }
  const problem = durabilityProblem(journal.directory);
  if (problem !== undefined) await messages.warning(`the journal ${journal.directory} may not last: ${problem}`);
}

async function run(
  context: Context,
  options: ExecuteOptions,
  { journal, isFirstRun }: { readonly journal: Journal; readonly isFirstRun: boolean },
): Promise<Result> {
  const { manifest, source, plan, flags, reliesOnKeys } = options;
  const { edges, printer, messages } = context;
  const told = await tellRun(context, { file: manifest.file, source, results: flags.results, failed: flags.failed });
  let last: RowResult | undefined;
  const onRow = (result: RowResult) => {
    last = result;
    told.listener.onRow(result);
  };
  await told.print(planEvent(plan));
  const turns: { turn: () => Promise<void> } = { turn: async () => undefined };
  const service = await context.singleRequests(() => turns.turn());
  const drain = edges.drainOnSignal(DRAIN_GRACE_MS);
  if (!drain.signal.aborted) {
    const onSignal = () => void messages.notice('Nothing more is begun; what is under way is finished. A second signal ends it at once');
    drain.signal.addEventListener('abort', onSignal, { once: true });
  }
  const { summary, stopped, hasChanged } = await runPlan({
    customers: plan.customers(),
    rows: plan.totals.rows,
    journal,
    service: (turn) => {
      turns.turn = turn;
      return service;
    },
    ...{ reliesOnKeys, isFirstRun, resume: options.resume, concurrency: flags.concurrency ?? AT_ONCE, ratePerSecond: flags.rate },
    ...{ maxFailures: flags.maxFailures, maxDurationMs: flags.maxDuration, clock: edges.clock },
    drain: drain.signal,
    listener: { ...told.listener, onRow },
  }).finally(told.end);
  const signal = drain.signal.aborted && drain.signal.reason instanceof CliError ? drain.signal.reason : undefined;
  // What was asked by the signal is done: the run says itself how it ended.
  if (signal === undefined) drain.end();
  const failure = runFailure(summary, { stopped, signal, hint: resumeHint(options.resume) });
  const exit = failure?.exitStatus ?? (flags.detailedExitcode && hasChanged ? CHANGES : 0);
  if (source === undefined && last !== undefined) {
    return oneResult(last, { exit, failure, quiet: context.options.quiet, identity: (await context.profile()).url });
  }
  const event = summaryEvent(summary, { hasChanged, exit });
  await told.print(event);
  if (context.options.format !== 'json' && context.options.format !== 'id') await printer.raw([`${terminalSafe(summaryText(summary))}\n`]);
  return { failure, exitStatus: failure === undefined ? exit : undefined, resource: () => event };
}

interface OneEnd {
  readonly exit: number;
  readonly failure: CliError | undefined;
  readonly quiet: boolean;
  /** URL of the Identity service. */
  readonly identity: URL;
}

/** What became of one customer, as one value; a failure is the one of its row. */
function oneResult(
  { status, customer, instance, organizationId, instanceId, error }: RowResult,
  { exit, failure, quiet, identity }: OneEnd,
): Result {
  const data = {
    id: instanceId ?? organizationId ?? null,
    ...{ key: customer.key, status, created: status === 'created', unchanged: status === 'unchanged' },
    ...{ organization_id: organizationId ?? null, instance_id: instanceId ?? null, handle: instance?.handle ?? null },
    product_management_url: instance === undefined ? null : productManagementUrlOf(instance.handle, identity),
  };
  const id = instanceId ?? organizationId ?? '';
  const thing = instance === undefined ? 'organization' : 'instance';
  const words = {
    resource: () => data,
    exitStatus: failure === undefined ? exit : undefined,
    failure: failure && (error ?? failure),
    success: quiet || failure !== undefined ? undefined : `${status === 'created' ? 'Created' : 'Found'} ${thing} ${id}`,
  };
  return failure === undefined ? valueResult(data, quiet ? [id] : [], words) : words;
}
