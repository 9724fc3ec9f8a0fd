import type { Instance } from '../identity/instance.ts';
import type { Organization } from '../identity/organization.ts';
import { renderTree } from '../output/tree.ts';

/** An organization and its instances as a tree, each instance with the host of its product management. */
export function organizationTree({ name }: Pick<Organization, 'name'>, instances: readonly Instance[]): string {
  return renderTree({
    label: `Organization "${name}"`,
    children: instances.map((instance) => ({ label: instanceLabel(instance), children: [] })),
  });
}

function instanceLabel({ name, handle, product_management_url }: Instance): string {
  return `Instance "${name}" (handle: ${handle} → ${new URL(product_management_url).host})`;
}
