import type { Context } from '../../context/context.ts';
import type { Organizations } from '../../context/organizations.ts';
import { isCliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import type { Organization } from '../../identity/organization.ts';
import type { FlowkiwiIdentity } from '../../identity/provider.ts';
import { inOrder } from '../../in-order.ts';
import type { View } from '../../output/view.ts';
import type { KnownOrganization, KnownOrganizations } from '../../storage/config.ts';
import { organizationView } from './views.ts';

/** An organization that the profile knows, as the server has it now. One that cannot be read any more has the name that it had, and nothing else. */
export interface KnownOrganizationNow extends Organization {
  /** `gone`: the server has it no more; `no_access`: it is no longer ours. */
  readonly status: 'ok' | 'gone' | 'no_access';
  readonly current: boolean;
}

/** How an organization is shown among those that the profile knows. */
export const knownOrganizationView: View<KnownOrganizationNow> = {
  kind: 'organization',
  fields: organizationView.fields.flatMap((field) =>
    field.name === 'name'
      ? [
          field,
          {
            name: 'status',
            heading: 'Status',
            type: 'string',
            table: true,
            keep: true,
            text: ({ status }: KnownOrganizationNow) => status,
          },
          {
            name: 'current',
            heading: 'Current',
            type: 'boolean',
            table: true,
            keep: true,
            text: ({ current }: KnownOrganizationNow) => (current ? 'yes' : ''),
          },
        ]
      : [field],
  ),
  id: ({ id }) => id,
  json: ({ id, name, status, current, ...rest }) => ({ id, name, status, current, ...rest }),
};

/** Requests at a time. */
export const AT_ONCE = 8;

/** Reads organizations back, in their order, and remembers the names that have changed. Throws when the server cannot be asked. */
export function readKnownOrganizations(
  provider: FlowkiwiIdentity,
  organizations: Organizations,
  { known, current }: KnownOrganizations,
): AsyncIterable<KnownOrganizationNow> {
  return inOrder(known, AT_ONCE, async (organization) => ({
    ...(await readKnownOrganization(provider, organizations, organization)),
    current: organization.id === current,
  }));
}

/** Reads one organization back. */
export async function readKnownOrganization(
  provider: FlowkiwiIdentity,
  organizations: Organizations,
  known: KnownOrganization,
): Promise<Omit<KnownOrganizationNow, 'current'>> {
  try {
    const organization = await provider.getOrganization(known.id);
    if (organization.name !== null && organization.name !== known.name) await organizations.remember(organization, { use: false });
    return { ...organization, status: 'ok' };
  } catch (error) {
    const status = lostStatus(error);
    if (status === undefined) throw error;
    const { id, name } = known;
    return { id, name: name === '' ? null : name, created_at: null, updated_at: null, owners: [], members: [], status };
  }
}

/** What a refusal to read an organization says about it; undefined for a failure that says nothing about it. */
export function lostStatus(error: unknown): 'gone' | 'no_access' | undefined {
  if (!isCliError(error)) return undefined;
  if (error.code === 'not_found') return 'gone';
  return error.code === 'forbidden' ? 'no_access' : undefined;
}

/** Those whose ids a script may act on: not the ones that are gone. */
export async function* withoutGone<T extends Pick<KnownOrganizationNow, 'status'>>(organizations: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const organization of organizations) if (organization.status !== 'gone') yield organization;
}

/**
 * Says why nothing is listed, and what to do. The server is asked for nothing, so that a refused credential would go unnoticed: it is asked
 * about that. Throws `auth` when it is refused.
 */
export async function explainNoneKnown(context: Context): Promise<void> {
  const { messages } = context;
  const { name } = await context.profile();
  const isSignedIn = await context.hasCredential();
  if (isSignedIn) await (await context.flowkiwi()).checkCredential();
  await messages.notice(
    `Profile ${name} knows no organization yet: Flowkiwi publishes no listing, so only what was created or read with flowkiwi is listed`,
  );
  await messages.next(isSignedIn ? flowkiwi('org', 'create', 'Acme Corp') : flowkiwi('login'));
}
