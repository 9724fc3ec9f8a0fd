import type { Context } from '../../context/context.ts';
import { flowkiwi } from '../../hint.ts';
import { checkedName } from '../../identity/organization.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { organizationGiven } from './choose.ts';
import { ORG, zitadelOrganizationId } from './find.ts';
import { organizationView, zitadelOrganizationView } from './views.ts';

const EXAMPLE = flowkiwi('org', 'rename', 'Acme Corp', 'Acme Group');

export const orgRename = defineCommand({
  name: 'rename',
  summary: 'give an organization another name',
  description: 'Gives an organization another display name. Only its owners may do that.',
  arguments: [ORG, { name: 'name', kind: 'name', summary: 'the new name; at Flowkiwi it need not be unique' }],
  examples: [
    'flowkiwi org rename "Acme Corp" "Acme Group"',
    'flowkiwi org rename 0196f3a0-1111-7000-8000-000000000001 "Acme Group" --json',
  ],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: { flowkiwi: () => objectOf(organizationView), zitadel: () => objectOf(zitadelOrganizationView) },
  effect: 'changes',
  org: both('ignored'),
}).run({
  flowkiwi: async (context, { args: [givenOrg, givenName] }) => {
    context.printer.check(organizationView);
    const org = await organizationGiven(context, givenOrg, { example: EXAMPLE });
    const name = await askForName(context, givenName, (answer) => (answer.trim() === '' ? 'The name cannot be empty' : undefined));
    checkedName('organization', name);
    const organizations = await context.organizations();
    const id = await organizations.resolve(org);
    const organization = await (await context.flowkiwi()).renameOrganization(id, name);
    await organizations.remember({ ...organization, name: organization.name ?? name }, { use: false });
    return recordResult(organizationView, organization, {
      success: `Renamed organization ${organization.id} to ${organization.name ?? name}`,
    });
  },
  zitadel: async (context, { args: [givenOrg, givenName] }) => {
    context.printer.check(zitadelOrganizationView);
    const { checkedOrganizationName, organizationNameProblem } = await import('../../identity/zitadel/rules.ts');
    const org = await organizationGiven(context, givenOrg, { example: EXAMPLE });
    const name = await askForName(context, givenName, organizationNameProblem);
    checkedOrganizationName(name);
    const organization = await (await context.zitadel()).renameOrganization(await zitadelOrganizationId(context, org), name);
    await (await context.organizations()).remember(organization, { use: false });
    return recordResult(zitadelOrganizationView, organization, {
      success: `Renamed organization ${organization.id} to ${organization.name}`,
    });
  },
});

function askForName(context: Context, given: string | undefined, problem: (answer: string) => string | undefined): Promise<string> {
  return askIfMissing(context, given, { kind: 'name', what: 'NAME', example: EXAMPLE, message: 'New name:', problem });
}
