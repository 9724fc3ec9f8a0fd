import { confirmYes, mustConfirm } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { ORG_OR_CURRENT, setActive } from './activation.ts';
import { zitadelOrganizationView } from './views.ts';

export const orgDeactivate = defineCommand({
  name: 'deactivate',
  summary: 'keep the users of an organization from signing in (ZITADEL)',
  description:
    'Makes an organization inactive: nothing of it is lost, and its users cannot sign in until org reactivate. Asks first, unless --yes is given.',
  arguments: [ORG_OR_CURRENT],
  examples: ['flowkiwi org deactivate "Acme Corp"', 'flowkiwi org deactivate 288934501122441273 --yes'],
  printsResource: true,
  exits: ['not_found', 'auth', 'forbidden', 'unavailable', 'interrupted'],
  data: both(async () => objectOf((await import('./views.ts')).zitadelOrganizationView)),
  effect: 'changes',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given] }) => {
    context.printer.check(zitadelOrganizationView);
    const ask = mustConfirm(context, `deactivating ${given === undefined ? 'the organization' : `the organization ${given}`}`);
    const confirm = async (organization: string) => {
      if (ask) await confirmYes(context, `Deactivate organization ${organization}? Its users cannot sign in any more.`);
    };
    return setActive(context, given, { isActive: false, confirm });
  },
});
