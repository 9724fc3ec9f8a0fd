import type { GrantOutcome } from './machine-grant.ts';
import { describeFailure, type ProtocolFailure } from './protocol-failure.ts';

/** One way to ask for the same tokens. `ask` sends one request, with an assertion of its own. */
export interface GrantAttempt<Form extends string> {
  readonly form: Form;
  readonly ask: () => Promise<GrantOutcome>;
}

/** How the attempts ended, and the form of the last one; `before` has those that were refused before it. */
export interface Attempted<Form extends string> {
  readonly outcome: GrantOutcome;
  readonly form: Form;
  readonly before: readonly RefusedAttempt[];
}

export interface RefusedAttempt {
  readonly form: string;
  readonly failure: ProtocolFailure;
}

/** Refusals of a client, after which it may be the form that is wrong. */
const OF_CLIENT: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);

/** So often an identity is presented again after a refusal of the client: who is wrong each time could be locked out. */
const RETRIES = 1;

/**
 * Asks in one form after the other, until one is accepted or refused for another reason than its form: the server does not know the grant, or
 * refuses the client. After a second refusal of the client no other form is tried. There has to be one attempt at least. Throws as `ask` does.
 */
export async function firstAccepted<Form extends string>(attempts: readonly GrantAttempt<Form>[]): Promise<Attempted<Form>> {
  const before: RefusedAttempt[] = [];
  for (const { form, ask } of attempts) {
    const outcome = await ask();
    const isLast = before.length + 1 === attempts.length;
    if (
      outcome.kind === 'issued' ||
      isLast ||
      !isOfForm(outcome.failure) ||
      clientRefusals([...before, { form, failure: outcome.failure }]) > RETRIES
    ) {
      return { outcome, form, before };
    }
    before.push({ form, failure: outcome.failure });
  }
  throw new Error('there is no form to ask in');
}

function clientRefusals(refused: readonly RefusedAttempt[]): number {
  return refused.filter(({ failure }) => failure.kind === 'oauth_error' && OF_CLIENT.has(failure.error)).length;
}

/** Whether a failure may be one of the form (RFC 6749 section 5.2), so that another one may be accepted. */
function isOfForm(failure: ProtocolFailure): boolean {
  if (failure.kind !== 'oauth_error') return false;
  const { error, description = '' } = failure;
  // RFC 8693 section 2.2.2 has no error of its own for a type of token that the server does not take in exchange.
  return error === 'unsupported_grant_type' || OF_CLIENT.has(error) || /subject[ _]?token[ _]?type/i.test(description);
}

/** What was refused, each form once, in words. Pure. */
export function describeAttempts(refused: readonly RefusedAttempt[]): string {
  return refused.map(({ form, failure }) => `${form}: ${describeFailure(failure)}`).join('; ');
}
