import type { Clock } from '../../edges.ts';
import { isLoopbackAddress } from '../../http/loopback.ts';
import { withServerClock } from '../../http/server-clock.ts';
import type { Credential } from '../credential.ts';
import type { OnShortList } from '../pages.ts';
import { createSession, type SessionOptions } from '../session.ts';
import { appCalls } from './apps.ts';
import { SYSTEM_DIALECT, zitadelDialect } from './dialect.ts';
import { domainCalls } from './domains.ts';
import { instanceDomainCalls } from './instance-domains.ts';
import { instanceCalls } from './instances.ts';
import { memberCalls } from './members.ts';
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
  const [http, serverClock] = withServerClock(options.http, clock);
  const session = createSession({ ...options, http }, zitadelDialect(instanceHost));
  const system = createSession({ ...options, http, credential: systemCredential }, SYSTEM_DIALECT);
  const { signal, credential, url, onUnread } = options;
  const host = domainHost(instanceHost === undefined ? url : new URL(`${url.protocol}//${instanceHost}`));
  const domains = instanceDomainCalls({ session, system, clock, signal, leftMs });
  return {
    ...organizationCalls({ session, credential, clock, serverClock, host, signal, leftMs, onShortList, onUnread }),
    ...appCalls(session),
    ...memberCalls({ session, clock, signal, leftMs }),
    ...domainCalls({ session, clock, signal, leftMs }),
    ...instanceCalls({ session, domains, system, clock, serverClock, signal, leftMs }),
    ...domains,
  };
}

/** The name of the host as domains have it: a server on this machine goes by `localhost`. */
function domainHost(url: URL): string {
  return isLoopbackAddress(url.hostname) ? 'localhost' : url.hostname;
}
