import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { ORG_OR_CURRENT, setActive } from './activation.ts';
import { zitadelOrganizationView } from './views.ts';

export const orgReactivate = defineCommand({
  name: 'reactivate',
  summary: 'let the users of an organization sign in again (ZITADEL)',
  description: 'Makes an organization active that org deactivate has made inactive.',
  arguments: [ORG_OR_CURRENT],
  examples: ['flowkiwi org reactivate "Acme Corp"', 'flowkiwi org reactivate 288934501122441273 --json'],
  printsResource: true,
  exits: ['not_found', 'auth', 'forbidden', 'unavailable'],
  data: both(async () => objectOf((await import('./views.ts')).zitadelOrganizationView)),
  effect: 'changes',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given] }) => {
    context.printer.check(zitadelOrganizationView);
    return setActive(context, given, { isActive: true, confirm: () => Promise.resolve() });
  },
});
