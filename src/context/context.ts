import type { Edges } from '../edges.ts';
import { configDirectory } from '../files/locations.ts';
import type { Help } from '../hint.ts';
import type { HttpClient } from '../http/client.ts';
import { proxyFor } from '../http/proxy.ts';
import { createHttpClient } from '../http/undici-client.ts';
import type { Credential } from '../identity/credential.ts';
import type { OnShortList } from '../identity/pages.ts';
import type { FlowkiwiIdentity } from '../identity/provider.ts';
import type { SingleRequests } from '../identity/single-requests.ts';
import type { ZitadelIdentity } from '../identity/zitadel/zitadel-identity.ts';
import { once } from '../once.ts';
import type { TerminalActivity } from '../output/activity.ts';
import { replaceUnsafe, unicodeEscape } from '../output/terminal-text.ts';
import { type ConfigFile, configFile } from '../storage/config.ts';
import { type CredentialsFile, credentialsFile, refreshLockPath } from '../storage/credentials.ts';
import { type KnownOrganizationsStore, knownOrganizations } from '../storage/known-organizations.ts';
import type { Vault } from '../storage/vault.ts';
import { environmentCredential } from './environment-credential.ts';
import { type EnvironmentIdentity, environmentIdentity, environmentWords, missingFromEnvironment } from './environment-identity.ts';
import type { GlobalOptions } from './global-options.ts';
import { type IdentityServices, identityServices } from './identity-services.ts';
import { knownSecrets } from './known-secrets.ts';
import { type Organizations, organizations } from './organizations.ts';
import type { Effect } from './pins.ts';
import { type Presentation, presentation } from './presentation.ts';
import type { PresentedIdentity } from './presented-identity.ts';
import { type Profile, profileSources } from './profile.ts';
import { type SelectedProfile, selectedProfile } from './selected-profile.ts';
import { type TimeBudget, timeBudget } from './time-budget.ts';

/** Everything a command works with, built once for each run; the parts are made when they are first asked for. */
export interface Context
  extends Omit<Presentation, 'stderr'>,
    Omit<SelectedProfile, 'pinnedOrganization'>,
    Omit<IdentityServices, 'connectForBulk' | 'systemCredentialOf'> {
  readonly edges: Edges;
  readonly options: GlobalOptions;
  /** Of this program. */
  readonly version: string;
  readonly budget: TimeBudget;
  readonly http: HttpClient;
  /** The same for the sign-in server of a profile, which an instance of ZITADEL may have to be named to. */
  readonly httpFor: (profile: HttpPlace) => Promise<HttpClient>;
  readonly config: ConfigFile;
  /** The organizations that all profiles know; `organizations` has those of the profile of this run. */
  readonly knownOrganizations: KnownOrganizationsStore;
  readonly credentials: CredentialsFile;
  /** Seals and opens credentials with keys from the system's keychain; one for the whole run, which remembers the keys. */
  readonly vault: () => Promise<Vault>;
  /** Tells of a secret that was read or typed, so that no words of a server show it. */
  readonly holdSecret: (secret: string) => void;
  /**
   * `FLOWKIWI_TOKEN`, else an identity in the environment, which signs in when its token is first asked for, else the profile's stored
   * credential. Never starts the sign-in of a person.
   */
  readonly credential: () => Promise<Credential>;
  /** What an identity in the environment signs in with, read now. Throws as `presentedInEnvironment` does. */
  readonly presented: (identity: EnvironmentIdentity) => Promise<PresentedIdentity>;
  /** Whether there is a credential at all, good or not. */
  readonly hasCredential: () => Promise<boolean>;
  /** What requests to the system API of the profile's ZITADEL are signed in with. */
  readonly systemCredential: () => Promise<Credential>;
  /** Flowkiwi Identity at the profile's URL, signed in with its credential. Throws `usage` for a profile of another provider. */
  readonly flowkiwi: () => Promise<FlowkiwiIdentity>;
  /** The same for bulk work: each request is sent once, in its turn. Throws as `flowkiwi` does. */
  readonly singleRequests: (turn: () => Promise<void>) => Promise<SingleRequests>;
  /** ZITADEL at the profile's URL, signed in with its credential, and for the system API as its system user. Throws as `flowkiwi` does. */
  readonly zitadel: () => Promise<ZitadelIdentity>;
  /** Remembers a list that ended with fewer items than the server counts. */
  readonly onShortList: OnShortList;
  /** Says which lists those were. For when all is printed: a command that fails after all has nothing to say but that. */
  readonly reportFindings: () => Promise<void>;
  /** The organizations that the profile knows. */
  readonly organizations: () => Promise<Organizations>;
  /** Ends the connections, if any were made. */
  readonly close: () => Promise<void>;
}

