import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import { hasClientLeft } from './connections/client-left.ts';
import { acceptConnections } from './connections/connections.ts';
import { listen } from './connections/listening.ts';
import { settleTarget } from './connections/request-head.ts';
import type { ControlSecret } from './control-secret.ts';
import type { ControlsOptions } from './controls/control.ts';
import { createControls } from './controls.ts';
import { type Database, openDatabase } from './database.ts';
import type { Request, Response } from './exchange.ts';
import { answerWithoutDatabase, lacksDatabase } from './faults/database-down.ts';
import { createFaults, type FaultSettings, type Faults } from './faults/faults.ts';
import { unavailable } from './flowkiwi/api-error.ts';
import { createIdentityApi } from './flowkiwi/identity-api.ts';
import type { SeedOrganization } from './flowkiwi/seed.ts';
import { isIssuerHost, isOwnHost, loopbackAddress, originOf } from './host-guard.ts';
import { authenticate, issueAccessToken } from './oauth/access-tokens.ts';
import type { MachineIdentity } from './oauth/machines/machine.ts';
import { resourceUnderOtherName } from './oauth/protected-resource.ts';
import { createOverview } from './overview/overview.ts';
import { type AnyHandler, answerWith, fail, type Handler, redirectTo, redirectToIssuer, refuse } from './plain-answers.ts';
import { createProductApi, productHandle } from './product-management/product-api.ts';
import { type RequestSummary, requestSummary } from './requests/request-document.ts';
import { createRequestLog } from './requests/request-log.ts';
import { StoreFailure } from './store-failure.ts';
import { readSwitches, type Switches } from './switches.ts';
import { isGrpc, isInstanceHostPath, isSignInPath, isZitadelPath } from './zitadel/paths.ts';

export interface SandboxOptions {
  /** A loopback address or `localhost`. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Path of the data file; undefined keeps everything in memory. */
  readonly data: string | undefined;
  /** What its controls ask for; undefined leaves them open to everybody who can reach it. */
  readonly secret: ControlSecret;
  /** Sign-in and consent happen at once, without a page. */
  readonly autoApprove: boolean;
  readonly clock: Clock;
  /** Least time between two polls for a device code; 5 when absent. */
  readonly deviceIntervalSeconds?: number | undefined;
  /** Organizations of Flowkiwi that it has from the start; those that are there already stay as they are. */
  readonly seed?: AsyncIterable<SeedOrganization> | undefined;
  /** How it misbehaves from the start. */
  readonly faults?: FaultSettings | undefined;
  /** How it answers what the documentation leaves open, each as `duplicateHandle=409`. */
  readonly switches?: readonly string[] | undefined;
  /** Hears of each request when it is over. Must not throw. */
  readonly onRequest?: ((request: RequestSummary) => void) | undefined;
  /** Hears of failures that the client sees only as a server error. Must not throw. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Hears once of each kind of trouble with the disk or the data file, for which requests are answered with 503. Must not throw. */
  readonly onStoreFailure?: ((failure: StoreFailure) => void) | undefined;
}

export interface Sandbox {
  /** Its origin, which is also its issuer: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** An access token for the account of that e-mail address (made when it is new), valid for 24 hours. */
  issueAccessToken(email: string): Promise<string>;
  /** An account for a program, with all that it can sign in with. */
  createMachine(name: string): Promise<MachineIdentity>;
  /** The private key, in PEM, of the system user that signs tokens for ZITADEL's system API; its name is `sandbox`. */
  systemUserKey(): Promise<string>;
  /** Takes this private key in place of the one it has, for every sandbox of its user to have the same; `false` when it is not an RSA key in PEM. */
  takeSystemUserKey(key: string): Promise<boolean>;
  /** Approves a device code, named as the person sees it, as the demo partner. An unknown or settled code stays unchanged. */
  approveDevice(userCode: string): Promise<void>;
  /** What its controls work on, for a program that it runs in. */
  readonly inside: ControlsOptions;
  /** Why nothing is kept any more; undefined while the data file is the sandbox's own. */
  lost(): StoreFailure | undefined;
  /** Answers what is under way, for at most 2 seconds or as long as is said, then saves and closes. Closing twice is harmless. */
  close(graceMs?: number): Promise<void>;
}

const CLOSING_MS = 2000;

