import type { Context } from '../../context/context.ts';
import { flowkiwi } from '../../hint.ts';
import type { Argument } from '../kit/command.ts';
import { nameAndId, type Result, recordResult } from '../kit/result.ts';
import { ORG } from './find.ts';
import { zitadelOrganizationView } from './views.ts';
import { zitadelTarget } from './zitadel-target.ts';

/** ORG on the command line of what works in the current one as well. */
export const ORG_OR_CURRENT = { ...ORG, summary: `${ORG.summary}; the current organization when absent` } satisfies Argument;

/**
 * Lets the users of an organization of ZITADEL sign in, or not. `confirm` is called with the organization before anything is changed. Throws what
 * the adapter throws.
 */
export async function setActive(
  context: Context,
  given: string | undefined,
  { isActive, confirm }: { readonly isActive: boolean; readonly confirm: (organization: string) => Promise<void> },
): Promise<Result> {
  const organization = await zitadelTarget(context, given);
  const named = nameAndId(organization);
  await confirm(named);
  const outcome = await (await context.zitadel()).setOrganizationActive(organization.id, isActive);
  const state = isActive ? 'active' : 'inactive';
  const unread = outcome === 'changed' ? { updated_at: null, sequence: null } : {};
  const verb = isActive ? 'Reactivated' : 'Deactivated';
  return recordResult(
    zitadelOrganizationView,
    { ...organization, state, ...unread },
    {
      success: outcome === 'changed' ? `${verb} organization ${named}` : `The organization ${named} is ${state} already`,
      ...(!isActive && { next: flowkiwi('org', 'reactivate', { id: organization.id }) }),
    },
  );
}
