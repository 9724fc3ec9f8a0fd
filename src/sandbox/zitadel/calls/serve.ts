import { type DescMethod, type Message, toJsonString } from '@bufbuild/protobuf';
import type { Clock } from '../../../edges.ts';
import type { Account } from '../../accounts.ts';
import type { Database } from '../../database.ts';
import type { Switches } from '../../switches.ts';
import { defaultInstance } from '../default-instance.ts';
import type { Handler } from '../handlers/handler.ts';
import { HANDLERS } from '../handlers/handlers.ts';
import { EXTERNAL_DOMAIN } from '../rules/domains.ts';
import { StatusError, wrapped } from '../status.ts';
import type { InstanceRecord } from '../store/instance-store.ts';
import { isInstanceBlocked } from '../store/limits-store.ts';
import { projectionTime } from '../store/point-in-time.ts';
import { firstViolation } from '../validation/validate.ts';
import { inWordsOf } from '../wording.ts';
import { type Authentication, authenticateCaller } from './authentication.ts';
import { checkPermission, organizationOfCall, requiredPermission } from './authorization.ts';
import type { Call, Caller, InstanceCall, Metadata } from './call.ts';
import { hostName, instanceOfCall, isSystemCall, organizationIdIn } from './instance-of-call.ts';

export interface ServiceOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** The sandbox's own: the default instance answers there, and tokens of system users are made for it. */
  readonly origin: string;
  /** The account of an access token, undefined when it is not valid. */
  readonly authenticate: (bearer: string) => Account | undefined;
  readonly switches: () => Switches;
}

/** Answers one call; everything about HTTP has been left behind. Throws `StatusError`. */
export type Service = (method: DescMethod, request: Message, metadata: Metadata) => Promise<Message>;

const NOBODY: Caller = { user: undefined, rolesIn: () => [] };

/**
 * ZITADEL's server behind its gateways, with the order of its interceptors (contract section 1): the instance, its block, the caller and
 * the permission, the quota, the rules of the message, and only then the call itself.
 */
export function createService(options: ServiceOptions): Service {
  const { database, clock, origin, switches } = options;
  const ownHost = new URL(origin).hostname;
  const audiences = [origin, origin.replace(ownHost, EXTERNAL_DOMAIN)];

  return async (method, request, metadata) => {
    const [now, current] = [clock.now(), switches()];
    defaultInstance(database, now);
    const projected = projectionTime(now, current.lag);
    const instance = instanceOfCall(method, request, metadata, { database, ownHost, at: projected });
    try {
      const authentication = { database, switches: current, authenticate: options.authenticate, audiences, now };
      const { caller, organizationId } = admit({ method, request }, instance, metadata, authentication);
      if (metadata.lacksDatabase) throw new StatusError('Internal', 'db connection error', '');
      const violation = firstViolation(method.input, request);
      if (violation !== undefined) throw new StatusError('InvalidArgument', violation);
      if (holdsNul(method, request)) throw new StatusError('Unknown', 'ERROR: unsupported Unicode escape sequence (SQLSTATE 22P05)');
      const call: Call = { database, switches: current, now, projected, caller };
      const instanceCall = instance && { ...call, instance, organizationId, requestedHost: hostName(metadata.instanceHost, ownHost) };
      return await run(method, request, call, instanceCall);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const worded = inWordsOf(current.zitadel, error, { isTranslated: instance !== undefined || metadata.language !== undefined });
      throw current.zitadelErrors === 'wrapped' ? wrapped(worded) : worded;
    }
  };
}

/** Whether there is a NUL character in a text, which ZITADEL's database can no more keep than the sandbox's. */
function holdsNul({ input }: DescMethod, request: Message): boolean {
  return toJsonString(input, request).includes(String.raw`\u0000`);
}

interface Admitted {
  readonly caller: Caller;
  readonly organizationId: string;
}

/** Lets the call pass the limits of its instance, the authentication, the permission and the quota, in this order. */
function admit(
  { method, request }: { readonly method: DescMethod; readonly request: Message },
  instance: InstanceRecord | undefined,
  metadata: Metadata,
  options: Authentication,
): Admitted {
  const { database, switches } = options;
  const isLimited = !isSystemCall(method);
  const isBlocked = switches.zitadelInstance === 'blocked' || (instance !== undefined && isInstanceBlocked(database, instance.id));
  if (isLimited && isBlocked) {
    throw new StatusError('ResourceExhausted', 'Errors.Limits.Instance.Blocked', 'LIMITS-molsj');
  }
  const permission = requiredPermission(method);
  if (permission === undefined) return { caller: NOBODY, organizationId: '' };
  const caller = authenticateCaller(metadata, instance, options);
  const organizationId =
    organizationIdIn(method, request) ?? organizationOfCall(database, instance, metadata.organizationId, caller, switches.zitadel);
  checkPermission(caller, permission, organizationId);
  if (isLimited && switches.zitadelQuota === 'exhausted' && caller.user !== undefined) {
    throw new StatusError('ResourceExhausted', 'Quota.Access.Exhausted', 'QUOTA-vjAy8');
  }
  return { caller, organizationId };
}

async function run(method: DescMethod, request: Message, call: Call, instanceCall: InstanceCall | undefined): Promise<Message> {
  const handler: Handler | undefined = HANDLERS.get(method.parent.typeName)?.get(method.name);
  if (handler === undefined) throw new StatusError('Unimplemented', `method ${method.name} not implemented`);
  return handler.run(call, instanceCall, request);
}
