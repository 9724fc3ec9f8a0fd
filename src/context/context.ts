import type { Edges } from '../edges.ts';
import { isCliError } from '../errors.ts';
import { configDirectory } from '../files/locations.ts';
import type { Help } from '../hint.ts';
import type { HttpClient } from '../http/client.ts';
import { proxyFor } from '../http/proxy.ts';
import { createHttpClient } from '../http/undici-client.ts';
import type { Credential } from '../identity/credential.ts';
import { flowkiwiProvider } from '../identity/flowkiwi/flowkiwi-provider.ts';
import type { OnShortList } from '../identity/pages.ts';
import type { FlowkiwiIdentity } from '../identity/provider.ts';
import type { SingleRequests } from '../identity/single-requests.ts';
import type { ZitadelIdentity } from '../identity/zitadel/zitadel-identity.ts';
import type { User } from '../oauth/token-set.ts';
import { once } from '../once.ts';
import { type Activity, mayAnimate, type TerminalActivity, UNSEEN } from '../output/activity.ts';
import { asciiOutput, isWithoutUtf8 } from '../output/ascii.ts';
import { colourLevel, createPalette } from '../output/colour.ts';
import { shellOf } from '../output/command-text.ts';
import { createMessages, type Messages } from '../output/messages.ts';
import { createPrinter, type Printer } from '../output/printer.ts';
import { replaceUnsafe, unicodeEscape } from '../output/terminal-text.ts';
import { type ConfigFile, configFile } from '../storage/config.ts';
import { type CredentialsFile, credentialsFile, refreshLockPath } from '../storage/credentials.ts';
import { type KnownOrganizationsStore, knownOrganizations } from '../storage/known-organizations.ts';
import type { Vault } from '../storage/vault.ts';
import { contextFilesAbove } from './context-files-above.ts';
import { environmentCredential } from './environment-credential.ts';
import { type EnvironmentIdentity, environmentIdentity, environmentWords, missingFromEnvironment } from './environment-identity.ts';
import type { GlobalOptions } from './global-options.ts';
import { knownSecrets } from './known-secrets.ts';
import { type Organizations, organizations } from './organizations.ts';
import type { Effect } from './pins.ts';
import type { PresentedIdentity } from './presented-identity.ts';
import { assertProvider, type Profile, type ProfileChoice, type ProfileFlags, profileSources, resolveProfile } from './profile.ts';
import { canAsk, createPrompter, type Prompter } from './prompter.ts';
import type { ProviderName } from './provider-defaults.ts';
import { type TimeBudget, timeBudget } from './time-budget.ts';

/** Everything a command works with, built once for each run; the parts are made when they are first asked for. */
export interface Context {
  readonly edges: Edges;
  readonly options: GlobalOptions;
  /** Of this program. */
  readonly version: string;
  readonly budget: TimeBudget;
  readonly printer: Printer;
  readonly messages: Messages;
  /** Says what is being done while nothing else is said. */
  readonly activity: Activity;
  /** Undefined when there is no person to ask. */
  readonly prompter: Prompter | undefined;
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
  /** What names the profile of this run besides the environment and the config file. Throws as `readContextFile` and `pinnedProfile` do. */
  readonly profileChoice: () => Promise<ProfileChoice>;
  /** The profile that the flags, the environment, a `.flowkiwi.json` and the config file select. */
  readonly profile: (flags?: SettingFlags) => Promise<Profile>;
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
  /** Flowkiwi Identity of another profile or with another credential, over the same connections. Throws as `flowkiwi` does. */
  readonly connect: (profile: Profile, credential: Credential) => FlowkiwiIdentity;
  /** ZITADEL of another profile or with another credential, over the same connections. Throws as `flowkiwi` does. */
  readonly connectZitadel: (profile: Profile, credential: Credential) => Promise<ZitadelIdentity>;
  /** Asks the identity service of a profile, whatever its dialect, whether it accepts a credential. Throws `auth` when not. */
  readonly checkCredential: (profile: Profile, credential: Credential) => Promise<void>;
  /** Who is behind a credential that does not say it, as far as the identity service tells: ZITADEL does. Failures are undefined but an interruption. */
  readonly askForCaller: (profile: Profile, credential: Credential) => Promise<User | undefined>;
  /** Ends the connections, if any were made. */
  readonly close: () => Promise<void>;
}

