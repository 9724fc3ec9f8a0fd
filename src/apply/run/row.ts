import type { CliError } from '../../errors.ts';
import type { Hint } from '../../hint.ts';
import type { Customer, ManifestInstance, ManifestRow } from '../customer.ts';

/** What became of a row. */
export const ROW_STATUSES = ['created', 'renamed', 'unchanged', 'failed', 'unknown', 'not_started'] as const;

export type RowStatus = (typeof ROW_STATUSES)[number];

/** A row when nothing more is done for it. */
export interface RowResult {
  readonly row: ManifestRow;
  readonly customer: Customer;
  /** Undefined where the row has none. */
  readonly instance: ManifestInstance | undefined;
  readonly status: RowStatus;
  readonly organizationId: string | undefined;
  readonly instanceId: string | undefined;
  /** Why it failed, or is not known. */
  readonly error: CliError | undefined;
  /** Whether it ended as the plan said, with nothing sent for it. */
  readonly isAsPlanned: boolean;
  /** Why it was left, where nothing failed. */
  readonly reason: string | undefined;
  /** What only a person can find out, and how to say it. */
  readonly help: Hint | undefined;
}
