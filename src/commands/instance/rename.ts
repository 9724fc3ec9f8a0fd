import { flowkiwi } from '../../hint.ts';
import { checkedName } from '../../identity/organization.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { nameAndId, recordResult } from '../kit/result.ts';
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
  org: { flowkiwi: 'used', zitadel: 'refused' },
}).run({
  flowkiwi: async (context, { args: [givenInstance, givenName] }) => {
    context.printer.check(instanceView);
    const example = flowkiwi('instance', 'rename', 'acme-eu', 'Acme Europe');
    const wanted = await askIfMissing(context, givenInstance, {
      kind: 'handle',
      what: 'INSTANCE',
      example,
      message: 'Id or handle of the instance:',
    });
    const name = await askIfMissing(context, givenName, {
      kind: 'name',
      what: 'NAME',
      example,
      message: 'New name:',
      problem: (answer) => (answer.trim() === '' ? 'The name cannot be empty' : undefined),
    });
    checkedName('instance', name);
    const organizationId = await (await context.organizations()).target(context.options.org);
    const provider = await context.flowkiwi();
    const instance = await provider.renameInstance(organizationId, await flowkiwiInstanceId(provider, organizationId, wanted), name);
    return recordResult(instanceView, instance, {
      success: `Renamed instance ${nameAndId({ ...instance, name: instance.handle })} to ${instance.name ?? name}`,
    });
  },
  zitadel: async (context, { args: [givenInstance, givenName] }) => {
    context.printer.check(zitadelInstanceView);
    const { checkedInstanceName, instanceNameProblem } = await import('../../identity/zitadel/rules.ts');
    const example = flowkiwi('instance', 'rename', 'acme.example', 'Acme Europe');
    const wanted = await askIfMissing(context, givenInstance, {
      kind: 'handle',
      what: 'INSTANCE',
      example,
      message: 'Id or domain of the instance:',
    });
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
    const instance = { ...(await zitadel.getInstance(id)), name };
    return recordResult(zitadelInstanceView, instance, { success: `Renamed instance ${id} to ${name}` });
  },
});
