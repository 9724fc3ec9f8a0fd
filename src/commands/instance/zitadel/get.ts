import type { Context } from '../../../context/context.ts';
import type { Input } from '../../kit/command.ts';
import { type Result, recordResult } from '../../kit/result.ts';
import { instanceView } from './instance-view.ts';
import { namedInstance } from './named-instance.ts';

/** `instance get` at ZITADEL: the profile's own instance when none is named. */
export async function getInstance(context: Context, { args: [given] }: Pick<Input, 'args'>): Promise<Result> {
  context.printer.check(instanceView);
  return recordResult(instanceView, await namedInstance(context, given));
}
