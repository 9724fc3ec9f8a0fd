import type { Context } from '../../../context/context.ts';
import { CliError, isCliError, withHint } from '../../../errors.ts';
import type { ZitadelOrganization } from '../../../identity/zitadel/organization.ts';
import { checkedOrganizationName } from '../../../identity/zitadel/organization-requests.ts';
import { LONGEST_NAME, organizationNameProblem } from '../../../identity/zitadel/rules.ts';
import type { NewOrganization } from '../../../identity/zitadel/zitadel-identity.ts';
import { askIfMissing } from '../../kit/ask.ts';
import { commandLine } from '../../kit/command-line.ts';
import { type Result, recordResult } from '../../kit/result.ts';
import { waitUntilFound } from '../../kit/wait.ts';
import { organizationId } from '../find.ts';
import { organizationView } from './organization-view.ts';
import { readBack } from './read-back.ts';

interface Input {
  readonly args: readonly (string | undefined)[];
  readonly options: { readonly use: boolean; readonly ifExists: 'fail' | 'skip' | undefined; readonly orgId: string | undefined };
}

/** `org create` at ZITADEL. */
export async function createOrganization(
  context: Context,
  { args: [given], options: { use, ifExists, orgId: id } }: Input,
): Promise<Result> {
  const { printer, options, messages } = context;
  printer.check(organizationView);
  const name = await askIfMissing(context, given, {
    what: 'NAME',
    example: 'flowkiwi org create "Acme Corp"',
    message: 'Name of the organization:',
    problem: organizationNameProblem,
  });
  checkedOrganizationName(name);
  if (id !== undefined) checkId(id, options.isOrgFlag);
  const within = options.org === undefined || id !== undefined ? undefined : await organizationId(context, options.org);
  const { organization, created } = await create(context, name, { id, within }, ifExists === 'skip');
  if (id !== undefined && organization.id !== id) await messages.warning(`the organization has the id ${organization.id}, not ${id}`);
  if (!created && organization.name !== name) await messages.notice(`The organization is named ${organization.name}, not ${name}`);
  await (await context.organizations()).remember(organization, { use });
  return recordResult(organizationView, created ? await readBack(context, organization) : organization, {
    success: `${created ? 'Created' : 'Found'} organization ${organization.name} (${organization.id})`,
    next: commandLine(context, `org get ${organization.id}`),
  });
}

function checkId(id: string, isOrgFlag: boolean): void {
  if (isOrgFlag) {
    throw new CliError('usage', '--org and --org-id exclude each other', {
      hint: '--org-id gives the new organization its id, --org names one that is there',
    });
  }
  if (id.trim() === '' || [...id].length > LONGEST_NAME) {
    throw new CliError('invalid', `--org-id takes 1 to ${LONGEST_NAME} characters`, { hint: 'for example --org-id acme-corp' });
  }
}

interface Outcome {
  readonly organization: ZitadelOrganization;
  /** False when it was there already. */
  readonly created: boolean;
}

/** Creates first, so that the usual case is one request; the conflict of the server is the truth, a look beforehand only a hint. */
async function create(context: Context, name: string, how: NewOrganization, mayExist: boolean): Promise<Outcome> {
  const zitadel = await context.zitadel();
  try {
    return { organization: await zitadel.createOrganization(name, how), created: true };
  } catch (error) {
    if (!isCliError(error) || error.code !== 'conflict') throw error;
    if (!mayExist) throw withHint(error, `${taken(how)}; --if-exists skip takes the organization of this name`);
    const organization = await waitUntilFound(context, () => zitadel.findOrganization(name));
    if (!organization)
      throw withHint(
        error,
        'no organization has this name, so it is the domain made from it, or the id, that is taken: choose another one',
      );
    return { organization, created: false };
  }
}

/** What may be taken: the id as well, when one was chosen. */
function taken({ id }: NewOrganization): string {
  return id === undefined
    ? 'its name, or the domain that is made from it, is taken'
    : 'its id, its name, or the domain that is made from the name, is taken';
}
