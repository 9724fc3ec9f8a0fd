import type { Database } from '../../database.ts';
import type { Switches } from '../../switches.ts';
import type { InstanceRecord } from '../store/instance-store.ts';
import type { PointInTime } from '../store/point-in-time.ts';
import type { UserRecord } from '../store/user-store.ts';

/** What a call says beside its message, however it came in. */
export interface Metadata {
  /** The whole `Authorization` header. */
  readonly authorization: string | undefined;
  /** `x-zitadel-orgid`: the organization in whose name the call is made. */
  readonly organizationId: string | undefined;
  /** The host, with its port, that names the instance (contract section 5). */
  readonly instanceHost: string;
  /** `x-zitadel-public-host`. */
  readonly publicHost: string | undefined;
  /** The language that the caller reads, of those that the server speaks. */
  readonly language: string | undefined;
  /** `Origin` of a page in a browser. */
  readonly origin: string | undefined;
  /** The database of the server is away. */
  readonly lacksDatabase: boolean;
}

/** Who makes the call. */
export interface Caller {
  /** Undefined for a system user, which no instance knows. */
  readonly user: UserRecord | undefined;
  /** The roles that count in an organization of the instance, or beside all of them when it is empty. */
  readonly rolesIn: (organizationId: string) => readonly string[];
}

/** A call that has passed every check. */
export interface Call {
  readonly database: Database;
  readonly switches: Switches;
  /** When it is served, in milliseconds since the Unix epoch. */
  readonly now: number;
  /** What searches and other projections show. */
  readonly projected: PointInTime;
  readonly caller: Caller;
}

/** A call to one instance. */
export interface InstanceCall extends Call {
  readonly instance: InstanceRecord;
  /** The organization in whose name the call is made; empty when a system user named none. */
  readonly organizationId: string;
  /** The host that was asked for, without its port. */
  readonly requestedHost: string;
}
