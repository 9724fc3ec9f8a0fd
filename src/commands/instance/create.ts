import type { Context } from '../../context/context.ts';
import { isCliError, withHint } from '../../errors.ts';
import { flowkiwi, type Word } from '../../hint.ts';
import { ensure } from '../../identity/ensure.ts';
import { checkedHandle, HANDLE_QUESTION, handleAnswerProblem, suggestHandle } from '../../identity/flowkiwi/handle.ts';
import { productManagementUrl } from '../../identity/flowkiwi/product-management.ts';
import { type Instance, isOwnedBy } from '../../identity/instance.ts';
import { checkedName } from '../../identity/organization.ts';
import type { FlowkiwiIdentity } from '../../identity/provider.ts';
import { once } from '../../once.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { creationData, creationView, hasOtherName } from '../kit/creation.ts';
import { choice, onlyFor, text } from '../kit/option.ts';
import { nameAndId } from '../kit/result.ts';
import { workingOrganization } from '../org/choose.ts';
import { instanceView } from './views.ts';
import { ZITADEL_OPTIONS } from './zitadel-options.ts';

export const instanceCreate = defineCommand({
  name: 'create',
  summary: 'create an instance in the current organization, or at ZITADEL one with an owner',
  description:
    'Creates an instance in the current organization, or in the one of --org. The handle becomes the host name of the ' +
    "instance's product services: lower-case letters and hyphens, at most 30 characters, unique across all of Flowkiwi, and never changed again.",
  details:
    'An instance stands above organizations here: it is created by a system user, with a person or a machine as its owner, and read back as ' +
    'soon as it can be. The token and the key of a machine are shown once: into the named files, readable by you alone; without a file in --json, or ' +
    'to a person at a terminal, beside the table. When something fails after the instance was created, --json prints it all the same, with the secrets ' +
    'that have no file: standard output is all that has them then, whatever the exit code.',
  arguments: [{ name: 'name', kind: 'name', summary: 'display name' }],
  options: {
    ifExists: choice('--if-exists <what>', ['fail', 'skip'], 'when the handle or domain is there already: fail, or skip and show that one'),
    ...onlyFor({ flowkiwi: true, zitadel: false }, { handle: text('--handle <handle>', 'handle', 'handle, for example acme-eu') }),
    ...onlyFor({ flowkiwi: false, zitadel: true }, ZITADEL_OPTIONS),
  },
  examples: [
    'flowkiwi instance create "Acme EU" --handle acme-eu',
    'flowkiwi instance create "Acme EU" --handle acme-eu --org "$ORG" --if-exists skip --json',
    'flowkiwi instance create "Acme EU" --machine Setup --machine-user-name setup --pat-out acme.pat',
  ],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unknown_outcome', 'timeout', 'unavailable'],
  data: {
    flowkiwi: () => creationData(instanceView),
    zitadel: async () => creationData((await import('./views.ts')).createdZitadelInstanceView(['pat', 'machine_key'])),
  },
  effect: 'changes',
  org: { flowkiwi: 'used', zitadel: 'refused' },
}).run({
  flowkiwi: async (context, { args: [givenName], options: { handle: givenHandle, ifExists } }) => {
    const view = creationView(instanceView, ifExists);
    view.check(context.printer);
    const example = flowkiwi('instance', 'create', 'Acme EU', '--handle', 'acme-eu');
    const organization = once(() => workingOrganization(context, 'changes'));
    // A person learns before the questions that there is no organization, or chooses it first.
    if (context.prompter) await organization();
    const name = await askIfMissing(context, givenName, {
      kind: 'name',
      what: 'NAME',
      example,
      message: 'Name of the instance:',
      problem: (answer) => (answer.trim() === '' ? 'The name cannot be empty' : undefined),
    });
    checkedName('instance', name);
    const handle = await askIfMissing(context, givenHandle, {
      kind: 'handle',
      what: '--handle',
      example,
      message: HANDLE_QUESTION,
      default: suggestHandle(name),
      problem: handleAnswerProblem,
    });
    checkedHandle(handle);
    const organizationId = await organization();
    const organizationWords = await wordsOf(context, organizationId);
    const provider = await context.flowkiwi();
    const { thing: instance, created } = await ensure({
      create: () => provider.createInstance(organizationId, { name, handle }),
      find: ifExists === 'skip' ? () => findOwn(provider, organizationId, handle) : 'none',
    }).catch((error) => {
      throw ifExists === 'skip' ? error : withWayOut(error);
    });
    if (hasOtherName(instance, name))
      await context.messages.notice(`The instance with the handle ${handle} is named ${instance.name}, not ${name}`);
    return view.result(
      instance,
      { created, requested: name },
      {
        success: `${created ? 'Created' : 'Found'} instance ${nameAndId({ ...instance, name: instance.name ?? name })} at ${instance.product_management_url ?? productManagementUrl(handle, (await context.profile()).url)}`,
        next: flowkiwi('instance', 'get', { id: instance.handle ?? handle }, ...organizationWords),
      },
    );
  },
  zitadel: async (context, input) => (await import('./zitadel-create.ts')).createInstance(context, input),
});

/** What says which organization it is where it is not the current one: as it was given, or the id of the one that a person has chosen. */
async function wordsOf({ options, prompter, organizations }: Context, organizationId: string): Promise<readonly Word[]> {
  if (options.org !== undefined) return ['--org', options.org];
  const isChosen = prompter !== undefined && (await (await organizations()).shownCurrent()).id !== organizationId;
  return isChosen ? ['--org', { id: organizationId }] : [];
}

/** The instance of the handle, when it is in this organization; that of another one is in the way. */
async function findOwn(provider: FlowkiwiIdentity, organizationId: string, handle: string): Promise<Instance | undefined> {
  try {
    const found = await provider.findInstance(organizationId, handle);
    return isOwnedBy(found, organizationId) ? found : undefined;
  } catch (error) {
    if (isCliError(error) && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** Names the way out of a conflict that this command has. */
function withWayOut(error: unknown): unknown {
  if (!isCliError(error) || error.code !== 'conflict') return error;
  return withHint(error, `${error.hint}; --if-exists skip takes the one that this organization has`);
}
