import { CliError } from '../../errors.ts';
import type { Instance } from '../../identity/instance.ts';
import { INSTANCE_SORT_FIELDS, type InstanceQuery } from '../../identity/provider.ts';
import { defineCommand } from '../command.ts';
import { instanceView } from '../instance-view.ts';
import { integer, text } from '../option.ts';
import { listResult } from '../result.ts';

export const instanceList = defineCommand({
  name: 'list',
  summary: 'list the instances of the current organization',
  options: {
    name: text('--name <text>', 'only those whose name contains this, whatever its case'),
    handle: text('--handle <text>', 'only those whose handle contains this, whatever its case'),
    sort: text('--sort <field[:desc]>', `order by ${INSTANCE_SORT_FIELDS.join(', ')}; the newest come first when absent`),
    limit: integer('--limit <n>', { min: 1, max: 1_000_000 }, 'at most this many'),
  },
  examples: ['flowkiwi instance list', 'flowkiwi instance list --sort name --limit 10 --json'],
  exits: ['not_found', 'auth', 'forbidden', 'unavailable'],
  run: async (context, { options: { name, handle, sort, limit } }) => {
    context.printer.check(instanceView);
    const query = { name, handle, limit, sort: readSort(sort) };
    const organizationId = await (await context.organizations()).target(context.options.org);
    const instances = (await context.provider()).listInstances(organizationId, query);
    return listResult(instanceView, limit === undefined ? instances : take(instances, limit));
  },
});

/** `name` or `created_at:desc` as the API's order. Throws `usage`. */
function readSort(sort: string | undefined): InstanceQuery['sort'] {
  if (sort === undefined) return undefined;
  const [name, direction = 'asc', ...rest] = sort.split(':');
  const field = INSTANCE_SORT_FIELDS.find((known) => known === name);
  if (field && rest.length === 0 && (direction === 'asc' || direction === 'desc')) return { field, direction };
  throw new CliError('usage', `--sort takes a field, and :desc for the other way round, not ${JSON.stringify(sort)}`, {
    hint: `the fields are ${INSTANCE_SORT_FIELDS.join(', ')}; for example --sort created_at:desc`,
  });
}

async function* take(instances: AsyncIterable<Instance>, limit: number): AsyncGenerator<Instance> {
  let left = limit;
  for await (const instance of instances) {
    yield instance;
    left -= 1;
    if (left === 0) return;
  }
}