const HTTP1_ONLY = "Only ZITADEL's APIs speak HTTP/2 here; use HTTP/1.1.";

/**
 * Starts the sandbox: the Identity API under `/api/`, ZITADEL's APIs at their own paths, controls under `/_sandbox/`, the authorization
 * server everywhere else. HTTP/2 is for ZITADEL's APIs alone, whose gRPC needs it.
 * Throws `usage` for a host that others could reach and for a bad fault rule or switch, `conflict` for a busy port or data file, `invalid` for an unusable data file.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port, clock } = options;
  const address = loopbackAddress(options.host);
  if (address === undefined) {
    throw new CliError('usage', `The sandbox does not listen on ${options.host}: it is for this machine only.`, {
      hint: 'use --host 127.0.0.1 or leave --host out',
    });
  }
  const behaviour = { faults: createFaults(options.faults ?? {}, clock), switches: readSwitches(options.switches ?? []) };
  const database = await openDatabase({ path: options.data, clock, onFailure: options.onStoreFailure });
  // Longer than clients keep an idle connection, so that they do not send a request into a closing one.
  const server = createServer({ keepAliveTimeout: 65_000 });
  try {
    if (options.seed) await (await import('./flowkiwi/seed.ts')).seedIdentity(database, options.seed, clock.now());
    const url = originOf(address, await listen(server, address, port));
    const sandbox = serve(server, url, database, options, behaviour);
    await database.durable();
    return sandbox;
  } catch (error) {
    server.close();
    await database.close();
    throw error;
  }
}

interface Behaviour {
  readonly faults: Faults;
  switches: Switches;
}

function serve(server: Server, url: string, database: Database, options: SandboxOptions, behaviour: Behaviour): Sandbox {
  const { faults } = behaviour;
  const { autoApprove, clock, deviceIntervalSeconds, secret } = options;
  const onError = (error: unknown) => {
    if (!hasClientLeft(error)) options.onError?.(error);
  };
  const stop = acceptConnections(server, (request, response) => run(handlerOfHttp2(request), request, response), onError);
  const issue = (email: string) => issueAccessToken(database, email, clock.now());
  const authenticateNow = (bearer: string) => authenticate(database, bearer, clock.now());
  const switches = {
    current: () => behaviour.switches,
    change: (texts: readonly string[]) => {
      behaviour.switches = readSwitches(texts);
    },
  };
  const api = createIdentityApi({ database, clock, origin: url, authenticate: authenticateNow, onError, switches: switches.current });
  const products = createProductApi({ database, authenticate: authenticateNow, onError });
  const log = createRequestLog();
  const { onRequest } = options;
  if (onRequest) log.listen((entry) => entry && onRequest(requestSummary(entry)));
  const overview = createOverview({ database, origin: url, secret, log, faults, switches });
  const inside: ControlsOptions = {
    ...{ database, clock, origin: url, secret, issueAccessToken: issue, faults, switches, onError },
    ...{ startedAt: clock.now(), data: options.data, log },
  };
  const controls = createControls(inside);
  const authorization = lazily(async () => {
    const { createAuthorizationServer } = await import('./oauth/authorization-server.ts');
    const allowsTokenExchange = () => behaviour.switches.tokenExchange === 'on';
    const accessTokenSeconds = () => behaviour.switches.accessTokenSeconds;
    const now = { allowsTokenExchange, accessTokenSeconds };
    return createAuthorizationServer({ issuer: url, database, autoApprove, clock, deviceIntervalSeconds, ...now, onError });
  });

  const zitadel = lazily(async () => {
    const { createZitadelApi } = await import('./zitadel/zitadel-api.ts');
    return createZitadelApi({
      database,
      clock,
      origin: url,
      authenticate: authenticateNow,
      autoApprove,
      onError,
      switches: switches.current,
    });
  });

  async function authorize(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (lacksDatabase(request)) return answerWithoutDatabase(request, response);
    const provider = await authorization.get();
    provider.handle(request, response);
  }

  const answerAsZitadel: AnyHandler = async (request, response) => {
    const zitadelApi = await zitadel.get();
    await zitadelApi(request, response);
  };

  function observed<Q extends Request, S extends Response>(handler: (request: Q, response: S) => Promise<void>) {
    return async (request: Q, response: S) => {
      log.watch(request, response);
      const isOver = !faults.areNone() && (await faults.disturb(request, response));
      if (!isOver) await handler(request, response);
    };
  }

  /** At the issuer's own host only the metadata are those of the sandbox's own server, unless the request names an instance. */
  const isForInstance = ({ headers, url: target = '' }: IncomingMessage): boolean =>
    isZitadelPath(target) ||
    isSignInPath(target) ||
    (isInstanceHostPath(target) && (!isIssuerHost({ headers }, url) || headers['x-zitadel-instance-host'] !== undefined));

  const handlerOf = (request: IncomingMessage): Handler => {
    const loss = database.lost();
    if (loss) return refuse(503, unavailable(loss).message);
    const target = request.url ?? '';
    const handle = productHandle(request, url);
    if (handle !== undefined) return observed((asked, response) => products(handle, asked, response));
    const resource = resourceUnderOtherName(request, url);
    if (resource !== undefined) return observed(answerWith(resource));
    // Its hosts are its instances, it knows which there are, and no cookie opens it.
    if (isForInstance(request)) return observed(answerAsZitadel);
    if (!isOwnHost(request, url)) return refuse(403, `This sandbox answers at ${url} only.`);
    // The address that the command prints, when somebody opens it.
    if (target === '/') return redirectTo(`${url}/_sandbox/`);
    if (isUnder(target, '/_sandbox')) return overview.handlerOf(target.split('?', 1)[0] ?? '') ?? control;
    return observed(isUnder(target, '/api') ? api : isIssuerHost(request, url) ? authorize : redirectToIssuer(url));
  };

  const control: Handler = async (request, response) => {
    await controls(request, response);
    overview.changed();
  };

  // Other services of gRPC are unknown in its own words, because its clients read no others.
  const handlerOfHttp2 = (request: Request): AnyHandler => {
    const loss = database.lost();
    if (loss) return refuse(503, unavailable(loss).message);
    if (isZitadelPath(request.url ?? '') || isGrpc(request.headers['content-type'])) return observed(answerAsZitadel);
    return isOwnHost(request, url) ? refuse(505, HTTP1_ONLY) : refuse(403, `This sandbox answers at ${url} only.`);
  };

  function run<Q, S extends Response>(handler: (request: Q, response: S) => Promise<void>, request: Q, response: S): void {
    handler(request, response).catch((error: unknown) => {
      const failure = error instanceof StoreFailure ? unavailable(error) : undefined;
      if (failure === undefined) onError(error);
      fail(response, failure);
    });
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const fault = settleTarget(request);
    run(fault === undefined ? handlerOf(request) : refuse(400, fault), request, response);
  });

  async function close(graceMs: number): Promise<void> {
    log.close();
    overview.close();
    await stop(graceMs);
    const provider = await authorization.started()?.catch(() => undefined);
    await provider?.close();
    await database.close();
  }

  let closing: Promise<void> | undefined;
  return {
    url,
    inside,
    issueAccessToken: async (email) => {
      const token = issue(email);
      await database.durable();
      return token;
    },
    createMachine: async (name) => {
      const { createMachine } = await import('./oauth/machines/machine.ts');
      const machine = await createMachine(database, { origin: url, name, keyType: 'rsa' });
      await database.durable();
      return machine;
    },
    systemUserKey: async () => {
      const { sandboxSystemUserKey } = await import('./zitadel/store/system-users.ts');
      const key = await sandboxSystemUserKey(database);
      await database.durable();
      return key;
    },
    takeSystemUserKey: async (key) => {
      const { putSandboxSystemUserKey } = await import('./zitadel/store/system-users.ts');
      const isTaken = putSandboxSystemUserKey(database, key);
      await database.durable();
      return isTaken;
    },
    lost: () => database.lost(),
    approveDevice: async (userCode) => (await authorization.get()).approveDevice(userCode),
    close: (graceMs = CLOSING_MS) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

/**
 * The authorization server and ZITADEL's APIs take a third of a second each to load and most runs never need them, so each is started
 * by the first request for it. A failed start is tried again by the next.
 */
function lazily<T>(start: () => Promise<T>) {
  let running: Promise<T> | undefined;
  return {
    started: () => running,
    get: () => {
      running ??= start().catch((error: unknown) => {
        running = undefined;
        throw error;
      });
      return running;
    },
  };
}

function isUnder(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && ['/', '?', ''].includes(path.charAt(prefix.length));
}