/** What of a profile says how its sign-in server is reached. */
export type HttpPlace = Pick<Profile, 'url' | 'instanceHost'>;

export interface ContextOptions {
  readonly edges: Edges;
  readonly options: GlobalOptions;
  readonly version: string;
  /** What the command does to what is there. */
  readonly effect: Effect;
  /** The last line of the terminal; absent where nobody looks at one. */
  readonly activity?: TerminalActivity;
}

/** Longest wait for one answer when `--timeout` does not say. */
const TIMEOUT_MS = 30_000;

export function createContext({ edges, options, version, effect, activity: line }: ContextOptions): Context {
  const { env, platform, clock, interruption, renewInChild } = edges;
  const budget = timeBudget(clock, options.timeoutMs);
  const { activity, messages, printer, prompter, stderr } = presentation(edges, { options, budget, line });
  const directory = configDirectory(edges);
  const store = { directory, platform, clock, during: activity.during, warn: (text: Help) => void messages.alert(text) };
  const config = configFile(store);
  const known = knownOrganizations({ ...store, config });
  const secrets = knownSecrets(env);
  const credentials = secrets.heldFrom(credentialsFile(store));
  const vault = once(async () => {
    const [{ createVault }, { serializedKeychain }] = await Promise.all([
      import('../storage/vault.ts'),
      import('../storage/serialized-keychain.ts'),
    ]);
    return secrets.heldFromVault(createVault(serializedKeychain(edges.keychain, store)));
  });

  const http = once(() =>
    createHttpClient({
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      leftMs: () => budget.leftMs() ?? Number.POSITIVE_INFINITY,
      clock,
      userAgent: `flowkiwi/${version}`,
      nodeVersion: edges.nodeVersion,
      proxyFor: (url) => proxyFor(url, env),
      authorities: env['SSL_CERT_FILE'] ? async () => (await import('../http/trusted-authorities.ts')).trustedAuthorities(env) : undefined,
      untrustedHint: async () => (await import('../http/trusted-authorities.ts')).hintForUntrusted(env, edges.nodeVersion),
      secrets: async () => {
        const current = await profile().catch(() => undefined);
        return secrets.all(current?.name);
      },
      trace: options.debug
        ? (lines) => void stderr.write(lines.map((line) => `${replaceUnsafe(line, unicodeEscape)}\n`).join(''))
        : undefined,
      // A short wait is over before anybody has read of it.
      onWait: ({ delayMs, why }) => {
        const end = clock.now() + delayMs;
        activity.until(end, () => `Trying again in ${Math.ceil((end - clock.now()) / 1_000)} s: ${why}`);
        if (delayMs > 2_000 && !activity.isShown) void messages.warning(`${why}: trying again in ${Math.ceil(delayMs / 1_000)} s`);
      },
      whileSending: ({ host }, work) => activity.unlessDuring(() => `Waiting for ${host}…`, work),
    }),
  );
  const httpFor = async ({ url, instanceHost }: HttpPlace): Promise<HttpClient> =>
    instanceHost === undefined ? http() : (await import('./instance-host.ts')).throughInstanceHost(http(), { url, instanceHost });
  const { profileChoice, profile, pinnedOrganization } = selectedProfile({
    named: options.profile,
    env,
    config,
    effect,
    messages,
    warn: store.warn,
  });

  /** What is said when all is done, so that a failure stays the one line of JSON. */
  const findings: string[] = [];
  const onShortList: OnShortList = ({ action, seen, count }) =>
    void findings.push(
      `${action}: the server counts ${count}, and ${seen} came. Run it again if the list was changing; some may be hidden from who is signed in`,
    );

  const onUnread = (message: string) => void (options.json ? findings.push(message) : messages.alert(message));
  const asked = { signal: interruption, clock, leftMs: budget.leftMs, onShortList, onUnread, during: activity.during };

  const services = identityServices({ edges, directory, http, asked, warn: store.warn });

  const presented = async (identity: EnvironmentIdentity): Promise<PresentedIdentity> => {
    const { presentedInEnvironment } = await import('./presented-identity.ts');
    const { client_id } = profileSources(await profileChoice(), env, await config.read());
    const reader = { edges, messages, budget, holdSecret: secrets.hold };
    return presentedInEnvironment(reader, identity, { profile: await profile(), clientIdSource: client_id });
  };

  const machineOf = async (identity: EnvironmentIdentity, current: Profile): Promise<Credential> => {
    const { machineCredential } = await import('./machine-credential.ts');
    return machineCredential({
      ...{ identity, profile: current, edges, messages, config, budget, holdSecret: secrets.hold },
      read: () => presented(identity),
      http: () => httpFor(current),
    });
  };

  const credential = once(async () => {
    const current = await profile();
    const fromEnvironment = environmentCredential(env, { clock, issuer: current.issuer });
    if (fromEnvironment) return fromEnvironment;
    const identity = environmentIdentity(env);
    if (identity) return machineOf(identity, current);
    const { storedCredential } = await import('./stored-credential.ts');
    return storedCredential({
      profile: current,
      missing: missingFromEnvironment(env),
      file: credentials,
      lockPath: refreshLockPath(directory, current.name),
      renewInChild:
        renewInChild &&
        (async (refused) => {
          const { requestRenewal } = await import('./renewal-in-child.ts');
          const request = {
            profile: current.name,
            refused,
            clientSecret: env['FLOWKIWI_CLIENT_SECRET'],
            secrets: secrets.given(),
            debug: options.debug,
          };
          return requestRenewal(renewInChild, request, { clock, budget });
        }),
      clock,
      budget,
      vault,
      renewal: async (stored) =>
        (await import('./renewal.ts')).renewTokens({ http: await httpFor(current), env, clock, profile: current }, stored),
      revoke: async (stored, tokens) =>
        (await import('./revocation.ts')).revokeCredential({ http: await httpFor(current), env, clock }, stored, tokens),
    });
  });

  const hasCredential = async () =>
    environmentWords(env) !== undefined || ((await credentials.read())?.has((await profile()).name) ?? false);

  return {
    edges,
    options,
    version,
    budget,
    printer,
    prompter,
    messages,
    activity,
    config,
    knownOrganizations: known,
    credentials,
    vault,
    holdSecret: secrets.hold,
    get http() {
      return http();
    },
    httpFor,
    profileChoice,
    profile,
    credential,
    presented,
    hasCredential,
    systemCredential: once(async () => services.systemCredentialOf(await profile())),
    onShortList,
    reportFindings: async () => {
      for (const text of findings) await messages.alert(text);
    },
    flowkiwi: once(async () => services.connect(await profile(), await credential())),
    singleRequests: async (turn) => services.connectForBulk(await profile(), await credential(), turn),
    zitadel: once(async () => services.connectZitadel(await profile(), await credential())),
    organizations: once(async () =>
      organizations({
        profile: await profile(),
        store: known,
        pinned: pinnedOrganization,
        hasCredential,
        warn: (message) => void (options.json ? findings.push(message) : messages.warning(message)),
      }),
    ),
    connect: services.connect,
    connectZitadel: services.connectZitadel,
    checkCredential: services.checkCredential,
    askForCaller: services.askForCaller,
    close: async () => {
      if (http.made()) await http().close();
    },
  };
}
