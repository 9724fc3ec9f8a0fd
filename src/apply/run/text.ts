import { ROW_STATUSES, type RowResult } from './row.ts';
import type { Progress } from './run.ts';
import type { Summary } from './summary.ts';

/** `500 rows: 480 created, 10 unchanged, 10 failed`. Pure. */
export function summaryText({ rows, counts }: Summary): string {
  const parts = ROW_STATUSES.filter((status) => counts[status] > 0).map(
    (status) => `${number(counts[status])} ${status.replace('_', ' ')}`,
  );
  return `${counted(rows, 'row')}: ${parts.join(', ') || 'nothing to do'}`;
}

/** `120 of 500 rows, 45 a second, 380 left, 16 at once, 2 retries`. Pure. */
export function progressText({ done, rows, inFlight, retries }: Progress, seconds: number): string {
  const rate = seconds > 0 ? Math.round(done / seconds) : 0;
  return `${number(done)} of ${counted(rows, 'row')}, ${number(rate)} a second, ${number(rows - done)} left, ${inFlight} at once, ${counted(retries, 'retry', 'retries')}`;
}

/** What became of a row that is not as it should be: `customers.csv:12: acme: the handle acme-eu is already taken`. Pure. */
export function rowText(file: string, { row, customer, error, reason, status }: RowResult): string {
  const server = error?.detail !== undefined && !error.message.includes(error.detail) ? [error.detail] : [];
  const fields = (error?.violations ?? []).map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  const why = [
    ...new Set([error?.message ?? status, ...(fields.length > 0 ? fields : server), ...(reason === undefined ? [] : [reason])]),
  ].join('; ');
  const request = error?.requestId === undefined ? '' : ` (request id ${error.requestId})`;
  return `${file}:${row.line}: ${customer.key}: ${why}${request}`;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}
