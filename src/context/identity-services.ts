import type { Edges } from '../edges.ts';
import { isCliError } from '../errors.ts';
import type { Help } from '../hint.ts';
import type { HttpClient } from '../http/client.ts';
import type { Credential } from '../identity/credential.ts';
import { type FlowkiwiProviderOptions, flowkiwiProvider } from '../identity/flowkiwi/flowkiwi-provider.ts';
import type { FlowkiwiIdentity } from '../identity/provider.ts';
import type { SingleRequests } from '../identity/single-requests.ts';
import type { ZitadelIdentity } from '../identity/zitadel/zitadel-identity.ts';
import type { User } from '../oauth/token-set.ts';
import { assertProvider, type Profile } from './profile.ts';
import type { ProviderName } from './provider-defaults.ts';

/** The identity services of profiles, over the connections of a run. */
export interface IdentityServices {
  /** Flowkiwi Identity of a profile, signed in with a credential. Throws `usage` for a profile of another provider. */
  readonly connect: (profile: Profile, credential: Credential) => FlowkiwiIdentity;
  /** The same for ZITADEL. Throws as `connect` does. */
  readonly connectZitadel: (profile: Profile, credential: Credential) => Promise<ZitadelIdentity>;
  /** The same for bulk work at Flowkiwi Identity: each request is sent once, in its turn. Throws as `connect` does. */
  readonly connectForBulk: (profile: Profile, credential: Credential, turn: () => Promise<void>) => Promise<SingleRequests>;
  /** What requests to the system API of a profile's ZITADEL are signed in with. */
  readonly systemCredentialOf: (profile: Profile) => Promise<Credential>;
  /** Asks the identity service of a profile, whatever its dialect, whether it accepts a credential. Throws `auth` when not. */
  readonly checkCredential: (profile: Profile, credential: Credential) => Promise<void>;
  /** Who is behind a credential that does not say it, as far as the identity service tells: ZITADEL does. Failures are undefined but an interruption. */
  readonly askForCaller: (profile: Profile, credential: Credential) => Promise<User | undefined>;
}

interface Run {
  readonly edges: Edges;
  /** The configuration folder. */
  readonly directory: string;
  readonly http: () => HttpClient;
  /** What every service is asked with. */
  readonly asked: Omit<FlowkiwiProviderOptions, 'http' | 'url' | 'credential'>;
  readonly warn: (text: Help) => void;
}

export function identityServices({ edges, directory, http, asked, warn }: Run): IdentityServices {
  const connect = (to: Profile, credential: Credential): FlowkiwiIdentity => {
    assertProvider(to, { flowkiwi: true, zitadel: false });
    return flowkiwiProvider({ ...asked, http: http(), url: to.url, credential });
  };

  const connectForBulk = async (to: Profile, credential: Credential, turn: () => Promise<void>): Promise<SingleRequests> => {
    assertProvider(to, { flowkiwi: true, zitadel: false });
    const { flowkiwiSingleRequests } = await import('../identity/flowkiwi/single-requests.ts');
    return flowkiwiSingleRequests({ ...asked, http: http(), url: to.url, credential, turn });
  };

  const systemCredentialOf = async (to: Profile): Promise<Credential> => {
    const { systemCredential } = await import('./system-credential.ts');
    return systemCredential({ profile: to, edges, directory, warn });
  };

  /** Loaded only for a profile of ZITADEL. */
  const connectZitadel = async (to: Profile, credential: Credential): Promise<ZitadelIdentity> => {
    assertProvider(to, { flowkiwi: false, zitadel: true });
    const { zitadelProvider } = await import('../identity/zitadel/zitadel-provider.ts');
    const { url, instanceHost } = to;
    const system = await systemCredentialOf(to);
    return zitadelProvider({ ...asked, http: http(), url, credential, systemCredential: system, instanceHost });
  };

  const checks: Readonly<Record<ProviderName, (to: Profile, offered: Credential) => Promise<void>>> = {
    flowkiwi: async (to, offered) => connect(to, offered).checkCredential(),
    zitadel: async (to, offered) => (await connectZitadel(to, offered)).checkCredential(),
  };

  const callers: Readonly<Record<ProviderName, (to: Profile, offered: Credential) => Promise<User | undefined>>> = {
    flowkiwi: async () => undefined,
    zitadel: async (to, offered) => (await connectZitadel(to, offered)).getCaller(),
  };

  const askForCaller = async (to: Profile, offered: Credential): Promise<User | undefined> => {
    try {
      return await callers[to.provider](to, offered);
    } catch (error) {
      edges.interruption.throwIfAborted();
      if (!isCliError(error)) throw error;
      return undefined;
    }
  };

  return {
    connect,
    connectZitadel,
    connectForBulk,
    systemCredentialOf,
    checkCredential: (to, offered) => checks[to.provider](to, offered),
    askForCaller,
  };
}
