import type { Context } from '../../context/context.ts';
import { flowkiwi } from '../../hint.ts';
import type { ZitadelInstance } from '../../identity/zitadel/instance.ts';
import type { View } from '../../output/view.ts';
import { confirmYes, mustConfirm } from '../kit/ask.ts';
import { nameAndId, type Result, recordResult } from '../kit/result.ts';
import { zitadelInstanceGiven } from './choose.ts';
import { zitadelInstance } from './find.ts';
import { zitadelInstanceView } from './views.ts';

/** An instance with whether it answers, which no read tells. */
interface InstanceWithBlock extends ZitadelInstance {
  readonly blocked: boolean;
}

export const blockView: View<InstanceWithBlock> = {
  ...zitadelInstanceView,
  fields: [
    ...zitadelInstanceView.fields.slice(0, 2),
    { name: 'blocked', heading: 'Blocked', type: 'boolean', table: true, keep: true, text: ({ blocked }) => (blocked ? 'yes' : 'no') },
    ...zitadelInstanceView.fields.slice(2),
  ],
  json: ({ id, name, blocked, ...rest }) => ({ id, name, blocked, ...rest }),
};

/** `instance block` and `instance unblock`, at ZITADEL only. Asks before a block, unless `--yes` is given. */
export async function setBlocked(context: Context, given: string | undefined, blocked: boolean): Promise<Result> {
  context.printer.check(blockView);
  const verb = blocked ? 'block' : 'unblock';
  const wanted = await zitadelInstanceGiven(context, given, flowkiwi('instance', verb, 'acme.example'));
  const ask = blocked && mustConfirm(context, `blocking the instance ${wanted}`);
  const instance = await zitadelInstance(context, wanted);
  if (ask) await confirmYes(context, `Block instance ${nameAndId(instance)}? It answers nobody any more.`);
  await (await context.zitadel()).blockInstance(instance.id, blocked);
  return recordResult(
    blockView,
    { ...instance, blocked },
    {
      success: `${blocked ? 'Blocked' : 'Unblocked'} instance ${nameAndId(instance)}`,
      ...(blocked && { next: flowkiwi('instance', 'unblock', { id: instance.id }) }),
    },
  );
}
