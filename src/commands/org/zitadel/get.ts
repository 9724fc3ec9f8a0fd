import type { Context } from '../../../context/context.ts';
import type { Input } from '../../kit/command.ts';
import { type Result, recordResult } from '../../kit/result.ts';
import { namedOrganization } from '../find.ts';
import { organizationView } from './organization-view.ts';

/** `org get` at ZITADEL. Without an organization and a current one: the one that the caller belongs to. */
export async function getOrganization(context: Context, { args: [given] }: Pick<Input, 'args'>): Promise<Result> {
  context.printer.check(organizationView);
  const organizations = await context.organizations();
  const wanted = given ?? context.options.org ?? (await organizations.read()).current;
  const organization = await (wanted === undefined ? (await context.zitadel()).getOwnOrganization() : namedOrganization(context, wanted));
  await organizations.remember(organization, { use: false });
  return recordResult(organizationView, organization);
}
