import type { ZitadelMember } from '../../../identity/zitadel/member.ts';
import type { View } from '../../../output/view.ts';

/** How a member of an organization is shown. */
export const memberView: View<ZitadelMember> = {
  kind: 'member',
  fields: [
    { name: 'id', heading: 'ID', type: 'string', table: true, keep: true, text: ({ id }) => id },
    { name: 'name', heading: 'Name', table: true, text: ({ name }) => name },
    {
      name: 'preferred_login_name',
      heading: 'Login name',
      table: true,
      keep: true,
      spare: true,
      text: ({ preferred_login_name }) => preferred_login_name,
    },
    { name: 'email', heading: 'Email', table: false, text: ({ email }) => email },
    { name: 'roles', heading: 'Roles', type: 'string[]', table: true, keep: true, text: ({ roles }) => roles },
    { name: 'user_type', heading: 'Type', table: true, spare: true, text: ({ user_type }) => user_type },
    {
      name: 'user_resource_owner',
      heading: 'Organization',
      table: false,
      keep: true,
      text: ({ user_resource_owner }) => user_resource_owner,
    },
    { name: 'created_at', heading: 'Created', table: false, keep: true, isTime: true, text: ({ created_at }) => created_at },
    { name: 'updated_at', heading: 'Updated', table: false, keep: true, isTime: true, text: ({ updated_at }) => updated_at },
    { name: 'sequence', heading: 'Sequence', table: false, keep: true, text: ({ sequence }) => sequence },
  ],
  id: ({ id }) => id,
  json: (member) => ({ ...member }),
};
