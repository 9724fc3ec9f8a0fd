import { type CliError, isCliError } from '../../errors.ts';
import type { Help } from '../../hint.ts';

/** What is right, and perhaps what would make it better. */
export interface Healthy {
  readonly message: string;
  readonly cure?: Help | undefined;
}

/** What one check has found. */
export interface Finding extends Healthy {
  readonly check: string;
  /** Why it is not as it should be; undefined when it is. */
  readonly problem?: CliError;
}

/** Carries out a check, which throws what is wrong. Throws bugs, and the reason of an abort. */
export async function examined(check: string, signal: AbortSignal, look: () => Promise<Healthy> | Healthy): Promise<Finding> {
  try {
    return { check, ...(await look()) };
  } catch (problem) {
    signal.throwIfAborted();
    if (!isCliError(problem)) throw problem;
    return { check, message: problem.message, cure: problem.hint, problem };
  }
}
