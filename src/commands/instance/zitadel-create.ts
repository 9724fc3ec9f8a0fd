import type { Context } from '../../context/context.ts';
import { CliError, detailsOf, EXIT_STATUS, isCliError, withHint } from '../../errors.ts';
import { flowkiwi, helpWith, withWordsFirst } from '../../hint.ts';
import { ensure, type Find } from '../../identity/ensure.ts';
import { type Body, textAt } from '../../identity/zitadel/body-fields.ts';
import type { ZitadelInstance } from '../../identity/zitadel/instance.ts';
import type { NewInstanceIds } from '../../identity/zitadel/instance-requests.ts';
import { type CreationView, creationView, hasOtherName } from '../kit/creation.ts';
import type { Result } from '../kit/result.ts';
import { patience, waitUntilFound, waitUntilReadable } from '../kit/wait.ts';
import { ownerProfile } from './owner-profile.ts';
import { type CreatedInstance, createdZitadelInstanceView } from './views.ts';
import { type Common, checkOneOwner, type Human, type Machine, newInstance, secretsWanted } from './zitadel-owner.ts';
import { machineSecrets, printedSecrets } from './zitadel-secrets.ts';

interface Input {
  readonly args: readonly (string | undefined)[];
  readonly options: Common & Human & Machine & { readonly wait: boolean; readonly ifExists: 'fail' | 'skip' | undefined };
}

/** How what was created is printed; `secrets` are the names of those that JSON and YAML have. */
export type ViewOfCreated = (secrets: readonly string[]) => CreationView<CreatedInstance>;

/** `instance create` at ZITADEL. */
export async function createInstance(
  context: Context,
  { args: [name], options }: Input,
  viewOf: ViewOfCreated = (secrets) => creationView(createdZitadelInstanceView(secrets), options.ifExists),
): Promise<Result> {
  const { firstOrg, domain, language, wait, ifExists } = options;
  const { userName, firstName, lastName, email, emailVerified, passwordStdin, passwordChangeRequired } = options;
  const { machine, machineUserName, patOut, patExpires, keyOut, keyExpires } = options;
  if (ifExists === 'skip' && domain === undefined) {
    throw new CliError('usage', '--if-exists skip needs --domain: an instance is known by its domain, names are not unique', {
      hint: 'for example --domain acme.example',
    });
  }
  const human = { userName, firstName, lastName, email, emailVerified, passwordStdin, passwordChangeRequired };
  const owner = { machine, machineUserName, patOut, patExpires, keyOut, keyExpires };
  checkOneOwner(human, owner);
  const wanted = secretsWanted(owner);
  const view = viewOf(printedSecrets(context, wanted));
  view.check(context.printer);
  // Nobody is asked for the rest of what cannot be done; where there is no person to ask, what is missing comes first.
  const early = context.prompter && machineSecrets(context, wanted);
  const body = await newInstance(context, name, { firstOrg, domain, language }, human, owner);
  const secrets = early ?? machineSecrets(context, wanted);
  const zitadel = await context.zitadel();
  const reserved = await secrets.reserve();
  const create = () =>
    zitadel.createInstance(body).catch(async (error) => {
      await reserved.discard();
      throw error;
    });
  const byDomain: Find<ZitadelInstance> =
    domain === undefined ? 'none' : () => waitUntilFound(context, () => zitadel.findInstance(domain.toLowerCase()));
  const ensured = await ensure({ create, find: ifExists === 'skip' ? byDomain : 'none' }).catch((error) => {
    const isTaken = isCliError(error) && error.code === 'conflict' && domain !== undefined && ifExists !== 'skip';
    throw isTaken
      ? withHint(error, 'the domain belongs to an instance, perhaps your own from an earlier run; --if-exists skip takes that one')
      : error;
  });
  const requested = textAt(body, 'instanceName') ?? '';
  if (!ensured.created) return existing(context, view, ensured.thing, requested);
  const unsaved = await reserved.keep(ensured.thing);
  return result(context, view, body, { ...ensured.thing, unsaved }, { wait, keyOut });
}

/** The instance that has the domain already; its owner and their secrets are those that it has. */
async function existing(
  { messages }: Context,
  view: CreationView<CreatedInstance>,
  found: ZitadelInstance,
  requested: string,
): Promise<Result> {
  const { id, name } = found;
  if (hasOtherName(found, requested)) await messages.notice(`The instance is named ${name}, not ${requested}`);
  return view.result(
    { ...found, first_organization_id: null, secrets: {} },
    { created: false, requested },
    {
      success: `Found instance ${name} (${id}), which is as it was: no owner, token or key was made`,
      next: flowkiwi('instance', 'get', { id }),
    },
  );
}

/**
 * The instance, once it can be read. When it cannot, the command fails with the id, and prints what there is only where secrets would be lost
 * otherwise.
 */
async function result(
  context: Context,
  view: CreationView<CreatedInstance>,
  body: Body,
  { id, first_organization_id, created_at, sequence, unsaved }: NewInstanceIds & { readonly unsaved: CreatedInstance['secrets'] },
  { wait, keyOut }: { readonly wait: boolean; readonly keyOut: string | undefined },
): Promise<Result> {
  const name = textAt(body, 'instanceName') ?? '';
  const known = { id, name, primary_domain: null, domains: [], state: null, version: null, created_at, updated_at: null, sequence };
  const show = (instance: ZitadelInstance, words: Omit<Result, 'print'>) =>
    view.result({ ...instance, first_organization_id, secrets: unsaved }, { created: true, requested: name }, words);
  const success = `Created instance ${name} (${id})`;
  if (!wait) return show(known, { success, next: flowkiwi('instance', 'get', { id }) });
  try {
    const zitadel = await context.zitadel();
    const instance = await waitUntilReadable(context, () => zitadel.getInstance(id));
    if (!instance) throw notYet(context, id, name);
    const [{ url }, stored] = [await context.profile(), await context.config.read()];
    const next = ownerProfile(instance, { url, taken: new Set(stored?.profiles.keys()), keyFile: keyOut });
    return show(instance, { success: `${success} at ${instance.primary_domain}`, next });
  } catch (error) {
    const failure = isCliError(error) && error.code !== 'timeout' ? named(error, id, name) : error;
    if (Object.keys(unsaved).length === 0 || !isCliError(failure)) throw failure;
    return show(known, { failure });
  }
}

function notYet(context: Context, id: string, name: string): CliError {
  const waited = `${patience(context) / 1_000} s`;
  return new CliError('timeout', `instance ${name} (${id}) was created, and cannot be read after ${waited}`, {
    hint: helpWith('--timeout 60s waits longer, --no-wait not at all; look again later', 'instance', 'get', { id }),
  });
}

/** What went wrong afterwards does not undo the create, and a code that says "run it again" would make another one. */
function named(error: CliError, id: string, name: string): CliError {
  const code = error.exitStatus === EXIT_STATUS.unavailable ? 'timeout' : error.code;
  return new CliError(code, `instance ${name} (${id}) was created, but: ${error.message}`, {
    ...detailsOf(error),
    hint: withWordsFirst(error.hint, helpWith('do not create it again; to read it', 'instance', 'get', { id })),
    cause: error,
  });
}
