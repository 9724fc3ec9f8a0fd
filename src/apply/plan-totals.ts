import { rowCount } from './customer.ts';
import type { InstanceAction, OrganizationAction, PlannedCustomer, PlanTotals } from './plan.ts';

/** Counts what is planned. */
export function planTotals() {
  let [rows, customers, changedCustomers] = [0, 0, 0];
  let [changes, withoutInstance] = [0, 0];
  const organizations: Record<OrganizationAction, number> = { create: 0, rename: 0, unchanged: 0, unknown: 0, refused: 0, gone: 0 };
  const instances: Record<InstanceAction, number> = { create: 0, unchanged: 0, unknown: 0, refused: 0, gone: 0 };
  return {
    add: (planned: PlannedCustomer): void => {
      rows += rowCount(planned.customer);
      customers += 1;
      if (planned.instances.length === 0) withoutInstance += 1;
      const changed = changesFor(planned);
      changes += changed;
      if (changed > 0) changedCustomers += 1;
      organizations[planned.organization] += 1;
      for (const { action } of planned.instances) instances[actionIn(planned, action)] += 1;
    },
    result: (): PlanTotals => ({
      rows,
      customers,
      withoutInstance,
      changedCustomers,
      changes,
      organizations: { ...organizations },
      instances: { ...instances },
    }),
  };
}

/** What an instance counts as: nothing is created in an organization for which nothing is sent. */
export function actionIn({ organization }: PlannedCustomer, action: InstanceAction): InstanceAction {
  const isIdle = organization === 'unknown' || organization === 'refused' || organization === 'gone';
  return isIdle && action === 'create' ? organization : action;
}

/** How many things are created, renamed and settled for a customer: none where its organization is not there and cannot be made. */
function changesFor({ organization, instances }: PlannedCustomer): number {
  if (organization === 'unknown' || organization === 'refused' || organization === 'gone') return 0;
  const inside = instances.filter(({ action }) => action === 'create' || action === 'unknown').length;
  return inside + (organization === 'unchanged' ? 0 : 1);
}
