import { SystemService } from '@zitadel/proto/zitadel/system_pb';
import type { Call } from '../calls/call.ts';
import { invalidArgument } from '../status.ts';
import { findInstance, type InstanceRecord } from '../store/instance-store.ts';
import { putBlock } from '../store/limits-store.ts';
import { changedDetails } from './details.ts';
import { type Handler, instanceHandler, systemHandler } from './handler.ts';

/** Limits of instances in the system API: of them the block, which the instance then answers with (contract section 2.2). */
export const limitHandlers: readonly Handler[] = [
  instanceHandler(SystemService.method.setLimits, (call, { block, auditLogRetention }) => {
    if (block === undefined && auditLogRetention === undefined) throw noneSpecified();
    return { details: setBlock(call, call.instance, block) };
  }),
  systemHandler(SystemService.method.bulkSetLimits, (call, { limits }) => {
    const targets = limits.map(({ instanceId, block }) => ({ instance: findInstance(call.database, instanceId), block }));
    const targetDetails = call.database.transaction(() =>
      targets.flatMap(({ instance, block }) => (instance ? [setBlock(call, instance, block)] : [])),
    );
    return { details: changedDetails({ sequence: 1, changedAt: call.now }, ''), targetDetails };
  }),
  instanceHandler(SystemService.method.resetLimits, (call) => ({ details: setBlock(call, call.instance, false) })),
];

function setBlock({ database, now }: Call, instance: InstanceRecord, block: boolean | undefined) {
  if (block !== undefined) putBlock(database, instance.id, block);
  return changedDetails({ ...instance, changedAt: now }, instance.id);
}

function noneSpecified() {
  return invalidArgument('COMMAND-4M9vs', 'Errors.Limits.NoneSpecified');
}
