import type { PlannedCustomer, PlannedInstance, PlanSamples, SampleKind, ShownAction } from './plan.ts';
import { actionIn } from './plan-totals.ts';

/** Lines of each kind that are shown. */
const SHOWN = 50;

/** The first of each kind, for a person. */
export function planSamples() {
  const samples: Record<SampleKind, ShownAction[]> = { create: [], rename: [], drift: [], unknown: [], gone: [], refused: [] };
  const counts: Record<SampleKind, number> = { create: 0, rename: 0, drift: 0, unknown: 0, gone: 0, refused: 0 };

  function add(kind: SampleKind, planned: PlannedCustomer, instance?: PlannedInstance): void {
    counts[kind] += 1;
    if (samples[kind].length < SHOWN) samples[kind].push(instance === undefined ? { planned } : { planned, instance });
  }

  return {
    add: (planned: PlannedCustomer): void => {
      if (planned.organization !== 'unchanged') add(planned.organization, planned);
      else if (planned.reason !== undefined) add('drift', planned);
      for (const instance of planned.instances) {
        const action = actionIn(planned, instance.action);
        // Those of an organization that is told of go without saying.
        if (action === instance.action && action !== 'unchanged') add(action, planned, instance);
      }
    },
    result: (): PlanSamples => ({ first: samples, counts }),
  };
}
