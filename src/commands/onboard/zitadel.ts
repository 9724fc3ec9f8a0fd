import type { Context } from '../../context/context.ts';
import { CliError, isCliError } from '../../errors.ts';
import { type CommandLine, flowkiwi } from '../../hint.ts';
import type { ZitadelInstance } from '../../identity/zitadel/instance.ts';
import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import { createdZitadelInstanceView, zitadelInstanceView } from '../instance/views.ts';
import { createInstance, type ViewOfCreated } from '../instance/zitadel-create.ts';
import { nameAndId, type Result, valueResult } from '../kit/result.ts';
import { chooseExisting } from '../org/choose.ts';
import { setUpView, zitadelOrganizationView } from '../org/views.ts';
import { setUp } from '../org/zitadel-setup.ts';
import { instanceTree, readableInstance } from '../tree/zitadel-tree.ts';
import { ensureSignedIn } from './signed-in.ts';
import { askAboutInstance, askAboutOrganization, kindWanted, mayBeExisting, type ZitadelFlags } from './zitadel-answers.ts';

interface Input extends ZitadelFlags {
  readonly keyFile: string | undefined;
}

/**
 * `onboard` at ZITADEL: an organization with its administrator in the profile's instance, or an instance of its own with its owner; read back
 * and drawn. Everything is asked, or found missing, before anything is created.
 */
export async function onboardAtZitadel(context: Context, input: Input, flow: SignInFlow | undefined): Promise<Result> {
  if (input.keyFile !== undefined && flow !== undefined)
    throw new CliError('usage', `--key-file and --${flow} exclude each other`, { hint: 'give one of them' });
  const profile = await context.profile();
  const kind = await kindWanted(context, profile, input);
  return kind === 'instance' ? onboardInstance(context, input) : onboardOrganization(context, input, flow);
}

async function onboardOrganization(context: Context, input: Input, flow: SignInFlow | undefined): Promise<Result> {
  // Nobody signs in for flags that are not complete.
  const complete = context.prompter ? undefined : await askAboutOrganization(context, input);
  await ensureSignedIn(context, { flow, keyFile: input.keyFile });
  const existing = mayBeExisting(input) ? await chooseExisting(context) : undefined;
  if (existing !== undefined) return goOnIn(context, existing);
  const { orgName, ...fields } = complete ?? (await askAboutOrganization(context, input));
  const { made, success, next } = await setUp(context, {
    args: [orgName],
    options: { ...administratorOf(fields), input: undefined, use: true },
  });
  if (success !== undefined) await context.messages.success(success);
  return drawn(context, made, { organization: setUpView.json(made), next });
}

/** Nothing is created in an organization that is there: it becomes the current one, and is shown. */
async function goOnIn(context: Context, id: string): Promise<Result> {
  const organization = await (await context.zitadel()).getOrganization(id);
  await (await context.organizations()).remember(organization, { use: true });
  await context.messages.success(`The current organization is ${nameAndId(organization)}`);
  return drawn(context, organization, {
    organization: zitadelOrganizationView.json(organization),
    next: flowkiwi('org', 'member', 'list'),
  });
}

async function drawn(
  context: Context,
  organization: ZitadelOrganization,
  { next, ...data }: { readonly organization: unknown; readonly next: CommandLine | undefined },
): Promise<Result> {
  const instance = await instanceOf(context);
  const { host } = (await context.profile()).url;
  const lines = context.options.quiet ? [organization.id] : instanceTree(instance ?? host, [organization]);
  return valueResult({ ...data, instance: instance ? zitadelInstanceView.json(instance) : null }, lines, { next });
}

/** The fields of the request alone: `setUp` takes everything else for one. */
function administratorOf({ domain, userName, firstName, lastName, nickName, displayName, ...others }: Omit<ZitadelFlags, 'orgName'>) {
  const { email, emailVerified, phone, phoneVerified, language, gender, role, passwordStdin } = others;
  const name = { userName, firstName, lastName, nickName, displayName };
  return { domain, ...name, email, emailVerified, phone, phoneVerified, language, gender, role, passwordStdin };
}

/** The instance that the organization is in; undefined where it cannot be read, which undoes nothing. */
async function instanceOf(context: Context): Promise<ZitadelInstance | undefined> {
  try {
    return await readableInstance(context);
  } catch (error) {
    if (!isCliError(error) || context.edges.interruption.aborted) throw error;
    return undefined;
  }
}

async function onboardInstance(context: Context, input: Input): Promise<Result> {
  // A system user signs each request: nobody has to sign in.
  await (await context.systemCredential()).accessToken();
  const { orgName: firstOrg, instanceName, ...flags } = await askAboutInstance(context, input);
  const viewOf: ViewOfCreated = (secrets) => {
    const view = createdZitadelInstanceView(secrets);
    return {
      check: () => undefined,
      result: (created, _, words) => {
        const first = { name: firstOrg ?? instanceName, primary_domain: null, state: null };
        const data = { organization: { id: created.first_organization_id, name: first.name }, instance: view.json(created) };
        const lines = context.options.quiet ? [created.id] : instanceTree(created, [first]);
        return valueResult(data, lines, words);
      },
    };
  };
  return createInstance(context, { args: [instanceName], options: { ...flags, firstOrg, wait: true, ifExists: undefined } }, viewOf);
}
