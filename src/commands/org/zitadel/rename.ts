import type { Context } from '../../../context/context.ts';
import { checkedOrganizationName } from '../../../identity/zitadel/organization-requests.ts';
import { organizationNameProblem } from '../../../identity/zitadel/rules.ts';
import { askIfMissing } from '../../kit/ask.ts';
import type { Input } from '../../kit/command.ts';
import { type Result, recordResult } from '../../kit/result.ts';
import { organizationId } from '../find.ts';
import { organizationView } from './organization-view.ts';

/** `org rename` at ZITADEL. */
export async function renameOrganization(context: Context, { args: [givenOrg, givenName] }: Pick<Input, 'args'>): Promise<Result> {
  context.printer.check(organizationView);
  const example = 'flowkiwi org rename "Acme Corp" "Acme Group"';
  const org = await askIfMissing(context, givenOrg, { what: 'ORG', example, message: 'Id or name of the organization:' });
  const name = await askIfMissing(context, givenName, { what: 'NAME', example, message: 'New name:', problem: organizationNameProblem });
  checkedOrganizationName(name);
  const organization = await (await context.zitadel()).renameOrganization(await organizationId(context, org), name);
  await (await context.organizations()).remember(organization, { use: false });
  return recordResult(organizationView, organization, { success: `Renamed organization ${organization.id} to ${organization.name}` });
}
