import type { Instance } from '../../identity/instance.ts';
import type { ZitadelInstance } from '../../identity/zitadel/instance.ts';
import type { Field, View } from '../../output/view.ts';

/** How an instance is shown. */
export const instanceView: View<Instance> = {
  kind: 'instance',
  fields: [
    { name: 'id', heading: 'ID', type: 'string', table: true, keep: true, text: ({ id }) => id },
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
    { name: 'created_at', heading: 'Created', table: true, keep: true, spare: true, isTime: true, text: ({ created_at }) => created_at },
    { name: 'updated_at', heading: 'Updated', table: false, keep: true, isTime: true, text: ({ updated_at }) => updated_at },
  ],
  id: ({ id }) => id,
  json: (instance) => ({ ...instance }),
};

const ZITADEL_FIELDS: readonly Field<ZitadelInstance>[] = [
  { name: 'id', heading: 'ID', type: 'string', table: true, keep: true, text: ({ id }) => id },
  { name: 'name', heading: 'Name', table: true, text: ({ name }) => name },
  { name: 'primary_domain', heading: 'Domain', table: true, keep: true, text: ({ primary_domain }) => primary_domain ?? '' },
  { name: 'domains', heading: 'All domains', type: 'string[]', table: false, keep: true, text: ({ domains }) => domains },
  { name: 'state', heading: 'State', table: true, spare: true, text: ({ state }) => state ?? '' },
  { name: 'version', heading: 'Version', table: false, text: ({ version }) => version ?? '' },
  { name: 'created_at', heading: 'Created', table: true, keep: true, spare: true, isTime: true, text: ({ created_at }) => created_at },
  { name: 'updated_at', heading: 'Updated', table: false, keep: true, isTime: true, text: ({ updated_at }) => updated_at },
  { name: 'sequence', heading: 'Sequence', table: false, keep: true, text: ({ sequence }) => sequence ?? '' },
];

/** How an instance of ZITADEL is shown. */
export const zitadelInstanceView: View<ZitadelInstance> = {
  kind: 'instance',
  fields: ZITADEL_FIELDS,
  id: ({ id }) => id,
  json: (instance) => ({ ...instance }),
};

/** An instance with what only the answer to its create says. */
export interface CreatedInstance extends ZitadelInstance {
  readonly first_organization_id: string | null;
  /** Secrets that no file was named for. No field has a text of them, so that no table has them: JSON and YAML alone. */
  readonly secrets: Readonly<Record<string, unknown>>;
}

/** How an instance that was created just now is shown; `secrets` are the names of those that JSON and YAML have. */
export function createdZitadelInstanceView(secrets: readonly string[]): View<CreatedInstance> {
  return {
    ...zitadelInstanceView,
    fields: [
      ...ZITADEL_FIELDS.slice(0, 4),
      {
        name: 'first_organization_id',
        heading: 'Organization',
        table: false,
        keep: true,
        text: ({ first_organization_id }) => first_organization_id ?? '',
      },
      ...ZITADEL_FIELDS.slice(4),
      ...secrets.map((name) => ({
        name,
        type: name === 'pat' ? ('string' as const) : ('object' as const),
        heading: '',
        table: false,
        text: () => '',
        isSecret: true,
        optional: true,
      })),
    ],
    json: ({ secrets: printed, ...instance }) => ({ ...instance, ...printed }),
  };
}
