import type { Context } from '../../context/context.ts';
import { CliError, isCliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import type { ZitadelInstance } from '../../identity/zitadel/instance.ts';
import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import { treeLines } from '../../output/tree.ts';
import type { FieldType, View } from '../../output/view.ts';
import { zitadelInstanceView } from '../instance/views.ts';
import { listResult, type Result } from '../kit/result.ts';
import { zitadelOrganization } from '../org/find.ts';
import { zitadelOrganizationView } from '../org/views.ts';

/** The organizations that somebody may see, in their instance, which an owner of one of them may not read. */
interface InstanceNode {
  readonly instance: ZitadelInstance | undefined;
  readonly organizations: readonly ZitadelOrganization[];
}

export const instanceNodeView: View<InstanceNode> = {
  kind: zitadelInstanceView.kind,
  id: ({ instance }) => instance?.id ?? '',
  fields: [
    ...zitadelInstanceView.fields.map((field) => ({
      ...field,
      type: orNull(field.type),
      text: ({ instance }: InstanceNode) => (instance ? field.text(instance) : ''),
    })),
    {
      name: 'organizations',
      heading: 'Organizations',
      type: 'object[]',
      table: true,
      text: ({ organizations }) => organizations.map(({ name }) => name),
    },
  ],
  json: ({ instance, organizations }) => ({
    ...(instance ? zitadelInstanceView.json(instance) : UNKNOWN),
    organizations: organizations.map(zitadelOrganizationView.json),
  }),
};

/** The same of an instance that may not be read. */
function orNull(type: FieldType | undefined): FieldType | undefined {
  return type === 'string[]' ? 'string[] | null' : undefined;
}

/** The fields of an instance that cannot be read. */
const UNKNOWN = Object.fromEntries(zitadelInstanceView.fields.map(({ name }) => [name, null]));

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
  const [instance, organizations] = await Promise.all([readableInstance(context), organizationsOf(context)]);
  if (isData) return listResult(instanceNodeView, [{ instance, organizations }]);
  const { host } = (await context.profile()).url;
  const lines = options.quiet ? ids(instance, organizations) : instanceTree(instance ?? host, organizations);
  return { print: (to) => to.value(undefined, lines) };
}

async function organizationsOf(context: Context): Promise<readonly ZitadelOrganization[]> {
  const { org } = context.options;
  if (org !== undefined) return [await zitadelOrganization(context, org)];
  const organizations: ZitadelOrganization[] = [];
  for await (const organization of (await context.zitadel()).listOrganizations()) organizations.push(organization);
  return organizations;
}

/** The profile's instance; undefined for somebody who may not read it. */
export async function readableInstance(context: Context): Promise<ZitadelInstance | undefined> {
  try {
    return await (await context.zitadel()).getOwnInstance();
  } catch (error) {
    if (isCliError(error) && error.code === 'forbidden' && error.status === 403) return undefined;
    throw error;
  }
}

function ids(instance: ZitadelInstance | undefined, organizations: readonly ZitadelOrganization[]): readonly string[] {
  return [...(instance ? [instance.id] : []), ...organizations.map(({ id }) => id)];
}

/** What of an organization is shown in a tree. */
type Labelled = Pick<ZitadelOrganization, 'name' | 'primary_domain' | 'state'>;

/** An instance, or its host where it cannot be read, and organizations in it as a tree. */
export function instanceTree(instance: ZitadelInstance | string, organizations: readonly Labelled[]): readonly string[] {
  return treeLines({
    label: typeof instance === 'string' ? `Instance at ${instance}` : instanceLabel(instance),
    children: organizations.map((organization) => ({ label: organizationLabel(organization), children: [] })),
  });
}

function instanceLabel({ name, primary_domain }: ZitadelInstance): string {
  return `Instance "${name}"${primary_domain === null ? '' : ` (${primary_domain})`}`;
}

function organizationLabel({ name, primary_domain, state }: Labelled): string {
  const about = [primary_domain, state === 'active' ? null : state].filter((part) => part !== null);
  return `Organization "${name}"${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
}
