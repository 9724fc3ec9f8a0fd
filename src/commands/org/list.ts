import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import { defineCommand } from '../kit/command.ts';
import { listResult } from '../kit/result.ts';
import { knownOrganizationView, readKnownOrganizations, sayNoneKnown } from './known.ts';
import { type ListedOrganization, listedOrganizationView } from './views.ts';

export const orgList = defineCommand({
  name: 'list',
  summary: 'list the organizations that this profile knows, or that ZITADEL has',
  description:
    'Flowkiwi publishes no listing of organizations, so flowkiwi remembers those that it created or read with this profile, and reads each ' +
    'of them back. Their status is ok, gone, or no_access for one that is no longer yours; the current one is marked. ' +
    'ZITADEL lists those of the instance, page after page as they are printed.',
  examples: ['flowkiwi org list', 'flowkiwi org list --fields id,name,status --json'],
  exits: ['auth', 'unavailable'],
  org: { flowkiwi: 'ignored', zitadel: 'refused' },
}).run({
  flowkiwi: async (context) => {
    context.printer.check(knownOrganizationView);
    const organizations = await context.organizations();
    const { known, current } = await organizations.read();
    if (known.length === 0) {
      await sayNoneKnown(context);
      return listResult(knownOrganizationView, []);
    }
    return listResult(knownOrganizationView, readKnownOrganizations(await context.flowkiwi(), organizations, { known, current }));
  },
  zitadel: async (context) => {
    context.printer.check(listedOrganizationView);
    const { current } = await (await context.organizations()).read();
    return listResult(listedOrganizationView, marked((await context.zitadel()).listOrganizations(), current));
  },
});

async function* marked(organizations: AsyncIterable<ZitadelOrganization>, current: string | undefined): AsyncGenerator<ListedOrganization> {
  for await (const organization of organizations) yield { ...organization, current: organization.id === current };
}
