import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi, helpWith } from '../../hint.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { type Result, recordResult } from '../kit/result.ts';
import { chooseKnown } from './choose.ts';
import { namedOrganizationView } from './views.ts';

export const orgForget = defineCommand({
  name: 'forget',
  summary: 'drop an organization from what this profile knows',
  description:
    'Drops an organization from those that this profile knows, such as one that is gone; if it is the current one, none is current afterwards. ' +
    'Nothing is asked of the server or changed there, and one that is read again is known again.',
  arguments: [{ name: 'org', kind: 'reference', summary: 'id, or a name that this profile knows' }],
  examples: ['flowkiwi org forget "Acme Corp"', 'flowkiwi org forget 0196f3a0-1111-7000-8000-000000000001'],
  printsResource: true,
  exits: ['invalid', 'not_found', 'conflict', 'unavailable'],
  data: both(() => objectOf(namedOrganizationView)),
  effect: 'deletes',
  org: both('ignored'),
}).run(both(async (context, { args: [given] }) => forget(context, given)));

async function forget(context: Context, given: string | undefined): Promise<Result> {
  context.printer.check(namedOrganizationView);
  const organizations = await context.organizations();
  const { known, current } = await organizations.read();
  const org = await askIfMissing(context, given ?? (await chooseKnown(context, 'Organization to forget:')), {
    kind: 'reference',
    what: 'ORG',
    example: flowkiwi('org', 'forget', 'Acme Corp'),
    message: 'Id or name of the organization:',
  });
  const id = await organizations.resolve(org);
  const organization = known.find((other) => other.id === id);
  if (!organization) {
    const { name } = await context.profile();
    throw new CliError('not_found', `profile ${name} knows no organization ${JSON.stringify(org)}`, {
      hint: helpWith('to see the ids and names of those that it knows', 'org', 'list'),
    });
  }
  await organizations.drop(id);
  return recordResult(namedOrganizationView, organization, {
    success: `Forgot organization ${organization.name} (${id})`,
    next: current === id ? flowkiwi('org', 'list') : undefined,
  });
}
