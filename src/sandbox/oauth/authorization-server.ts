import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider/lib/provider.js';
import type { Clock } from '../../edges.ts';
import type { Database } from '../database.ts';
import { removeExpiredArtifacts } from './artifact-table.ts';
import { approveDeviceCodes, approveUserCode } from './device-approval.ts';
import { paceDevicePolling } from './device-interval.ts';
import { takeCodeFromLink } from './device-pages.ts';
import { goingBy } from './epoch-time.ts';
import { answerTheRest, noteFailure } from './error-pages.ts';
import { answerInteractions } from './interactions.ts';
import { answerProgramsInJson } from './machine-answers.ts';
import { registerMachineGrants } from './machines/machine-grants.ts';
import { tellSupportedGrants } from './machines/supported-grants.ts';
import { nameTheUnnamedClient } from './machines/unnamed-client.ts';
import type { Middleware } from './middleware.ts';
import { askConsentForOfflineAccess } from './offline-access.ts';
import { protectedResourceMetadata } from './protected-resource.ts';
import { type Lifetimes, providerConfiguration } from './provider-configuration.ts';
import { guardRequests } from './request-guard.ts';
import { signOutByPost } from './sign-out-by-post.ts';
import { throwGivenErrors } from './thrown-errors.ts';

export interface AuthorizationServerOptions extends Partial<Lifetimes> {
  /** Origin of the sandbox, without a slash at its end: `http://127.0.0.1:PORT`. */
  readonly issuer: string;
  readonly database: Database;
  /** Signs in and consents as the demo partner without a page, and approves device codes when they are issued. */
  readonly autoApprove: boolean;
  readonly clock: Clock;
  /** Least time between two polls for a device code. Default 5. */
  readonly deviceIntervalSeconds?: number | undefined;
  /** Whether it does token exchange (RFC 8693) now. Default: always. */
  readonly allowsTokenExchange?: (() => boolean) | undefined;
  /** Hears of failures that the client sees only as a server error. Must not throw. */
  readonly onError?: (error: unknown) => void;
}

export interface AuthorizationServer {
  /**
   * Answers any request that is not the API's; every answer is sent after what it says is on disk. The caller has made sure that
   * the `Host` is the sandbox's own (DNS rebinding).
   */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Approves a device code, named as the person sees it, as the demo partner. */
  readonly approveDevice: (userCode: string) => Promise<void>;
  /** Waits until everything is on disk. The database stays open. */
  readonly close: () => Promise<void>;
}

/** How often what has expired is removed while there are requests, the only ones that make more of it. */
const SWEEP_MS = 60_000;

function sweep(database: Database, clock: Clock): Middleware {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return async (_context, next) => {
    const now = clock.now();
    if (now - sweptAt >= SWEEP_MS) {
      sweptAt = now;
      removeExpiredArtifacts(database, now);
    }
    await next();
  };
}

/** The sandbox's OAuth 2.0 and OpenID server, with all of its state in `database`, which stays the caller's. */
export async function createAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const { issuer, database, clock, allowsTokenExchange = () => true, onError = () => {} } = options;
  const lifetimes: Lifetimes = {
    accessTokenSeconds: options.accessTokenSeconds ?? (() => 60 * 60),
    refreshTokenSeconds: options.refreshTokenSeconds ?? 30 * 24 * 60 * 60,
    deviceCodeSeconds: options.deviceCodeSeconds ?? 10 * 60,
  };
  const provider = new Provider(issuer, providerConfiguration(issuer, database, clock, lifetimes));
  // Its id tokens name the session, as those of Keycloak do.
  provider.Client.prototype.includeSid = () => true;
  registerMachineGrants(provider, { database, issuer, clock, accessTokenSeconds: lifetimes.accessTokenSeconds, allowsTokenExchange });
  // The provider's own declaration of `on` knows only its own events.
  const application: EventEmitter = provider;
  application.on('error', onError);
  provider.on('server_error', (context, error) => noteFailure(context, error, onError));

  const middleware: Middleware[] = [
    throwGivenErrors,
    answerProgramsInJson,
    answerTheRest(onError),
    async (_context, next) => {
      await next();
      await database.durable();
    },
    sweep(database, clock),
    guardRequests,
    signOutByPost,
    async (context, next) => {
      const metadata = protectedResourceMetadata({ origin: issuer, issuer }, context.path);
      if (metadata === undefined || context.method !== 'GET') return void (await next());
      context.body = metadata;
    },
    answerInteractions(provider, database, options.autoApprove),
    askConsentForOfflineAccess,
    nameTheUnnamedClient(issuer),
    tellSupportedGrants(allowsTokenExchange),
    takeCodeFromLink,
    paceDevicePolling(clock, { intervalSeconds: options.deviceIntervalSeconds ?? 5, deviceCodeSeconds: lifetimes.deviceCodeSeconds }),
    ...(options.autoApprove ? [approveDeviceCodes(provider, database)] : []),
  ];
  for (const layer of middleware) provider.use(layer);
  const handle = provider.callback();
  await database.durable();

  return {
    handle: (request, response) => void goingBy(clock, () => handle(request, response)),
    approveDevice: (userCode) => goingBy(clock, () => approveUserCode(provider, database, userCode)),
    close: () => database.durable(),
  };
}
