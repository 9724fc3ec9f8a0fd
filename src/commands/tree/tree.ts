import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import type { Instance } from '../../identity/instance.ts';
import type { FlowkiwiIdentity } from '../../identity/provider.ts';
import { inOrder } from '../../in-order.ts';
import type { Printer } from '../../output/printer.ts';
import type { View } from '../../output/view.ts';
import { defineCommand } from '../kit/command.ts';
import { listOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { listResult } from '../kit/result.ts';
import {
  AT_ONCE,
  explainNoneKnown,
  type KnownOrganizationNow,
  knownOrganizationView,
  lostStatus,
  readKnownOrganization,
  withoutGone,
} from '../org/known.ts';
import { lostOrganizationTree, organizationTree } from './organization-tree.ts';

interface OrganizationNode extends KnownOrganizationNow {
  readonly instances: readonly Instance[];
}

const organizationNodeView: View<OrganizationNode> = {
  ...knownOrganizationView,
  fields: [
    ...knownOrganizationView.fields,
    {
      name: 'instances',
      heading: 'Instances',
      type: 'object[]',
      table: true,
      text: ({ instances }) => instances.map(({ handle }) => handle),
    },
  ],
  json: ({ instances, ...organization }) => ({
    ...knownOrganizationView.json(organization),
    instances: instances.map((one) => ({ ...one })),
  }),
};

export const tree = defineCommand({
  name: 'tree',
  summary: 'show organizations and their instances as a tree',
  description:
    'Draws the organizations that this profile knows, or the one of --org, each with its instances and the host of their product management. ' +
    'One that is gone or no longer yours is shown as such. At ZITADEL: the instance of the profile with its organizations. As JSON and YAML the tree is nested, with -q it is all ids, one a line, but for those that are gone.',
  examples: ['flowkiwi tree', 'flowkiwi tree --org "Acme Corp" --json'],
  exits: ['not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: {
    flowkiwi: () => listOf(organizationNodeView),
    zitadel: async () => listOf((await import('./zitadel-tree.ts')).instanceNodeView),
  },
  effect: 'reads',
  org: both('used'),
}).run({
  flowkiwi: async (context) => {
    const { printer, options } = context;
    const isData = options.format === 'json' || options.format === 'yaml';
    printer.check(organizationNodeView);
    if (options.fields && !isData) {
      throw new CliError('usage', 'a tree is drawn whole: --fields is for its data', {
        hint: { command: flowkiwi('tree', '--fields', 'id,name', '--json') },
      });
    }
    const nodes = await organizationNodes(context);
    if (!nodes) {
      await explainNoneKnown(context);
      return isData ? listResult(organizationNodeView, []) : {};
    }
    return isData
      ? listResult(organizationNodeView, nodes)
      : { print: (to) => draw(context, to, options.quiet ? withoutGone(nodes) : nodes) };
  },
  zitadel: async (context) => (await import('./zitadel-tree.ts')).drawTree(context),
});

/** The organization of `--org`, else those that the profile knows; undefined when it knows none. */
async function organizationNodes(context: Context): Promise<AsyncIterable<OrganizationNode> | undefined> {
  const organizations = await context.organizations();
  const [{ known }, { id: current }] = [await organizations.read(), await organizations.shownCurrent()];
  const { org } = context.options;
  if (org !== undefined) {
    const provider = await context.flowkiwi();
    return inOrder([await organizations.resolve(org)], 1, async (id) => {
      const organization = await provider.getOrganization(id);
      return { ...organization, status: 'ok', current: id === current, instances: await instancesOf(provider, id) };
    });
  }
  if (known.length === 0) return undefined;
  const provider = await context.flowkiwi();
  return inOrder(known, AT_ONCE, async (remembered) => {
    const organization = await readKnownOrganization(provider, organizations, remembered);
    const node = { ...organization, current: organization.id === current, instances: [] };
    if (organization.status !== 'ok') return node;
    try {
      return { ...node, instances: await instancesOf(provider, organization.id) };
    } catch (error) {
      const status = lostStatus(error);
      if (status === undefined) throw error;
      return { ...node, status };
    }
  });
}

async function instancesOf(provider: FlowkiwiIdentity, organizationId: string): Promise<readonly Instance[]> {
  const instances: Instance[] = [];
  const sort = { field: 'name', direction: 'asc' } as const;
  for await (const instance of provider.listInstances(organizationId, { sort })) instances.push(instance);
  return instances;
}

const LOST: Readonly<Record<Exclude<OrganizationNode['status'], 'ok'>, string>> = { gone: 'gone', no_access: 'no access' };

/** Writes each organization with its instances as soon as they are known. */
async function draw({ options, edges }: Context, printer: Printer, nodes: AsyncIterable<OrganizationNode>): Promise<void> {
  for await (const node of nodes) {
    const { id, status, instances } = node;
    if (options.quiet) {
      await printer.value(undefined, [id, ...instances.map((instance) => instance.id)]);
    } else if (status === 'ok') await printer.value(undefined, organizationTree(node, instances));
    else await printer.value(undefined, lostOrganizationTree(node, LOST[status]), 'dim');
    if (edges.stdout.isClosed()) return;
  }
}
