import type { Context } from '../../../context/context.ts';
import { askIfMissing, confirmByName, mustConfirm } from '../../kit/ask.ts';
import type { Input } from '../../kit/command.ts';
import { deletedResult, type Result } from '../../kit/result.ts';
import { namedInstance } from './named-instance.ts';

/** `instance delete`, at ZITADEL only. */
export async function deleteInstance(context: Context, { args: [given] }: Pick<Input, 'args'>): Promise<Result> {
  const wanted = await askIfMissing(context, given, {
    what: 'INSTANCE',
    example: 'flowkiwi instance delete acme.example',
    message: 'Id or domain of the instance:',
  });
  const ask = mustConfirm(context, `delete the instance ${wanted}`);
  const instance = await namedInstance(context, wanted);
  if (ask) await confirmByName(context, 'instance', instance);
  await (await context.zitadel()).deleteInstance(instance.id);
  return deletedResult('instance', instance);
}
