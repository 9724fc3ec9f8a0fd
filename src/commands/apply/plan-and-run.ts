import { NOTHING_KNOWN } from '../../apply/known.ts';
import { checkManifest, type Manifest } from '../../apply/manifest/manifest.ts';
import type { RowSource } from '../../apply/manifest/row-source.ts';
import type { Plan } from '../../apply/plan.ts';
import { planEvent, plannedEvent } from '../../apply/plan-events.ts';
import { makePlan } from '../../apply/planner.ts';
import { parseRekey } from '../../apply/rekey.ts';
import { flowkiwiReader, type ServerReader } from '../../apply/server-facts.ts';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { jsonText } from '../../output/json.ts';
import { terminalSafe } from '../../output/terminal-text.ts';
import type { Result } from '../kit/result.ts';
import type { ApplyOptions } from './apply-options.ts';
import { planLines } from './plan-lines.ts';

/** Exit status for changes, with `--detailed-exitcode`. */
export const CHANGES = 10;

/** Checks a manifest, plans, and with `--dry-run` prints the plan. */
export async function planAndRun(context: Context, source: RowSource, options: ApplyOptions): Promise<Result> {
  const rekey = parseRekey(options.rekey);
  const manifest = await checkManifest(source, { groupByName: options.groupByName });
  await context.messages.change({ notice: manifest.notice, warning: undefined });
  const { refresh, rename } = options;
  const plan = await makePlan({ manifest, known: NOTHING_KNOWN, rename, refresh, rekey, reader: lazyReader(context) });
  checkExpected(plan, options.expectPlan);
  return dryRunResult(context, plan, manifest, options);
}

/** Nobody is signed in for a plan that reads nothing. */
function lazyReader(context: Pick<Context, 'flowkiwi'>): ServerReader {
  return { read: async (organizationId, what) => flowkiwiReader(await context.flowkiwi()).read(organizationId, what) };
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
      if (format === 'json') await printer.raw(planJson(plan));
      else await printer.raw([`${planLines(plan, manifest).map(terminalSafe).join('\n')}\n`]);
    },
    resource: () => planEvent(plan),
    exitStatus: detailedExitcode && changes > 0 ? CHANGES : undefined,
  };
}

/** All that is planned, one event a line. */
async function* planJson(plan: Plan): AsyncGenerator<string> {
  for await (const planned of plan.customers()) yield `${jsonText(plannedEvent(planned), 'compact')}\n`;
  yield `${jsonText(planEvent(plan), 'compact')}\n`;
}
