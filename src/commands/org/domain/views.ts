import type { OrganizationDomain, ValidationMethod } from '../../../identity/zitadel/domain.ts';
import type { Field, View } from '../../../output/view.ts';

const FIELDS: readonly Field<OrganizationDomain>[] = [
  { name: 'domain', heading: 'Domain', type: 'string', table: true, keep: true, text: ({ domain }) => domain },
  { name: 'primary', heading: 'Primary', type: 'boolean', table: true, keep: true, text: ({ primary }) => (primary ? 'yes' : '') },
  { name: 'verified', heading: 'Verified', type: 'boolean', table: true, keep: true, text: ({ verified }) => (verified ? 'yes' : 'no') },
  { name: 'validation_type', heading: 'Validation', table: false, keep: true, text: ({ validation_type }) => validation_type },
  { name: 'created_at', heading: 'Created', table: true, keep: true, spare: true, isTime: true, text: ({ created_at }) => created_at },
  { name: 'updated_at', heading: 'Updated', table: false, keep: true, isTime: true, text: ({ updated_at }) => updated_at },
  { name: 'sequence', heading: 'Sequence', table: false, keep: true, text: ({ sequence }) => sequence },
];

/** How a domain of an organization is shown; its id is the domain itself. */
export const organizationDomainView: View<OrganizationDomain> = {
  kind: 'domain',
  fields: FIELDS,
  id: ({ domain }) => domain,
  json: (domain) => ({ ...domain }),
};

/** A domain with what has to be found there, both null where nothing has to. */
export interface ChallengedDomain extends OrganizationDomain {
  readonly validation_token: string | null;
  readonly validation_url: string | null;
}

/** How one is shown that was added. */
export const challengedDomainView: View<ChallengedDomain> = {
  ...organizationDomainView,
  fields: [
    ...FIELDS.slice(0, 4),
    { name: 'validation_token', heading: 'Token', table: true, keep: true, text: ({ validation_token }) => validation_token },
    { name: 'validation_url', heading: 'Expected at', table: true, keep: true, text: ({ validation_url }) => validation_url },
    ...FIELDS.slice(4),
  ],
  json: ({ created_at, updated_at, sequence, ...rest }) => ({ ...rest, created_at, updated_at, sequence }),
};

/** A domain as far as is known without reading it. */
export function unreadDomain(domain: string): OrganizationDomain {
  return { domain, primary: false, verified: false, validation_type: null, created_at: null, updated_at: null, sequence: null };
}

/** What the owner of a domain has to do. */
export function challengeInWords(method: ValidationMethod, { token, url }: { readonly token: string; readonly url: string }): string {
  return method === 'dns' ? `Add a TXT record ${url} with the value ${token}` : `Serve a file at ${url} with the content ${token}`;
}
