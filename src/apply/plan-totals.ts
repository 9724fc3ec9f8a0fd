import { rowCount } from './customer.ts';
import type { InstanceAction, OrganizationAction, PlannedCustomer, PlanTotals } from './plan.ts';

/** Counts what is planned. */
export function planTotals() {
  let [rows, customers] = [0, 0];
  const organizations: Record<OrganizationAction, number> = { create: 0, rename: 0, unchanged: 0, unknown: 0, refused: 0, gone: 0 };
  const instances: Record<InstanceAction, number> = { create: 0, unchanged: 0, unknown: 0, refused: 0, gone: 0 };
  return {
    add: (planned: PlannedCustomer): void => {
      rows += rowCount(planned.customer);
      customers += 1;
      organizations[planned.organization] += 1;
      for (const { action } of planned.instances) instances[action] += 1;
    },
    result: (): PlanTotals => ({ rows, customers, organizations: { ...organizations }, instances: { ...instances } }),
  };
}

/** Whether a run of the plan sends anything that changes something: also a create whose outcome has to be settled. */
export function hasChanges({ organizations, instances }: PlanTotals): boolean {
  return organizations.create + organizations.rename + instances.create + instances.unknown > 0;
}
