import type { Environment } from '../environment.ts';
import { isCliError, withMessage } from '../errors.ts';
import type { ServerClock } from '../http/server-clock.ts';
import { TransportError } from '../http/transport-error.ts';
import { type CiTokenOptions, ciToken } from '../oauth/ci-token.ts';
import { secretMethod } from '../oauth/configuration.ts';
import { describeAttempts, firstAccepted, type GrantAttempt } from '../oauth/grant-attempts.ts';
import { type Usage, unlisted } from '../oauth/machine-failure.ts';
import {
  CLIENT_CREDENTIALS,
  clientCredentialsGrant,
  type GrantOutcome,
  JWT_BEARER,
  jwtBearerGrant,
  type MachineClient,
  TOKEN_EXCHANGE,
  tokenExchangeGrant,
} from '../oauth/machine-grant.ts';
import { isPassing, type ProtocolFailure } from '../oauth/protocol-failure.ts';
import type { DiscoveredServer } from '../oauth/server-metadata.ts';
import { type AssertionTime, assertionTime } from '../oauth/server-time.ts';
import { createAssertion } from '../oauth/signed-jwt.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { MachineIdentity } from '../storage/credential.ts';
import { CLIENT_ID, KEY_GRANTS, type KeyGrant, WORKLOAD_GRANTS, type WorkloadGrant } from '../well-known.ts';
import { signingKey } from './client-authentication.ts';
import type { Profile } from './profile.ts';

export interface MachineTokensOptions extends MachineClient {
  /** What the CI tells its jobs. */
  readonly env: Environment;
  /** The grants that the server took before: tried first. */
  readonly known?: Pick<Profile, 'oidcGrant' | 'keyGrant'> | undefined;
  /** Where secret or key are from, as it goes on after what they are: ` from key.json`. */
  readonly source?: string;
  /** The clock of the server that `http` asks. */
  readonly serverClock?: ServerClock | undefined;
  /** Told what was taken off the token of the CI. */
  readonly onChange?: CiTokenOptions['onChange'];
}

/** How it ended. */
export type MachineOutcome =
  | {
      readonly kind: 'issued';
      readonly tokens: TokenSet;
      /** The machine, with the grant by which it got them. */
      readonly machine: MachineIdentity;
      /** Whether another grant was refused before. */
      readonly isRetried: boolean;
      /** That the clock of this computer is wrong, in words, where the server took the identity only by its own time. */
      readonly wrongClock?: string | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly failure: ProtocolFailure;
      /** What was presented, and where it is from, in words and without secrets. */
      readonly presented: string;
      /** What was refused before, or is not in the server's metadata, in words. */
      readonly remarks: readonly string[];
    };

/**
 * Tokens for a machine, from what it is. Where its grant is not known, the likely ones are tried in turn, as `firstAccepted` says. Stores
 * nothing, holds no lock, never prompts. Throws `usage`, `auth` or `unavailable` when the CI gives no token, `auth` for an answer that cannot
 * be used, and the reason of an abort.
 */
export async function requestMachineTokens(machine: MachineIdentity, options: MachineTokensOptions): Promise<MachineOutcome> {
  switch (machine.kind) {
    case 'client_credentials': {
      const { clientId, source = '' } = options;
      const { clientSecret: secret, method } = machine;
      const time = assertionTime(options.serverClock);
      const authentication = { kind: 'secret', secret, method } as const;
      const ask = () => clientCredentialsGrant({ ...options, authentication, aheadMs: time.aheadMs() });
      const isSigned = secretMethod(authentication, options.server) === 'client_secret_jwt';
      const methods = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'];
      const usage: Usage = { grants: [CLIENT_CREDENTIALS], methods };
      return ended([{ form: CLIENT_CREDENTIALS, ask: isSigned ? time.inTime(ask) : ask }], {
        wrongClock: time.wrongClock,
        presented: () => `the secret of the client ${clientId}${source}`,
        usage: () => usage,
        machine: () => machine,
        server: options.server,
      });
    }
    case 'service_account_key':
      return requestByKey(machine, options);
    case 'workload_identity':
      return requestByCi(machine, options);
  }
}

type Key = Extract<MachineIdentity, { kind: 'service_account_key' }>;

/** What each grant uses at a server. */
const KEY_USAGE: Readonly<Record<KeyGrant, Usage>> = {
  client_credentials: { grants: [CLIENT_CREDENTIALS], methods: ['private_key_jwt'] },
  'jwt-bearer': { grants: [JWT_BEARER] },
};

