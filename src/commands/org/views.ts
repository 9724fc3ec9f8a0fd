import type { Member, Organization } from '../../identity/organization.ts';
import type { View } from '../../output/view.ts';

/** How an organization is shown. */
export const organizationView: View<Organization> = {
  kind: 'organization',
  fields: [
    { name: 'id', heading: 'ID', table: true, keep: true, text: ({ id }) => id },
    { name: 'name', heading: 'Name', table: true, text: ({ name }) => name },
    { name: 'owners', heading: 'Owners', table: true, spare: true, text: ({ owners }) => owners.map(memberText) },
    { name: 'members', heading: 'Members', table: false, text: ({ members }) => members.map(memberText) },
    { name: 'created_at', heading: 'Created', table: true, keep: true, spare: true, text: ({ created_at }) => created_at ?? '' },
    { name: 'updated_at', heading: 'Updated', table: false, keep: true, text: ({ updated_at }) => updated_at ?? '' },
  ],
  id: ({ id }) => id,
  json: (organization) => ({ ...organization }),
};

function memberText({ email, id }: Member): string {
  return email || id;
}
