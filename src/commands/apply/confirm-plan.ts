import type { Manifest } from '../../apply/manifest/manifest.ts';
import type { Plan } from '../../apply/plan.ts';
import type { Context } from '../../context/context.ts';
import { confirmYes, mustConfirm } from '../kit/ask.ts';
import { leftLines, planLines } from './plan-lines.ts';

/**
 * Shows the plan, and asks whether it is meant, where it changes more than one customer; else says only what is left alone. Throws `usage` without
 * a person, `--yes` and `--expect-plan`, and `interrupted` for a no; nothing has been sent then.
 */
export async function confirmPlan(context: Context, plan: Plan, manifest: Manifest, isExpected: boolean): Promise<void> {
  const { changedCustomers } = plan.totals;
  if (changedCustomers <= 1 || isExpected) return noteLeft(context, plan);
  const customers = `${changedCustomers.toLocaleString('en-US')} customers`;
  const what = `creating what is missing of ${customers}`;
  if (!mustConfirm(context, what, 'look at the plan with --dry-run, then add --yes or --expect-plan')) return noteLeft(context, plan);
  await context.messages.always(planLines(plan, manifest));
  await confirmYes(context, `Create what is missing of ${customers}?`);
}

async function noteLeft({ messages }: Context, plan: Plan): Promise<void> {
  for (const line of leftLines(plan)) await messages.notice(line);
}
