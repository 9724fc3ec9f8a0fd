import { CliError } from '../../errors.ts';
import { type Instance, isOwnedBy } from '../../identity/instance.ts';
import { INSTANCE_SORT_FIELDS } from '../../identity/provider.ts';
import { defineCommand } from '../kit/command.ts';
import { listOf } from '../kit/data.ts';
import { integer, onlyFor, text } from '../kit/option.ts';
import { listResult } from '../kit/result.ts';
import { workingOrganization } from '../org/choose.ts';
import { instanceView, zitadelInstanceView } from './views.ts';

export const instanceList = defineCommand({
  name: 'list',
  summary: 'list the instances of the current organization',
  description:
    'Lists the instances that you can see in the current organization, or in the one of --org, page after page as they are printed. It may ' +
    'show some that another organization owns: the field organization_id says whose they are. ZITADEL lists all instances of the system, for its system users.',
  options: {
    sort: {
      ...text(
        '--sort <field[:desc]>',
        'setting',
        `order by ${INSTANCE_SORT_FIELDS.join(', ')}; at ZITADEL by id, name, created_at; the oldest come first when absent`,
      ),
      suggested: INSTANCE_SORT_FIELDS.flatMap((field) => [field, `${field}:desc`]),
    },
    limit: integer('--limit <n>', { min: 1, max: 1_000_000 }, 'at most this many'),
    ...onlyFor(
      { flowkiwi: true, zitadel: false },
      {
        name: text('--name <text>', 'name', 'only those whose name contains this, whatever its case'),
        handle: text('--handle <text>', 'handle', 'only those whose handle contains this, whatever its case'),
      },
    ),
  },
  examples: ['flowkiwi instance list', 'flowkiwi instance list --sort name --limit 10 --json'],
  exits: ['not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: { flowkiwi: () => listOf(instanceView), zitadel: () => listOf(zitadelInstanceView) },
  effect: 'reads',
  org: { flowkiwi: 'used', zitadel: 'refused' },
}).run({
  flowkiwi: async (context, { options: { name, handle, sort, limit } }) => {
    context.printer.check(instanceView);
    const query = { name, handle, limit, sort: readSort(sort, INSTANCE_SORT_FIELDS) };
    const organizationId = await workingOrganization(context, 'reads');
    const instances = (await context.flowkiwi()).listInstances(organizationId, query);
    const foreign = { count: 0 };
    return {
      print: async (printer) => {
        await printer.list(instanceView, countForeign(instances, organizationId, foreign));
        // A reader that has stopped reading wants no more, and not all of them were counted.
        if (foreign.count > 0 && !context.edges.stdout.isClosed()) await context.messages.notice(foreignNotice(foreign.count));
      },
    };
  },
  zitadel: async (context, { options: { sort, limit } }) => {
    context.printer.check(zitadelInstanceView);
    const { ZITADEL_INSTANCE_SORT_FIELDS } = await import('../../identity/zitadel/zitadel-identity.ts');
    const query = { limit, sort: readSort(sort, ZITADEL_INSTANCE_SORT_FIELDS) };
    return listResult(zitadelInstanceView, (await context.zitadel()).listInstances(query));
  },
});

/** Passes instances on and counts those that another organization owns. */
async function* countForeign(
  instances: AsyncIterable<Instance>,
  organizationId: string,
  foreign: { count: number },
): AsyncGenerator<Instance> {
  for await (const instance of instances) {
    if (!isOwnedBy(instance, organizationId)) foreign.count += 1;
    yield instance;
  }
}

function foreignNotice(count: number): string {
  const some = count === 1 ? 'One of these instances belongs' : `${count} of these instances belong`;
  return `${some} to another organization: --fields handle,organization_id shows which`;
}

/** `name` or `created_at:desc` as an order. Throws `usage` for a field that there is none of. */
function readSort<F extends string>(
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
