import type { Subject } from '../journal/record.ts';
import { EVENTS_VERSION } from '../plan-events.ts';
import type { Made } from './customer.ts';
import type { RowResult } from './row.ts';
import type { Summary } from './summary.ts';

/** One line of `--json`: see docs/apply-events.schema.json. */
export type RunEvent = Readonly<Record<string, unknown>> & { readonly version: number; readonly event: string };

/** A request that is about to be sent, or sent again. */
export function sendEvent({
  event,
  subject,
  why,
}: {
  readonly event: 'intent' | 'retry';
  readonly subject: Subject;
  readonly why?: string;
}) {
  const { of, key } = subject;
  return {
    ...{ version: EVENTS_VERSION, event, of, key },
    name: 'name' in subject ? subject.name : null,
    handle: 'handle' in subject ? subject.handle : null,
    organization_id: 'organization' in subject ? subject.organization : null,
    ...(why !== undefined && { reason: why }),
  } satisfies RunEvent;
}

/** What was made, renamed or deleted again. */
export function madeEvent({ event, kind, key, id, organizationId, name, handle }: Made) {
  return {
    ...{ version: EVENTS_VERSION, event, kind, key, id, name },
    organization_id: organizationId ?? (kind === 'organization' ? id : null),
    handle: handle ?? null,
  } satisfies RunEvent;
}

/** A row that failed, or whose outcome nobody knows; undefined for the others. */
export function rowEvent({ row, customer, instance, status, organizationId, instanceId, error, reason }: RowResult): RunEvent | undefined {
  if (status !== 'failed' && status !== 'unknown') return undefined;
  return {
    ...{ version: EVENTS_VERSION, event: status, key: customer.key, name: customer.name, row: row.number, line: row.line },
    handle: instance?.handle ?? null,
    organization_id: organizationId ?? null,
    instance_id: instanceId ?? null,
    code: error?.code ?? null,
    message: error?.message ?? null,
    detail: error?.detail ?? null,
    violations: error?.violations ?? [],
    request_id: error?.requestId ?? null,
    reason: reason ?? null,
  };
}

/** Everything waits. */
export function pauseEvent({ delayMs, why }: { readonly delayMs: number; readonly why: string }) {
  return { version: EVENTS_VERSION, event: 'pause', milliseconds: delayMs, reason: why } satisfies RunEvent;
}

/** The end. */
export function summaryEvent({ rows, counts }: Summary, { hasChanged, exit }: { readonly hasChanged: boolean; readonly exit: number }) {
  return { version: EVENTS_VERSION, event: 'summary', rows, ...counts, changes: hasChanged, exit } satisfies RunEvent;
}
