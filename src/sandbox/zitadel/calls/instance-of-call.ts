import type { DescMethod, Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { OrganizationService as BetaOrganizationService } from '@zitadel/proto/zitadel/org/v2beta/org_service_pb';
import { SystemService } from '@zitadel/proto/zitadel/system_pb';
import type { Database } from '../../database.ts';
import { CONNECTION_REFUSED } from '../../faults/database-down.ts';
import { EXTERNAL_DOMAIN } from '../rules/domains.ts';
import { StatusError } from '../status.ts';
import { instanceOfDomain, isDomainOfInstance } from '../store/instance-domain-store.ts';
import { findInstance, type InstanceRecord } from '../store/instance-store.ts';
import { NOW, type PointInTime } from '../store/point-in-time.ts';
import type { Metadata } from './call.ts';

const NOT_FOUND = 'Instance not found. Make sure you got the domain right. Check out https://zitadel.com/docs/apis/introduction#domains';

const MEANT = 'Errors.IAM.NotFound';

const FAILED = 'An internal error occurred';

/** What is needed to find an instance: where the server itself answers, and how far its projection has come. */
export interface Lookup {
  readonly database: Database;
  /** Name of the server's own host, at which the default instance answers. */
  readonly ownHost: string;
  readonly at: PointInTime;
}

/** Whether the call is one of the system API, to which blocks and quotas do not apply. */
export function isSystemCall(method: DescMethod): boolean {
  return method.parent.typeName === SystemService.typeName;
}

/**
 * The instance that a call is for: in the system API the one that the message names, if any; else that of the host (contract
 * section 5). Throws 404 as gRPC's own error, without details.
 */
export function instanceOfCall(method: DescMethod, request: Message, metadata: Metadata, lookup: Lookup): InstanceRecord | undefined {
  if (!isSystemCall(method)) return instanceOfHost(metadata, lookup);
  const id = instanceIdIn(method, request);
  if (id === '') return undefined;
  if (metadata.lacksDatabase) {
    throw new StatusError(
      'NotFound',
      `unable to set instance using id ${id}: ID=QUERY-d3fas Message=${FAILED} Parent=(${CONNECTION_REFUSED})`,
    );
  }
  const instance = id.includes('\0') ? undefined : findInstance(lookup.database, id, lookup.at);
  if (instance !== undefined) return instance;
  throw new StatusError('NotFound', `unable to set instance using id ${id}: ID=QUERY-1kIjX Message=${NOT_FOUND}`);
}

/** The host as instances are found by it: without its port, and by its own name when it is the server's address. */
export function hostName(host: string, ownHost: string): string {
  const name = host.replace(/:\d+$/, '');
  return name === ownHost ? EXTERNAL_DOMAIN : name;
}

/** Whether the `Host` of a request is the server's own, or a domain of an instance. Other headers may name another one of them, and none besides. */
export function isHostOfInstance(host: string | undefined, { database, ownHost }: Omit<Lookup, 'at'>): boolean {
  const name = hostName(host?.toLowerCase() ?? '', ownHost);
  return name === EXTERNAL_DOMAIN || isDomainOfInstance(database, name, NOW);
}

/** The instance at a host. Throws as `instanceOfCall`. */
export function instanceOfHost(
  { instanceHost, publicHost, lacksDatabase }: Pick<Metadata, 'instanceHost' | 'publicHost' | 'lacksDatabase'>,
  { database, ownHost, at }: Lookup,
): InstanceRecord {
  const refuse = (id: string, said: string, meant: string, because = '') => {
    const origin = `&{${instanceHost} ${publicHost ?? ''} http}`;
    const cause = `unable to get instance by host: instanceHost ${instanceHost}, publicHost ${publicHost ?? ''}: ID=${id} Message=${meant}`;
    const parent = because === '' ? '' : ` Parent=(${because})`;
    const text = `unable to set instance using origin ${origin} (ExternalDomain is ${EXTERNAL_DOMAIN}): ID=${id} Message=${said}`;
    return new StatusError('NotFound', `${text} Parent=(${cause}${parent})`);
  };
  if (lacksDatabase) throw refuse('QUERY-d3fas', FAILED, 'Errors.Internal', CONNECTION_REFUSED);
  const name = hostName(instanceHost, ownHost);
  const id = instanceOfDomain(database, name, at);
  const instance = id === undefined ? undefined : findInstance(database, id, at);
  if (instance === undefined) throw refuse('QUERY-1kIjX', NOT_FOUND, MEANT);
  // No instance has other hosts that it trusts.
  if (publicHost !== undefined && hostName(publicHost, ownHost) !== name)
    throw refuse('QUERY-IuGh1', NOT_FOUND, MEANT, `public domain "${publicHost}" not trusted`);
  return instance;
}

function instanceIdIn(method: DescMethod, request: Message): string {
  return textIn(method, request, 'instance_id') ?? '';
}

/** The organization that the message of a v2beta call names in place of a header; the `id` of a create is that of a new one. */
export function organizationIdIn(method: DescMethod, request: Message): string | undefined {
  if (method.parent.typeName !== BetaOrganizationService.typeName) return undefined;
  const id = method === BetaOrganizationService.method.createOrganization ? undefined : textIn(method, request, 'id');
  const named = textIn(method, request, 'organization_id') ?? id;
  return named?.includes('\0') ? undefined : named;
}

function textIn({ input }: DescMethod, request: Message, name: string): string | undefined {
  const field = input.fields.find((known) => known.name === name);
  const text = field && reflect(input, request).get(field);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
