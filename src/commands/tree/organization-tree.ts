import { type Instance, isOwnedBy } from '../../identity/instance.ts';
import type { Organization } from '../../identity/organization.ts';
import { treeLines } from '../../output/tree.ts';

/** An organization and its instances as a tree, each instance with the host of its product management. */
export function organizationTree(organization: Pick<Organization, 'id' | 'name'>, instances: readonly Instance[]): readonly string[] {
  return treeLines({
    label: organizationLabel(organization),
    children: instances.map((instance) => ({ label: instanceLabel(instance, organization.id), children: [] })),
  });
}

/** An organization whose instances cannot be read, and why. */
export function lostOrganizationTree(organization: Pick<Organization, 'id' | 'name'>, why: string): readonly string[] {
  return treeLines({ label: `${organizationLabel(organization)} (${why})`, children: [] });
}

function organizationLabel({ id, name }: Pick<Organization, 'id' | 'name'>): string {
  return `Organization ${quoted(name) ?? id}`;
}

function instanceLabel(instance: Instance, organizationId: string): string {
  const { id, name, handle, product_management_url, organization_id } = instance;
  const about = [
    handle === null
      ? 'no handle'
      : `handle: ${handle}${product_management_url === null ? '' : ` → ${new URL(product_management_url).host}`}`,
    ...(isOwnedBy(instance, organizationId) ? [] : [`owned by organization ${organization_id}`]),
  ];
  return `Instance ${quoted(name) ?? id} (${about.join(', ')})`;
}

function quoted(name: string | null): string | undefined {
  return name === null ? undefined : `"${name}"`;
}
