import { CliError } from '../../errors.ts';

/** `name` or `created_at:desc` as an order. Throws `usage` for a field that there is none of. */
export function readSort<F extends string>(
  sort: string | undefined,
  fields: readonly F[],
): { readonly field: F; readonly direction: 'asc' | 'desc' } | undefined {
  if (sort === undefined) return undefined;
  const [name, direction = 'asc', ...rest] = sort.split(':');
  const field = fields.find((known) => known === name);
  if (field && rest.length === 0 && (direction === 'asc' || direction === 'desc')) return { field, direction };
  throw new CliError('usage', `--sort takes a field, and :desc for the other way round, not ${JSON.stringify(sort)}`, {
    hint: `the fields are ${fields.join(', ')}; for example --sort created_at:desc`,
  });
}
