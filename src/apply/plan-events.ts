import type { Plan, PlannedCustomer } from './plan.ts';

/** The version of the events: what they are called, and what they have. */
export const EVENTS_VERSION = 1;

/** What is planned for one customer, as an event. */
export function plannedEvent({ customer, organization, organizationId, currentName, reason, instances }: PlannedCustomer) {
  return {
    version: EVENTS_VERSION,
    event: 'planned',
    key: customer.key,
    name: customer.name,
    row: customer.row.number,
    line: customer.row.line,
    organization,
    organization_id: organizationId ?? null,
    current_name: currentName ?? null,
    reason: reason ?? null,
    instances: instances.map(({ instance, action, id, reason: why }) => ({
      name: instance.name,
      handle: instance.handle,
      row: instance.row.number,
      line: instance.row.line,
      action,
      instance_id: id ?? null,
      reason: why ?? null,
    })),
  };
}

/** The whole plan in one event: its totals, and the checksum that `--expect-plan` takes. */
export function planEvent(plan: Plan) {
  const { rows, customers, withoutInstance, organizations, instances } = plan.totals;
  return {
    version: EVENTS_VERSION,
    event: 'plan',
    rows,
    customers,
    without_instance: withoutInstance,
    organizations,
    instances,
    vanished: plan.vanished,
    changes: plan.totals.changes,
    checksum: plan.checksum,
  };
}