function requestByKey(
  machine: Key,
  { env: _, source = '', known, onChange: __, serverClock, ...client }: MachineTokensOptions,
): Promise<MachineOutcome> {
  const { server, clock } = client;
  const time = assertionTime(serverClock);
  const { subject, keyId, audience = server.issuer, privateKey } = machine;
  const key = signingKey(privateKey);
  const assertion = () => createAssertion({ key, keyId, subject, audience, now: clock.now() - time.aheadMs() });
  const ways: Readonly<Record<KeyGrant, () => Promise<GrantOutcome>>> = {
    client_credentials: time.inTime(() =>
      clientCredentialsGrant({ ...client, clientId: subject, authentication: { kind: 'assertion', assertion, isNamed: true } }),
    ),
    // The assertion says who asks (RFC 7521 section 4.1); ZITADEL refuses one beside a client that it does not know.
    'jwt-bearer': settled(
      client,
      time.inTime(() => jwtBearerGrant({ ...client, authentication: { kind: 'unnamed' } }, assertion())),
    ),
  };
  const grants =
    machine.grant === undefined ? likelyFirst(KEY_GRANTS, { usage: KEY_USAGE, server, known: known?.keyGrant }) : [machine.grant];
  return ended(
    grants.map((form) => ({ form, ask: ways[form] })),
    {
      presented: () => `the key${keyId === undefined ? '' : ` ${keyId}`} of the service account ${subject} (aud ${audience})${source}`,
      usage: (grant) => KEY_USAGE[grant],
      machine: (grant) => ({ ...machine, grant }),
      server,
      wrongClock: time.wrongClock,
    },
  );
}

/**
 * ZITADEL answers 500 to an assertion that it does not accept, as it does when it cannot work (contract section 10.2): it is asked once
 * more, and then whether it can. If so, the assertion is why.
 */
function settled({ server, http, signal }: MachineClient, grant: () => Promise<GrantOutcome>): () => Promise<GrantOutcome> {
  return async () => {
    const first = await grant();
    const outcome = isServerError(first) ? await grant() : first;
    if (!isServerError(outcome) || !(await isReady({ server, http, signal }))) return outcome;
    return { ...outcome, failure: { ...outcome.failure, isSettled: true } };
  };
}

const SERVER_ERROR = 500;

function isServerError(outcome: GrantOutcome): outcome is Refused {
  return outcome.kind === 'failed' && outcome.failure.kind === 'http_status' && outcome.failure.status === SERVER_ERROR;
}

interface Refused {
  readonly kind: 'failed';
  readonly failure: Extract<ProtocolFailure, { kind: 'http_status' }>;
}

/** Whether the server is a ZITADEL that says it can work. */
async function isReady({ server: { issuer }, http, signal }: Pick<MachineClient, 'server' | 'http' | 'signal'>): Promise<boolean> {
  try {
    const request = { method: 'GET', url: new URL('/debug/ready', issuer), headers: {}, body: undefined, safe: true } as const;
    const { status, body } = await http.send(request, signal);
    return status === 200 && /^"?ok"?$/.test(body.trim());
  } catch (error) {
    if (error instanceof TransportError) return false;
    throw error;
  }
}

type Workload = Extract<MachineIdentity, { kind: 'workload_identity' }>;

const WORKLOAD_USAGE: Readonly<Record<WorkloadGrant, Usage>> = {
  client_credentials: { grants: [CLIENT_CREDENTIALS], methods: ['private_key_jwt'] },
  'jwt-bearer': { grants: [JWT_BEARER] },
  'token-exchange': { grants: [TOKEN_EXCHANGE] },
  'token-exchange-id-token': { grants: [TOKEN_EXCHANGE] },
};

