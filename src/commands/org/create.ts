import type { Context } from '../../context/context.ts';
import { CliError, isCliError, withHint } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import { type Ensured, ensure } from '../../identity/ensure.ts';
import { checkedName } from '../../identity/organization.ts';
import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import type { NewOrganization } from '../../identity/zitadel/zitadel-identity.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { creationView, hasOtherName } from '../kit/creation.ts';
import { choice, flag, onlyFor, text } from '../kit/option.ts';
import { nameAndId, recordResult } from '../kit/result.ts';
import { waitUntilFound } from '../kit/wait.ts';
import { readCreatedOrganization, zitadelOrganizationId } from './find.ts';
import { organizationView, zitadelOrganizationView } from './views.ts';

export const orgCreate = defineCommand({
  name: 'create',
  summary: 'create an organization, and make it the current one',
  arguments: [{ name: 'name', kind: 'name', summary: 'display name; at Flowkiwi it need not be unique' }],
  options: {
    use: flag('--no-use', 'leave the current organization unchanged'),
    ...onlyFor(
      { flowkiwi: false, zitadel: true },
      {
        ifExists: choice('--if-exists <what>', ['fail', 'skip'], 'when there is one of this name already: fail, or skip and show that one'),
        orgId: text('--org-id <id>', 'id', 'an id of your own, where the server can (v4 and later)'),
      },
    ),
  },
  examples: [
    'flowkiwi org create "Acme Corp"',
    'ORG=$(flowkiwi org create "Acme Corp" -q)',
    'flowkiwi org create "Acme Corp" --if-exists skip --json',
  ],
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unknown_outcome', 'unavailable'],
  org: { flowkiwi: 'ignored', zitadel: 'used' },
}).run({
  flowkiwi: async (context, { args: [given], options: { use } }) => {
    context.printer.check(organizationView);
    const name = await askForName(context, given, (answer) => (answer.trim() === '' ? 'The name cannot be empty' : undefined));
    checkedName('organization', name);
    const organization = await (await context.flowkiwi()).createOrganization(name);
    const named = { ...organization, name: organization.name ?? name };
    await (await context.organizations()).remember(named, { use });
    return recordResult(organizationView, organization, {
      success: `Created organization ${nameAndId(named)}`,
      next: flowkiwi('instance', 'create', 'Acme EU', '--handle', 'acme-eu', ...(use ? [] : ['--org', { id: organization.id }])),
    });
  },
  zitadel: async (context, { args: [given], options: { use, ifExists, orgId: id } }) => {
    const { printer, options, messages } = context;
    const view = creationView(zitadelOrganizationView, ifExists);
    view.check(printer);
    const { checkedOrganizationName, organizationNameProblem } = await import('../../identity/zitadel/rules.ts');
    const name = await askForName(context, given, organizationNameProblem);
    checkedOrganizationName(name);
    if (id !== undefined) await checkId(id, options.isOrgFlag);
    const within = options.org === undefined || id !== undefined ? undefined : await zitadelOrganizationId(context, options.org);
    const { thing: organization, created } = await createAtZitadel(context, name, { id, within }, ifExists === 'skip');
    if (id !== undefined && organization.id !== id) await messages.warning(`the organization has the id ${organization.id}, not ${id}`);
    if (hasOtherName(organization, name)) await messages.notice(`The organization is named ${organization.name}, not ${name}`);
    await (await context.organizations()).remember(organization, { use });
    return view.result(
      created ? await readCreatedOrganization(context, organization) : organization,
      { created, requested: name },
      {
        success: `${created ? 'Created' : 'Found'} organization ${organization.name} (${organization.id})`,
        next: flowkiwi('org', 'get', { id: organization.id }),
      },
    );
  },
});

function askForName(context: Context, given: string | undefined, problem: (answer: string) => string | undefined): Promise<string> {
  return askIfMissing(context, given, {
    kind: 'name',
    what: 'NAME',
    example: flowkiwi('org', 'create', 'Acme Corp'),
    message: 'Name of the organization:',
    problem,
  });
}

async function checkId(id: string, isOrgFlag: boolean): Promise<void> {
  if (isOrgFlag) {
    throw new CliError('usage', '--org and --org-id exclude each other', {
      hint: '--org-id gives the new organization its id, --org names one that is there',
    });
  }
  const { LONGEST_NAME } = await import('../../identity/zitadel/rules.ts');
  if (id.trim() === '' || [...id].length > LONGEST_NAME) {
    throw new CliError('invalid', `--org-id takes 1 to ${LONGEST_NAME} characters`, { hint: 'for example --org-id acme-corp' });
  }
}

async function createAtZitadel(
  context: Context,
  name: string,
  how: NewOrganization,
  mayExist: boolean,
): Promise<Ensured<ZitadelOrganization, ZitadelOrganization>> {
  const zitadel = await context.zitadel();
  const find = () => waitUntilFound(context, () => zitadel.findOrganization(name));
  try {
    return await ensure({ create: () => zitadel.createOrganization(name, how), find: mayExist ? find : 'none' });
  } catch (error) {
    if (!isCliError(error) || error.code !== 'conflict') throw error;
    throw withHint(
      error,
      mayExist
        ? 'no organization has this name, so it is the domain made from it, or the id, that is taken: choose another one'
        : `${taken(how)}; --if-exists skip takes the organization of this name`,
    );
  }
}

/** What may be taken: the id as well, when one was chosen. */
function taken({ id }: NewOrganization): string {
  return id === undefined
    ? 'its name, or the domain that is made from it, is taken'
    : 'its id, its name, or the domain that is made from the name, is taken';
}
