import type { Context } from '../../../context/context.ts';
import { isCliError } from '../../../errors.ts';
import { interruptedWith } from '../../../identity/look-for-lost.ts';
import type { ZitadelOrganization } from '../../../identity/zitadel/organization.ts';

/**
 * An organization as it is now: the answer to a create says little of it. When it cannot be read, what that answer said: the organization is there
 * all the same, and whoever has made it needs its id.
 */
export async function readBack(context: Context, created: ZitadelOrganization): Promise<ZitadelOrganization> {
  try {
    return await (await context.zitadel()).getOrganization(created.id);
  } catch (error) {
    const { interruption } = context.edges;
    if (interruption.aborted)
      throw interruptedWith(interruption.reason, { message: `organization ${created.name} (${created.id}) was created`, hint: undefined });
    if (!isCliError(error)) throw error;
    await context.messages.notice(`The organization was created, and cannot be read: ${error.message}`);
    return created;
  }
}
