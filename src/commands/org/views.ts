import type { Member, Organization } from '../../identity/organization.ts';
import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import type { Field, View } from '../../output/view.ts';

/** How an organization is shown. */
export const organizationView: View<Organization> = {
  kind: 'organization',
  fields: [
    { name: 'id', heading: 'ID', type: 'string', table: true, keep: true, text: ({ id }) => id },
    { name: 'name', heading: 'Name', table: true, text: ({ name }) => name },
    { name: 'owners', heading: 'Owners', type: 'object[]', table: true, spare: true, text: ({ owners }) => owners.map(memberText) },
    { name: 'members', heading: 'Members', type: 'object[]', table: false, text: ({ members }) => members.map(memberText) },
    { name: 'created_at', heading: 'Created', table: true, keep: true, spare: true, isTime: true, text: ({ created_at }) => created_at },
    { name: 'updated_at', heading: 'Updated', table: false, keep: true, isTime: true, text: ({ updated_at }) => updated_at },
  ],
  id: ({ id }) => id,
  json: (organization) => ({ ...organization }),
};

function memberText({ email, id }: Member): string | null {
  return email || id;
}

const ZITADEL_FIELDS: readonly Field<ZitadelOrganization>[] = [
  { name: 'id', heading: 'ID', type: 'string', table: true, keep: true, text: ({ id }) => id },
  { name: 'name', heading: 'Name', table: true, text: ({ name }) => name },
  { name: 'primary_domain', heading: 'Domain', table: true, keep: true, spare: true, text: ({ primary_domain }) => primary_domain ?? '' },
  { name: 'state', heading: 'State', table: true, text: ({ state }) => state ?? '' },
  { name: 'created_at', heading: 'Created', table: true, keep: true, spare: true, isTime: true, text: ({ created_at }) => created_at },
  { name: 'updated_at', heading: 'Updated', table: false, keep: true, isTime: true, text: ({ updated_at }) => updated_at },
  { name: 'sequence', heading: 'Sequence', table: false, keep: true, text: ({ sequence }) => sequence ?? '' },
];

/** How an organization of ZITADEL is shown. */
export const zitadelOrganizationView: View<ZitadelOrganization> = {
  kind: 'organization',
  fields: ZITADEL_FIELDS,
  id: ({ id }) => id,
  json: (organization) => ({ ...organization }),
};

export interface ListedOrganization extends ZitadelOrganization {
  readonly current: boolean;
}

/** How it is shown among others. */
export const listedOrganizationView: View<ListedOrganization> = {
  ...zitadelOrganizationView,
  fields: [
    ...ZITADEL_FIELDS.slice(0, 2),
    { name: 'current', heading: 'Current', type: 'boolean', table: true, keep: true, text: ({ current }) => (current ? 'yes' : '') },
    ...ZITADEL_FIELDS.slice(2),
  ],
  json: ({ id, name, current, ...rest }) => ({ id, name, current, ...rest }),
};

/** One that was created with its administrator. */
export interface SetUpOrganization extends ZitadelOrganization {
  /** The administrator; null when the answer that named it got lost. */
  readonly user_id: string | null;
}

/** How one that was set up is shown. */
export const setUpView: View<SetUpOrganization> = {
  ...zitadelOrganizationView,
  fields: [
    ...ZITADEL_FIELDS.slice(0, 2),
    { name: 'user_id', heading: 'Administrator', table: true, keep: true, text: ({ user_id }) => user_id ?? '' },
    ...ZITADEL_FIELDS.slice(2),
  ],
  json: ({ id, name, user_id, ...rest }) => ({ id, name, user_id, ...rest }),
};

/** How an organization is shown that was not read. */
export const namedOrganizationView: View<Pick<Organization, 'id' | 'name'>> = {
  kind: 'organization',
  fields: [
    { name: 'id', heading: 'ID', type: 'string', table: true, keep: true, text: ({ id }) => id },
    { name: 'name', heading: 'Name', table: true, text: ({ name }) => name },
  ],
  id: ({ id }) => id,
  json: ({ id, name }) => ({ id, name }),
};