/** The flags of a profile apart from its name. */
type SettingFlags = Omit<ProfileFlags, keyof ProfileChoice>;

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
  // Data keeps its characters; what is drawn or said for a person is shown as the terminal can.
  const isAscii = isWithoutUtf8(env, platform);
  const stderr = isAscii && edges.stderr.isTerminal ? asciiOutput(edges.stderr) : edges.stderr;
  const isDrawn = options.format === undefined || options.format === 'table';
  const stdout = isAscii && isDrawn && edges.stdout.isTerminal ? asciiOutput(edges.stdout) : edges.stdout;
  const budget = timeBudget(clock, options.timeoutMs);
  const { json, quiet } = options;
  // In `… | less` the terminal belongs to two programs.
  const mayShow = !json && !quiet && isDrawn && edges.stdout.isTerminal && mayAnimate(edges.stderr, env);
  if (mayShow) line?.allow();
  const activity = (mayShow && line) || UNSEEN;
  const colour = (isTerminal: boolean) => colourLevel({ env, isTerminal, flag: options.color });
  const commands = { shell: shellOf(env, platform), profile: options.profile };
  const messages = createMessages({ stderr, colour: colour(stderr.isTerminal), json, quiet, commands });
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
        const current = await selected().catch(() => undefined);
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
  const contextFile = once(async () => {
    const paths = contextFilesAbove();
    return paths.length === 0 ? undefined : (await import('./context-file.ts')).readContextFile(paths, store.warn);
  });
  const pin = { effect, notice: messages.notice };
  const profileChoice = once(async (): Promise<ProfileChoice> => {
    const named = { profile: options.profile };
    const file = options.profile !== undefined || env['FLOWKIWI_PROFILE'] ? undefined : await contextFile();
    return file ? (await import('./pins.ts')).pinnedProfile({ file, effect }, { env, config: await config.read() }) : named;
  });
  const pinnedOrganization = once(async () => {
    const file = await contextFile();
    return file && (await import('./pins.ts')).pinnedOrganization({ file, ...pin }, { profile: await selected(), env });
  });
  let isNoticed = false;
  const resolved = async (flags: SettingFlags) => {
    const choice = await profileChoice();
    const found = resolveProfile({ ...choice, ...flags }, env, await config.read());
    if (!isNoticed) await messages.change({ notice: found.notice, warning: undefined });
    if (!isNoticed && choice.pinned && effect === 'changes')
      await messages.notice(`Using profile ${found.name}, as ${choice.pinned.file} says`);
    isNoticed = true;
    return found;
  };
  const selected = once(() => resolved({}));
  const profile = (flags?: SettingFlags) => (flags ? resolved(flags) : selected());

  /** What is said when all is done, so that a failure stays the one line of JSON. */
  const findings: string[] = [];
  const onShortList: OnShortList = ({ action, seen, count }) =>
    void findings.push(
      `${action}: the server counts ${count}, and ${seen} came. Run it again if the list was changing; some may be hidden from who is signed in`,
    );

  const onUnread = (message: string) => void (json ? findings.push(message) : messages.alert(message));
  const asked = { signal: interruption, clock, leftMs: budget.leftMs, onShortList, onUnread, during: activity.during };

  const connect = (to: Profile, credential: Credential): FlowkiwiIdentity => {
    assertProvider(to, { flowkiwi: true, zitadel: false });
    return flowkiwiProvider({ ...asked, http: http(), url: to.url, credential });
  };

  const systemCredentialOf = async (to: Profile): Promise<Credential> => {
    const { systemCredential } = await import('./system-credential.ts');
    return systemCredential({ profile: to, edges, directory, warn: store.warn });
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
      interruption.throwIfAborted();
      unlessBug(error);
      return undefined;
    }
  };

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
    messages,
    activity,
    config,
    knownOrganizations: known,
    credentials,
    vault,
    holdSecret: secrets.hold,
    printer: createPrinter({
      stdout,
      format: options.format,
      fields: options.fields,
      outputs: options.githubOutputs.map(({ field }) => field),
      colour: colour(stdout.isTerminal),
      // Many CI jobs set FORCE_COLOR for their logs; what another program reads is coloured for those alone who ask this one.
      jsonColour: stdout.isTerminal || options.color === 'always' ? colour(stdout.isTerminal) : 0,
    }),
    prompter: canAsk(edges, { input: options.input, json })
      ? createPrompter(edges, {
          palette: () => createPalette(colour(stderr.isTerminal)),
          onChange: messages.change,
          whileAsking: async (work) => {
            const goOn = activity.pause();
            return budget.pause(work).finally(goOn);
          },
        })
      : undefined,
    get http() {
      return http();
    },
    httpFor,
    profileChoice,
    profile,
    credential,
    presented,
    hasCredential,
    systemCredential: once(async () => systemCredentialOf(await profile())),
    onShortList,
    reportFindings: async () => {
      for (const text of findings) await messages.alert(text);
    },
    flowkiwi: once(async () => connect(await profile(), await credential())),
    singleRequests: async (turn) => {
      const to = await profile();
      assertProvider(to, { flowkiwi: true, zitadel: false });
      const { flowkiwiSingleRequests } = await import('../identity/flowkiwi/single-requests.ts');
      return flowkiwiSingleRequests({ ...asked, http: http(), url: to.url, credential: await credential(), turn });
    },
    zitadel: once(async () => connectZitadel(await profile(), await credential())),
    organizations: once(async () =>
      organizations({
        profile: await profile(),
        store: known,
        pinned: pinnedOrganization,
        hasCredential,
        warn: (message) => void (json ? findings.push(message) : messages.warning(message)),
      }),
    ),
    connect,
    connectZitadel,
    checkCredential: (to, offered) => checks[to.provider](to, offered),
    askForCaller,
    close: async () => {
      if (http.made()) await http().close();
    },
  };
}

function unlessBug(error: unknown): void {
  if (!isCliError(error)) throw error;
}
