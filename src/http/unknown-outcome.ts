import { CliError, type ErrorDetails } from '../errors.ts';
import type { Help } from '../hint.ts';

/** A create in flight, in the words its error needs when nobody can know whether it happened. */
export interface Creation {
  /** What was to come into being, e.g. `organization "Acme Corp"`. */
  readonly creating: string;
  /** What may have happened to it, when it is not a thing but a request: `carried out`. */
  readonly done?: string;
  /** The hint: what to look at before trying again, e.g. ``look for it with `flowkiwi org list` ``. */
  readonly check: Help;
}

/**
 * The error of a create that the server may have carried out although no usable answer arrived (exit 6).
 * `why` says in a few words what went wrong instead; the hint is always `creation.check`.
 */
export function unknownOutcome(creation: Creation, why: string, details: Omit<ErrorDetails, 'hint'> = {}): CliError {
  return new CliError('unknown_outcome', `${openOutcome(creation)}: ${why}`, { ...details, hint: creation.check });
}

/**
 * The error of a create that has happened, because its status says so, although nothing of its answer can be used (exit 6). `why` says what
 * is wrong with the answer.
 */
export function unreadOutcome(creation: Creation, why: string, details: Omit<ErrorDetails, 'hint'> = {}): CliError {
  const { creating, done = 'created', check } = creation;
  return new CliError('unknown_outcome', `${creating} was ${done}, but ${why}`, { ...details, hint: check });
}

/** What nobody can know, in words: `organization "Acme Corp" may or may not have been created`. */
export function openOutcome({ creating, done = 'created' }: Creation): string {
  return `${creating} may or may not have been ${done}`;
}
