import { type Instance, isOwnedBy } from '../../identity/instance.ts';
import type { Organization } from '../../identity/organization.ts';
import { renderTree } from '../../output/tree.ts';

/** An organization and its instances as a tree, each instance with the host of its product management. */
export function organizationTree({ id, name }: Pick<Organization, 'id' | 'name'>, instances: readonly Instance[]): string {
  return renderTree({
    label: organizationLabel(name),
    children: instances.map((instance) => ({ label: instanceLabel(instance, id), children: [] })),
  });
}

/** An organization whose instances cannot be read, and why. */
export function lostOrganizationTree({ name }: Pick<Organization, 'name'>, why: string): string {
  return renderTree({ label: `${organizationLabel(name)} (${why})`, children: [] });
}

function organizationLabel(name: string): string {
  return `Organization "${name}"`;
}

function instanceLabel(instance: Instance, organizationId: string): string {
  const { name, handle, product_management_url, organization_id } = instance;
  const owner = isOwnedBy(instance, organizationId) ? '' : `, owned by organization ${organization_id}`;
  return `Instance "${name}" (handle: ${handle} → ${new URL(product_management_url).host}${owner})`;
}
