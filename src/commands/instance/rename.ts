import type { Context } from '../../context/context.ts';
import { isCliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import { checkedName } from '../../identity/organization.ts';
import type { ZitadelInstance } from '../../identity/zitadel/instance.ts';
import { once } from '../../once.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { nameAndId, recordResult } from '../kit/result.ts';
import { workingOrganization } from '../org/choose.ts';
import { instanceGiven, zitadelInstanceGiven } from './choose.ts';
import { flowkiwiInstanceId, INSTANCE, zitadelInstanceId } from './find.ts';
import { instanceView, zitadelInstanceView } from './views.ts';

export const instanceRename = defineCommand({
  name: 'rename',
  summary: 'give an instance another name',
  description:
    'Gives an instance of the current organization, or of --org, another display name. Its handle can never be changed. At ZITADEL it takes a system user.',
  arguments: [INSTANCE, { name: 'name', kind: 'name', summary: 'the new display name' }],
  examples: ['flowkiwi instance rename acme-eu "Acme Europe"', 'flowkiwi instance rename acme-eu "Acme Europe" --org "Acme Corp" --json'],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: { flowkiwi: () => objectOf(instanceView), zitadel: () => objectOf(zitadelInstanceView) },
  effect: 'changes',
  org: { flowkiwi: 'used', zitadel: 'refused' },
}).run({
  flowkiwi: async (context, { args: [givenInstance, givenName] }) => {
    context.printer.check(instanceView);
    const example = flowkiwi('instance', 'rename', 'acme-eu', 'Acme Europe');
    const organizationId = once(() => workingOrganization(context, 'changes'));
    const wanted = await instanceGiven(context, givenInstance, { example, effect: 'changes', organizationId });
    const name = await askIfMissing(context, givenName, {
      kind: 'name',
      what: 'NAME',
      example,
      message: 'New name:',
      problem: (answer) => (answer.trim() === '' ? 'The name cannot be empty' : undefined),
    });
    checkedName('instance', name);
    const provider = await context.flowkiwi();
    const id = await flowkiwiInstanceId(provider, await organizationId(), wanted);
    const instance = await provider.renameInstance(await organizationId(), id, name);
    return recordResult(instanceView, instance, {
      success: `Renamed instance ${nameAndId({ ...instance, name: instance.handle })} to ${instance.name ?? name}`,
    });
  },
  zitadel: async (context, { args: [givenInstance, givenName] }) => {
    context.printer.check(zitadelInstanceView);
    const { checkedInstanceName, instanceNameProblem } = await import('../../identity/zitadel/rules.ts');
    const example = flowkiwi('instance', 'rename', 'acme.example', 'Acme Europe');
    const wanted = await zitadelInstanceGiven(context, givenInstance, example);
    const name = await askIfMissing(context, givenName, {
      kind: 'name',
      what: 'NAME',
      example,
      message: 'New name:',
      problem: instanceNameProblem,
    });
    checkedInstanceName(name);
    const zitadel = await context.zitadel();
    const id = await zitadelInstanceId(context, wanted);
    await zitadel.renameInstance(id, name);
    // What is read lags behind what is written; the server has accepted this name.
    const instance = { ...(await readRenamed(context, id)), name };
    return recordResult(zitadelInstanceView, instance, { success: `Renamed instance ${id} to ${name}` });
  },
});

/** The instance as far as it can be read: it is renamed, and who is told of a failure tries it once more, which the server refuses. */
async function readRenamed(context: Context, id: string): Promise<ZitadelInstance> {
  try {
    return await (await context.zitadel()).getInstance(id);
  } catch (error) {
    if (!isCliError(error) || context.edges.interruption.aborted) throw error;
    await context.messages.notice(`The instance was renamed, and cannot be read: ${error.message}`);
    const unread = { primary_domain: null, domains: [], state: null, version: null, created_at: null, updated_at: null, sequence: null };
    return { id, name: '', ...unread };
  }
}
