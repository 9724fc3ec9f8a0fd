import { describeHolder, journalHolder } from '../../apply/journal/journal.ts';
import { noJournal } from '../../apply/journal/no-journal.ts';
import type { Plan } from '../../apply/plan.ts';
import { summaryEvent } from '../../apply/run/events.ts';
import { runPlan } from '../../apply/run/run.ts';
import { runFailure } from '../../apply/run/summary.ts';
import { summaryText } from '../../apply/run/text.ts';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import type { SingleRequests } from '../../identity/single-requests.ts';
import { type Result, valueResult } from '../kit/result.ts';
import { tellRun } from './listener.ts';

/** How far a manifest is, by its journal, and who runs it now. Sends nothing, and writes nothing. */
export async function statusResult(
  context: Context,
  { plan, file, directory }: { readonly plan: Plan; readonly file: string; readonly directory: string | undefined },
): Promise<Result> {
  const { clock } = context.edges;
  const holder = directory === undefined ? undefined : await journalHolder(directory, clock);
  const told = await tellRun(context, { file, source: undefined, results: undefined, failed: undefined, saysRows: true });
  const { summary } = await runPlan({
    ...{ customers: plan.customers(), rows: plan.totals.rows, journal: noJournal(), clock, listener: told.listener },
    ...{ service: () => NO_REQUESTS, reliesOnKeys: false, isFirstRun: false, concurrency: 1 },
    drain: AbortSignal.abort(new CliError('interrupted', 'nothing is sent for --status')),
  }).finally(told.end);
  const failure = summary.counts.unknown > 0 ? runFailure(summary, { stopped: undefined, signal: undefined, hint: undefined }) : undefined;
  const event = {
    ...summaryEvent(summary, { hasChanged: false, exit: failure?.exitStatus ?? 0 }),
    holder: holder ?? null,
    journal: directory ?? null,
  };
  const held = holder === undefined ? 'nobody runs it now' : `${describeHolder(holder)} runs it now`;
  return valueResult(event, [summaryText(summary), `${directory ?? 'without a journal'}: ${held}`], { failure, resource: () => event });
}

const NO_REQUESTS: SingleRequests = {
  createOrganization: neverSent,
  createInstance: neverSent,
  findInstance: neverSent,
  getOrganization: neverSent,
  renameOrganization: neverSent,
  deleteOrganization: neverSent,
};

async function neverSent(): Promise<never> {
  throw new CliError('internal', 'a request was to be sent for --status');
}
