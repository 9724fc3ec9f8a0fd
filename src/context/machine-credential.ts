import type { Edges } from '../edges.ts';
import { isCliError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import type { Credential } from '../identity/credential.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { Messages } from '../output/messages.ts';
import type { ConfigFile } from '../storage/config.ts';
import { describeToken } from './describe-credential.ts';
import { type EnvironmentIdentity, IDENTITY_VARIABLES } from './environment-identity.ts';
import { signInAsMachine } from './machine-sign-in.ts';
import type { PresentedIdentity } from './presented-identity.ts';
import type { Profile } from './profile.ts';
import { rememberGrant } from './remembered-grant.ts';
import type { TimeBudget } from './time-budget.ts';
import { tokensInMemory } from './tokens-in-memory.ts';

export interface MachineCredentialOptions {
  readonly identity: EnvironmentIdentity;
  readonly profile: Profile;
  /** Reads what the variables name. */
  readonly read: () => Promise<PresentedIdentity>;
  /** The transport of the profile: `Context.httpFor`. */
  readonly http: () => Promise<HttpClient>;
  readonly edges: Pick<Edges, 'env' | 'clock' | 'interruption'>;
  readonly messages: Pick<Messages, 'warning'>;
  readonly config: ConfigFile;
  readonly budget: Pick<TimeBudget, 'leftMs'>;
  readonly holdSecret: (secret: string) => void;
}

/**
 * The credential of an identity in the environment, which signs in when its token is first asked for. The token stays in memory; which grant was
 * accepted after another one is stored with the profile, where that can be. Throws as `read` and `signInAsMachine` do. Never prompts.
 */
export function machineCredential(options: MachineCredentialOptions): Credential {
  const { identity, profile, edges } = options;
  const { all, who } = IDENTITY_VARIABLES[identity.kind];
  const { current, accessToken, renew } = tokensInMemory({ clock: edges.clock, signIn: signInFrom(options) });
  return {
    get source() {
      const token = current()?.accessToken;
      const words = token === undefined ? [] : describeToken(token, { now: edges.clock.now(), issuer: profile.issuer });
      return `the token of ${who}${words.length === 0 ? '' : ` (${words.join(', ')})`}`;
    },
    remedy: `check that the API knows ${who}, or unset ${all} to use the stored credential`,
    accessToken,
    renew,
  };
}

/** Signs in each time that it is called; by the grant that was accepted, once one was. */
function signInFrom(options: MachineCredentialOptions): () => Promise<TokenSet> {
  const { profile, edges, messages, config, budget } = options;
  const { env, clock, interruption: signal } = edges;
  let presented: PresentedIdentity | undefined;
  return async () => {
    const place = { http: await options.http(), profile, env, clock, signal };
    const how = { ...place, patienceMs: budget.leftMs(), naming: 'in FLOWKIWI_ISSUER' };
    presented ??= await options.read();
    const { tokens, machine, isRetried, wrongClock } = await signInAsMachine(how, presented);
    presented = { ...presented, machine };
    if (wrongClock !== undefined) await messages.warning(`${wrongClock}: set it; the sign-in was accepted by the time of the server`);
    // The next command finds it out again where nothing can be written.
    if (isRetried) await rememberGrant(config, profile, machine).catch(unlessBug);
    options.holdSecret(tokens.accessToken);
    return tokens;
  };
}

function unlessBug(error: unknown): void {
  if (!isCliError(error)) throw error;
}