function requestByCi(machine: Workload, { env, known, onChange, serverClock, ...client }: MachineTokensOptions): Promise<MachineOutcome> {
  const { server, clientId } = client;
  // The token has the times of the CI, and is for the server: a wrong clock here says nothing of it.
  const clock = { ...client.clock, now: () => client.clock.now() - (serverClock?.oursIsAheadMs() ?? 0) };
  const { file, audience = server.issuer, parameters } = machine;
  let presented: string | undefined;
  /** One of its own for each request, where the CI gives more than one. */
  const asking = (grant: (token: string) => Promise<GrantOutcome>) => async () => {
    const { token, description } = await ciToken({ ...client, clock, env, file, audience, onChange });
    presented = description;
    return grant(token);
  };
  const ways: Readonly<Record<WorkloadGrant, () => Promise<GrantOutcome>>> = {
    client_credentials: asking((token) => {
      // The token says which client it is; the built-in name is not one that a server gives to a job.
      const authentication = { kind: 'assertion', assertion: () => token, isNamed: clientId !== CLIENT_ID } as const;
      return clientCredentialsGrant({ ...client, authentication }, parameters);
    }),
    'jwt-bearer': asking((token) => jwtBearerGrant(client, token, parameters)),
    'token-exchange': asking((token) => tokenExchangeGrant(client, token, { type: 'jwt', parameters })),
    'token-exchange-id-token': asking((token) => tokenExchangeGrant(client, token, { type: 'id_token', parameters })),
  };
  const grants =
    machine.grant === undefined
      ? likelyFirst(WORKLOAD_GRANTS, { usage: WORKLOAD_USAGE, server, known: known?.oidcGrant })
      : [machine.grant];
  return ended(
    grants.map((form) => ({ form, ask: ways[form] })),
    {
      presented: () => presented,
      usage: (grant) => WORKLOAD_USAGE[grant],
      machine: (grant) => ({ ...machine, grant }),
      server,
    },
  );
}

interface Likelihood<Grant extends string> {
  readonly usage: Readonly<Record<Grant, Usage>>;
  readonly server: DiscoveredServer;
  readonly known: string | undefined;
}

/** The grant that the server took before, then those that it lists, then the others: it need not list all. Pure. */
function likelyFirst<Grant extends string>(grants: readonly Grant[], { usage, server, known }: Likelihood<Grant>): readonly Grant[] {
  const rank = (grant: Grant) => (grant === known ? 0 : unlisted(server, usage[grant]) === undefined ? 1 : 2);
  return [...grants].sort((one, other) => rank(one) - rank(other));
}

interface Ending<Form extends string> {
  /** What was presented; undefined when nothing was yet. */
  readonly presented: () => string | undefined;
  readonly usage: (form: Form) => Usage;
  readonly machine: (form: Form) => MachineIdentity;
  readonly server: DiscoveredServer;
  readonly wrongClock?: AssertionTime['wrongClock'];
}

/** Makes the attempts, and says how they ended. */
async function ended<Form extends string>(
  attempts: readonly GrantAttempt<Form>[],
  { presented, usage, machine, server, wrongClock: clockWords }: Ending<Form>,
): Promise<MachineOutcome> {
  try {
    const { outcome, form, before } = await firstAccepted(attempts);
    if (outcome.kind === 'issued') {
      return {
        kind: 'issued',
        tokens: outcome.tokens,
        machine: machine(form),
        isRetried: before.length > 0,
        wrongClock: clockWords?.(server.issuer),
      };
    }
    const refused = before.length === 0 ? undefined : `that was ${form}; refused before: ${describeAttempts(before)}`;
    const remarks = [refused, unlisted(server, usage(form)), clockWords?.(server.issuer)].filter((remark) => remark !== undefined);
    return { ...outcome, presented: presented() ?? '', remarks };
  } catch (error) {
    const shown = presented();
    if (!isCliError(error) || error.code !== 'auth' || shown === undefined) throw error;
    throw withMessage(error, `${error.message}; it was shown ${shown}`);
  }
}

/** Waits between attempts. */
const PAUSES_MS = [500, 1_500, 3_000];

/**
 * The same for a sign-in: asks again, with an assertion of its own each time, while the server says that it cannot answer at the moment. Gives
 * up after five seconds, or after the time that is given.
 */
export async function awaitMachineTokens(
  machine: MachineIdentity,
  options: MachineTokensOptions,
  patienceMs = Number.POSITIVE_INFINITY,
): Promise<MachineOutcome> {
  const { clock, signal } = options;
  const until = clock.now() + patienceMs;
  for (const pause of PAUSES_MS) {
    const outcome = await requestMachineTokens(machine, options);
    const mayPass = outcome.kind === 'failed' && 'status' in outcome.failure && isPassing(outcome.failure);
    if (!mayPass || clock.now() + pause > until) return outcome;
    await clock.sleep(pause, signal);
  }
  return requestMachineTokens(machine, options);
}
