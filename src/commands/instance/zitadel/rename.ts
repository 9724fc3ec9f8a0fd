import type { Context } from '../../../context/context.ts';
import { checkedInstanceName } from '../../../identity/zitadel/instance-requests.ts';
import { instanceNameProblem } from '../../../identity/zitadel/rules.ts';
import { askIfMissing } from '../../kit/ask.ts';
import type { Input } from '../../kit/command.ts';
import { type Result, recordResult } from '../../kit/result.ts';
import { instanceView } from './instance-view.ts';
import { instanceId } from './named-instance.ts';

/** `instance rename` at ZITADEL. */
export async function renameInstance(context: Context, { args: [givenInstance, givenName] }: Pick<Input, 'args'>): Promise<Result> {
  context.printer.check(instanceView);
  const example = 'flowkiwi instance rename acme.example "Acme Europe"';
  const wanted = await askIfMissing(context, givenInstance, { what: 'INSTANCE', example, message: 'Id or domain of the instance:' });
  const name = await askIfMissing(context, givenName, { what: 'NAME', example, message: 'New name:', problem: instanceNameProblem });
  checkedInstanceName(name);
  const zitadel = await context.zitadel();
  const id = await instanceId(context, wanted);
  await zitadel.renameInstance(id, name);
  // What is read lags behind what is written; the server has accepted this name.
  const instance = { ...(await zitadel.getInstance(id)), name };
  return recordResult(instanceView, instance, { success: `Renamed instance ${id} to ${name}` });
}
