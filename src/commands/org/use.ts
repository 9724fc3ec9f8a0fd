import type { Context } from '../../context/context.ts';
import type { SeenOrganization } from '../../context/organizations.ts';
import { type CliError, isCliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { nameAndId, type Result, recordResult } from '../kit/result.ts';
import { organizationGiven } from './choose.ts';
import { ORG, zitadelOrganization } from './find.ts';
import { namedOrganizationView } from './views.ts';

export const orgUse = defineCommand({
  name: 'use',
  summary: 'make an organization the current one',
  description:
    'Makes an organization the one that commands work in when --org and FLOWKIWI_ORG are absent. Reads it first; one that this profile knows ' +
    'is also taken while nobody is signed in or the server is away.',
  arguments: [ORG],
  examples: ['flowkiwi org use "Acme Corp"', 'flowkiwi org use 0196f3a0-1111-7000-8000-000000000001'],
  printsResource: true,
  exits: ['not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: both(() => objectOf(namedOrganizationView)),
  effect: 'changes',
  org: both('ignored'),
}).run({
  flowkiwi: (context, { args: [given] }) =>
    makeCurrent(context, given, {
      read: async (_, id) => (await context.flowkiwi()).getOrganization(id),
      next: ['instance', 'list'],
    }),
  zitadel: (context, { args: [given] }) =>
    makeCurrent(context, given, { read: (org) => zitadelOrganization(context, org), next: ['org', 'get'] }),
});

interface Reading {
  /** Reads the organization that was named, which this profile takes for the one with the id. */
  readonly read: (org: string, id: string) => Promise<SeenOrganization>;
  /** The words of the next useful command. */
  readonly next: readonly string[];
}

async function makeCurrent(context: Context, given: string | undefined, { read, next }: Reading): Promise<Result> {
  context.printer.check(namedOrganizationView);
  const org = await organizationGiven(context, given, { example: flowkiwi('org', 'use', 'Acme Corp') });
  const organizations = await context.organizations();
  const id = await organizations.resolve(org);
  const { known } = await organizations.read();
  const organization = await read(org, id).catch(async (error) => {
    const remembered = known.find((other) => other.id === id);
    if (!remembered || !isCliError(error) || !saysNothingAboutIt(error)) throw error;
    await context.messages.notice(`The organization could not be read: ${error.message}`);
    return remembered;
  });
  await organizations.use(organization);
  return recordResult(namedOrganizationView, organization, {
    success: `The current organization is ${nameAndId(organization)}`,
    next: flowkiwi(...next),
  });
}

function saysNothingAboutIt({ code }: CliError): boolean {
  return code === 'auth' || code === 'unavailable' || code === 'rate_limited';
}
