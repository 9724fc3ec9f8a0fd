import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { InstanceService } from '@zitadel/proto/zitadel/instance/v2beta/instance_service_pb';
import type { Call } from '../calls/call.ts';
import { notFound } from '../status.ts';
import { listInstanceDomains } from '../store/instance-domain-store.ts';
import { findInstance, type InstanceRecord, listInstances } from '../store/instance-store.ts';
import { type Handler, systemHandler } from './handler.ts';
import { VERSIONS } from './instance-message.ts';

/** Instances in the v2beta API, which the old server does not have. */
export const instanceV2Handlers: readonly Handler[] = [
  systemHandler(InstanceService.method.getInstance, (call, { instanceId }) => {
    const instance = findInstance(call.database, instanceId, call.projected);
    if (instance === undefined) throw notFound('QUERY-n0wng', 'Instance not found');
    return { instance: instanceMessage(call, instance) };
  }),
  systemHandler(InstanceService.method.listInstances, (call) => {
    const instances = listInstances(call.database, call.projected).map((instance) => instanceMessage(call, instance));
    return { instances, pagination: { totalResult: BigInt(instances.length) } };
  }),
];

function instanceMessage({ database, projected, switches }: Call, { id, name, primaryDomain, createdAt, changedAt }: InstanceRecord) {
  return {
    id,
    name,
    creationDate: timestampFromMs(createdAt),
    changeDate: timestampFromMs(changedAt),
    version: VERSIONS[switches.zitadel],
    domains: listInstanceDomains(database, id, projected).map((record) => ({
      instanceId: id,
      creationDate: timestampFromMs(record.createdAt),
      domain: record.domain,
      primary: record.domain === primaryDomain,
      generated: record.isGenerated,
    })),
  };
}
