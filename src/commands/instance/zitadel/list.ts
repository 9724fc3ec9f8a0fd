import type { Context } from '../../../context/context.ts';
import { ZITADEL_INSTANCE_SORT_FIELDS } from '../../../identity/zitadel/zitadel-identity.ts';
import { listResult, type Result } from '../../kit/result.ts';
import { readSort } from '../list.ts';
import { instanceView } from './instance-view.ts';

interface Input {
  readonly options: { readonly sort: string | undefined; readonly limit: number | undefined };
}

/** `instance list` at ZITADEL: the instances of the system. */
export async function listInstances(context: Context, { options: { sort, limit } }: Input): Promise<Result> {
  context.printer.check(instanceView);
  const query = { limit, sort: readSort(sort, ZITADEL_INSTANCE_SORT_FIELDS) };
  return listResult(instanceView, (await context.zitadel()).listInstances(query));
}
