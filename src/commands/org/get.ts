import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { workingOrganization } from './choose.ts';
import { ORG, zitadelOrganization } from './find.ts';
import { organizationView, zitadelOrganizationView } from './views.ts';
import { ownOrganization } from './zitadel-target.ts';

export const orgGet = defineCommand({
  name: 'get',
  summary: 'show an organization with its owners and members',
  arguments: [{ ...ORG, summary: `${ORG.summary}; the current organization when absent` }],
  examples: ['flowkiwi org get', 'flowkiwi org get 0196f3a0-1111-7000-8000-000000000001 --json'],
  printsResource: true,
  exits: ['not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: { flowkiwi: () => objectOf(organizationView), zitadel: () => objectOf(zitadelOrganizationView) },
  effect: 'reads',
  org: both('used'),
}).run({
  flowkiwi: async (context, { args: [given] }) => {
    context.printer.check(organizationView);
    const organizations = await context.organizations();
    const id = await workingOrganization(context, 'reads', given);
    const organization = await (await context.flowkiwi()).getOrganization(id);
    await organizations.remember(organization, { use: false });
    return recordResult(organizationView, organization);
  },
  // Without an organization and a current one: the one that the caller belongs to.
  zitadel: async (context, { args: [given] }) => {
    context.printer.check(zitadelOrganizationView);
    const organizations = await context.organizations();
    const wanted = given ?? context.options.org ?? (await organizations.current());
    const organization = await (wanted === undefined ? ownOrganization(context) : zitadelOrganization(context, wanted));
    await organizations.remember(organization, { use: false });
    return recordResult(zitadelOrganizationView, organization);
  },
});
