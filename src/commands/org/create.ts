import type { Context } from '../../context/context.ts';
import { CliError, isCliError, withHint } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import { type Ensured, ensure } from '../../identity/ensure.ts';
import { checkedName } from '../../identity/organization.ts';
import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import type { NewOrganization } from '../../identity/zitadel/zitadel-identity.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { creationData, creationView, hasOtherName } from '../kit/creation.ts';
import { choice, flag, onlyFor, text } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { nameAndId } from '../kit/result.ts';
import { waitUntilFound } from '../kit/wait.ts';
import { rememberCreated, zitadelOrganizationId } from './find.ts';
import { checkFirstRun, type TakenKnown, takeKnown } from './take-known.ts';
import { organizationView, zitadelOrganizationView } from './views.ts';

export const orgCreate = defineCommand({
  name: 'create',
  summary: 'create an organization, and make it the current one',
  description:
    'Creates an organization, and makes it the current one. With --if-exists skip it takes the one that has this name: at ZITADEL by a search; at ' +
    'Flowkiwi, which publishes no listing and where names need not be unique, the one of exactly this name that this profile knows and can read, or ' +
    'the one of --org and FLOWKIWI_ORG. A profile that knows none cannot tell whether there is one, and fails; --first-run says once, by hand, that ' +
    'there is none. Within sandbox exec that is known.',
  arguments: [{ name: 'name', kind: 'name', summary: 'display name; at Flowkiwi it need not be unique' }],
  options: {
    use: flag('--no-use', 'leave the current organization unchanged'),
    ifExists: choice('--if-exists <what>', ['fail', 'skip'], 'when there is one of this name already: fail, or skip and show that one'),
    ...onlyFor(
      { flowkiwi: true, zitadel: false },
      { firstRun: flag('--first-run', 'with --if-exists skip: there is none yet that this profile does not know; not in CI') },
    ),
    ...onlyFor(
      { flowkiwi: false, zitadel: true },
      { orgId: text('--org-id <id>', 'id', 'an id of your own, where the server can (v4 and later)') },
    ),
  },
  examples: [
    'flowkiwi org create "Acme Corp"',
    'ORG=$(flowkiwi org create "Acme Corp" -q)',
    'flowkiwi org create "Acme Corp" --if-exists skip --json',
  ],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unknown_outcome', 'unavailable'],
  data: { flowkiwi: () => creationData(organizationView), zitadel: () => creationData(zitadelOrganizationView) },
  effect: 'changes',
  org: both('used'),
}).run({
  flowkiwi: async (context, { args: [given], options: { use, ifExists, firstRun } }) => {
    const view = creationView(organizationView, ifExists);
    view.check(context.printer);
    checkFirstRun(context.edges.env, firstRun, ifExists);
    const name = await askForName(context, given, (answer) => (answer.trim() === '' ? 'The name cannot be empty' : undefined));
    checkedName('organization', name);
    const taken = ifExists === 'skip' ? await takeKnown(context, name, firstRun) : NOTHING;
    const organization = taken.organization ?? (await (await context.flowkiwi()).createOrganization(name));
    const created = taken.organization === undefined;
    const named = { ...organization, name: organization.name ?? name };
    if (created) for (const reason of taken.passedOver) await context.messages.alert(`${reason}: a new one was created`);
    if (hasOtherName(organization, name)) await context.messages.notice(`The organization is named ${organization.name}, not ${name}`);
    await (await context.organizations()).remember(named, { use });
    return view.result(
      organization,
      { created, requested: name },
      {
        success: `${created ? 'Created' : 'Found'} organization ${nameAndId(named)}`,
        next: flowkiwi('instance', 'create', 'Acme EU', '--handle', 'acme-eu', ...(use ? [] : ['--org', { id: organization.id }])),
      },
    );
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
    if (!created) await (await context.organizations()).remember(organization, { use });
    return view.result(
      created ? await rememberCreated(context, organization, { use }) : organization,
      { created, requested: name },
      {
        success: `${created ? 'Created' : 'Found'} organization ${organization.name} (${organization.id})`,
        next: flowkiwi('org', 'get', { id: organization.id }),
      },
    );
  },
});

const NOTHING: TakenKnown = { organization: undefined, passedOver: [] };

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
  const find = async () => {
    const there = await zitadel.findOrganization(name);
    if (there !== undefined) return there;
    if (how.id === undefined && (await zitadel.isOnlyDomainTaken(name))) throw domainTaken(name);
    return waitUntilFound(context, () => zitadel.findOrganization(name));
  };
  try {
    return await ensure({ create: () => zitadel.createOrganization(name, how), find: mayExist ? find : 'none' });
  } catch (error) {
    if (!isCliError(error) || error.code !== 'conflict' || error.status === undefined) throw error;
    throw withHint(
      error,
      mayExist
        ? how.id === undefined
          ? 'the server holds this name, and shows no organization that has it: choose another name'
          : 'the server shows no organization of this name: it may be the id that is taken; choose another one'
        : `${taken(how)}; --if-exists skip takes the organization of this name`,
    );
  }
}

function domainTaken(name: string): CliError {
  return new CliError('conflict', `${JSON.stringify(name)} is free, but not the domain that is made from it: another organization has it`, {
    hint: 'choose a name with other letters or digits; signs make no difference to a domain',
  });
}

/** What may be taken: the id as well, when one was chosen. */
function taken({ id }: NewOrganization): string {
  return id === undefined
    ? 'its name, or the domain that is made from it, is taken'
    : 'its id, its name, or the domain that is made from the name, is taken';
}
