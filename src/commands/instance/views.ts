import type { Instance } from '../../identity/instance.ts';
import type { View } from '../../output/view.ts';

/** How an instance is shown. */
export const instanceView: View<Instance> = {
  kind: 'instance',
  fields: [
    { name: 'id', heading: 'ID', table: true, keep: true, text: ({ id }) => id },
    { name: 'name', heading: 'Name', table: true, text: ({ name }) => name },
    { name: 'handle', heading: 'Handle', table: true, keep: true, text: ({ handle }) => handle },
    { name: 'organization_id', heading: 'Organization', table: false, keep: true, text: ({ organization_id }) => organization_id },
    {
      name: 'created_by_organization_id',
      heading: 'Created by',
      table: false,
      keep: true,
      text: ({ created_by_organization_id }) => created_by_organization_id ?? '',
    },
    {
      name: 'product_management_url',
      heading: 'Product management',
      table: true,
      keep: true,
      spare: true,
      text: ({ product_management_url }) => product_management_url,
    },
    { name: 'created_at', heading: 'Created', table: true, keep: true, spare: true, text: ({ created_at }) => created_at ?? '' },
    { name: 'updated_at', heading: 'Updated', table: false, keep: true, text: ({ updated_at }) => updated_at ?? '' },
  ],
  id: ({ id }) => id,
  json: (instance) => ({ ...instance }),
};
