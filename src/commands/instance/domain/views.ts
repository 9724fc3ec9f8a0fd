import type { InstanceDomain } from '../../../identity/zitadel/instance.ts';
import type { View } from '../../../output/view.ts';

/** How a domain of an instance is shown; its id is the domain itself. */
export const instanceDomainView: View<InstanceDomain> = {
  kind: 'domain',
  fields: [
    { name: 'domain', heading: 'Domain', type: 'string', table: true, keep: true, text: ({ domain }) => domain },
    { name: 'primary', heading: 'Primary', type: 'boolean', table: true, keep: true, text: ({ primary }) => (primary ? 'yes' : '') },
    {
      name: 'generated',
      heading: 'Generated',
      type: 'boolean',
      table: true,
      keep: true,
      text: ({ generated }) => (generated ? 'yes' : ''),
    },
    { name: 'created_at', heading: 'Created', table: true, keep: true, spare: true, isTime: true, text: ({ created_at }) => created_at },
    { name: 'updated_at', heading: 'Updated', table: false, keep: true, isTime: true, text: ({ updated_at }) => updated_at },
    { name: 'sequence', heading: 'Sequence', table: false, keep: true, text: ({ sequence }) => sequence },
  ],
  id: ({ domain }) => domain,
  json: (domain) => ({ ...domain }),
};
