import type { Context } from '../../context/context.ts';
import { type CliError, isCliError, withHint } from '../../errors.ts';
import { type Hint, helpWith, withWordsFirst } from '../../hint.ts';
import type { Instance } from '../../identity/instance.ts';
import type { Organization } from '../../identity/organization.ts';
import { nameAndId } from '../kit/result.ts';
import { type Answers, askForAnotherHandle } from './answers.ts';
import type { OnboardTarget } from './profile-target.ts';

/**
 * Creates what was asked for, and reads the instance back as proof that it is there. A person whose handle is taken chooses another one.
 * Says at once that an organization was created, so that nobody loses sight of it when the instance cannot be.
 */
export async function createAndReadBack(
  context: Context,
  target: OnboardTarget,
  answers: Answers,
): Promise<{ readonly organization: Organization; readonly instance: Instance }> {
  const { provider } = target;
  const organization = await organizationOf(context, target, answers);
  try {
    const created = await createInstance(context, target, organization.id, answers);
    return { organization, instance: await provider.getInstance(organization.id, created.id) };
  } catch (error) {
    throw 'name' in answers.organization && isCliError(error) ? withHint(error, goOnIn(organization, answers, error)) : error;
  }
}

/** What is there already is not created again: a hint that says how to go on in the organization. */
function goOnIn({ id }: Organization, { instanceName }: Answers, { hint }: CliError): Hint {
  const words = ['onboard', '--org', { id }, '--instance-name', instanceName, '--handle', 'HANDLE'];
  return withWordsFirst(hint, helpWith('the organization is there; to go on in it', ...words));
}

async function organizationOf(
  { messages }: Context,
  { provider, remember }: OnboardTarget,
  { organization }: Answers,
): Promise<Organization> {
  if ('id' in organization) {
    const existing = await provider.getOrganization(organization.id);
    if (organization.use) await remember(existing);
    return existing;
  }
  const created = await provider.createOrganization(organization.name);
  const named = { ...created, name: created.name ?? organization.name };
  await messages.success(`Created organization ${nameAndId(named)}`);
  await remember(named);
  return created;
}

async function createInstance(context: Context, { provider }: OnboardTarget, organizationId: string, answers: Answers): Promise<Instance> {
  let { handle } = answers;
  for (;;) {
    try {
      return await provider.createInstance(organizationId, { name: answers.instanceName, handle });
    } catch (error) {
      if (!context.prompter || !isCliError(error) || error.code !== 'conflict') throw error;
      handle = await askForAnotherHandle(context, handle);
    }
  }
}
