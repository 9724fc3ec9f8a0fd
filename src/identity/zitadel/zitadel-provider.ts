import type { Clock } from '../../edges.ts';
import type { Credential } from '../credential.ts';
import type { OnShortList } from '../pages.ts';
import { createSession, type SessionOptions } from '../session.ts';
import { SYSTEM_DIALECT, zitadelDialect } from './dialect.ts';
import { instanceCalls } from './instances.ts';
import { organizationCalls } from './organizations.ts';
import type { ZitadelIdentity } from './zitadel-identity.ts';

export interface ZitadelProviderOptions extends SessionOptions {
  /** What requests to the system API are signed in with. */
  readonly systemCredential: Credential;
  /** Host of the instance, with its port if any, where the URL does not name it. */
  readonly instanceHost: string | undefined;
  readonly clock: Clock;
  /** Milliseconds that are left for looking for what was lost; undefined without a limit. */
  readonly leftMs?: (() => number | undefined) | undefined;
  readonly onShortList?: OnShortList;
}

/** The adapter for ZITADEL, v1 of its APIs (contract section 3.3). */
export function zitadelProvider({
  systemCredential,
  instanceHost,
  clock,
  leftMs,
  onShortList,
  ...options
}: ZitadelProviderOptions): ZitadelIdentity {
  const session = createSession(options, zitadelDialect(instanceHost));
  const system = createSession({ ...options, credential: systemCredential }, SYSTEM_DIALECT);
  const { signal, credential } = options;
  return {
    ...organizationCalls({ session, credential, clock, signal, leftMs, onShortList }),
    ...instanceCalls({ session, system, clock, signal, leftMs }),
  };
}
