import { existsSync } from 'node:fs';
import { ABANDONED_MS, describeHolder, journalHolder } from '../../apply/journal/journal.ts';
import { noJournal } from '../../apply/journal/no-journal.ts';
import type { Manifest } from '../../apply/manifest/manifest.ts';
import type { RowSource } from '../../apply/manifest/row-source.ts';
import type { Plan } from '../../apply/plan.ts';
import { summaryEvent } from '../../apply/run/events.ts';
import { runPlan } from '../../apply/run/run.ts';
import { runFailure } from '../../apply/run/summary.ts';
import { summaryText } from '../../apply/run/text.ts';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import type { LockHolder } from '../../files/lock.ts';
import type { Word } from '../../hint.ts';
import type { SingleRequests } from '../../identity/single-requests.ts';
import { type Result, valueResult } from '../kit/result.ts';
import { tellRun } from './listener.ts';
import { resumeHint } from './resume.ts';

export interface StatusOptions {
  readonly plan: Plan;
  readonly manifest: Manifest;
  /** Undefined for one customer who is named by options. */
  readonly source: RowSource | undefined;
  /** Of the journal; undefined where none is needed. */
  readonly directory: string | undefined;
  /** The words of the command that runs it. */
  readonly resume: readonly Word[];
}

/** How far a manifest is, by its journal, and who runs it now. Sends nothing, and writes nothing. */
export async function statusResult(context: Context, { plan, manifest, source, directory, resume }: StatusOptions): Promise<Result> {
  const { clock } = context.edges;
  const holder = directory === undefined ? undefined : await journalHolder(directory, clock);
  const isLive = holder !== undefined && (holder.isSeen || holder.silentMs < ABANDONED_MS);
  const told = await tellRun(context, { file: manifest.file, source: isLive ? undefined : source, results: undefined, failed: undefined });
  const { summary } = await runPlan({
    ...{ customers: plan.customers(), rows: plan.totals.rows, journal: noJournal(), clock, listener: told.listener },
    ...{ service: () => NO_REQUESTS, reliesOnKeys: false, resume, isFirstRun: false, concurrency: 1 },
    drain: AbortSignal.abort(new CliError('interrupted', 'nothing is sent for --status')),
  }).finally(told.end);
  // What a run has under way now has no answer yet.
  const failure =
    summary.counts.unknown > 0 && !isLive
      ? runFailure(summary, { stopped: undefined, signal: undefined, hint: resumeHint(resume) })
      : undefined;
  const event = {
    ...summaryEvent(summary, { hasChanged: false, exit: failure?.exitStatus ?? 0 }),
    holder: holder ?? null,
    journal: directory ?? null,
  };
  return valueResult(event, [summaryText(summary), journalText(directory, holder)], { failure, resource: () => event });
}

function journalText(directory: string | undefined, holder: LockHolder | undefined): string {
  if (directory === undefined) return 'without a journal';
  if (!existsSync(directory)) return `${directory}: there is no journal`;
  return `${directory}: ${holder === undefined ? 'nobody runs it now' : `${describeHolder(holder)} runs it now`}`;
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
