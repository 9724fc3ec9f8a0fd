import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import type { ZitadelInstance } from '../../identity/zitadel/instance.ts';
import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import { treeLines } from '../../output/tree.ts';
import type { View } from '../../output/view.ts';
import { zitadelInstanceView } from '../instance/views.ts';
import { listResult, type Result } from '../kit/result.ts';
import { zitadelOrganization } from '../org/find.ts';
import { zitadelOrganizationView } from '../org/views.ts';

interface InstanceNode extends ZitadelInstance {
  readonly organizations: readonly ZitadelOrganization[];
}

const instanceNodeView: View<InstanceNode> = {
  ...zitadelInstanceView,
  fields: [
    ...zitadelInstanceView.fields,
    { name: 'organizations', heading: 'Organizations', table: true, text: ({ organizations }) => organizations.map(({ name }) => name) },
  ],
  json: ({ organizations, ...instance }) => ({
    ...zitadelInstanceView.json(instance),
    organizations: organizations.map(zitadelOrganizationView.json),
  }),
};

/** `tree` at ZITADEL, where the instance holds the organizations: that of the profile, with all of them or the one of `--org`. */
export async function drawTree(context: Context): Promise<Result> {
  const { options, printer } = context;
  const isData = options.format === 'json' || options.format === 'yaml';
  printer.check(instanceNodeView);
  if (options.fields && !isData) {
    throw new CliError('usage', 'a tree is drawn whole: --fields is for its data', {
      hint: { command: flowkiwi('tree', '--fields', 'id,name', '--json') },
    });
  }
  const [instance, organizations] = await Promise.all([(await context.zitadel()).getOwnInstance(), organizationsOf(context)]);
  if (isData) return listResult(instanceNodeView, [{ ...instance, organizations }]);
  const lines = options.quiet ? ids(instance, organizations) : picture(instance, organizations);
  return { print: (to) => to.value(undefined, lines) };
}

async function organizationsOf(context: Context): Promise<readonly ZitadelOrganization[]> {
  const { org } = context.options;
  if (org !== undefined) return [await zitadelOrganization(context, org)];
  const organizations: ZitadelOrganization[] = [];
  for await (const organization of (await context.zitadel()).listOrganizations()) organizations.push(organization);
  return organizations;
}

function ids(instance: ZitadelInstance, organizations: readonly ZitadelOrganization[]): readonly string[] {
  return [instance.id, ...organizations.map(({ id }) => id)];
}

function picture({ name, primary_domain }: ZitadelInstance, organizations: readonly ZitadelOrganization[]): readonly string[] {
  return treeLines({
    label: `Instance "${name}"${primary_domain === null ? '' : ` (${primary_domain})`}`,
    children: organizations.map((organization) => ({ label: organizationLabel(organization), children: [] })),
  });
}

function organizationLabel({ name, primary_domain, state }: ZitadelOrganization): string {
  const about = [primary_domain, state === 'active' ? null : state].filter((part) => part !== null);
  return `Organization "${name}"${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
}
