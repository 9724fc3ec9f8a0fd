import type { Database } from '../database.ts';
import type { Switches } from '../switches.ts';
import { ValidationError, type Violation } from './api-error.ts';
import { isHandleTaken } from './instance-store.ts';

/** What a rule may look at besides the value. */
interface Surroundings {
  readonly database: Database;
  readonly switches: Switches;
}

/** A rule for one attribute. An absent attribute is validated as the empty text. */
export interface Constraint {
  /** Identifier of Symfony's constraint, sent with the violation. */
  readonly code: string;
  readonly message: string;
  readonly holds: (value: string, surroundings: Surroundings) => boolean;
}

/** A rule that looks at nothing but the value. */
export interface TextConstraint extends Constraint {
  readonly holds: (value: string) => boolean;
}

/** Rules by attribute, in the order in which violations are reported. */
export type Constraints = Readonly<Record<string, readonly Constraint[]>>;

const NOT_BLANK: TextConstraint = {
  code: 'c1051bb4-d103-4f74-8988-acbcafc7fdc3',
  message: 'This value should not be blank.',
  holds: (value) => value !== '',
};

/** Where a taken handle is to be a conflict, the operation itself finds it. */
const UNIQUE_HANDLE: Constraint = {
  code: '23bd9dbf-6b9b-41cd-a99e-4844bcf3077f',
  message: 'This value is already used.',
  holds: (value, { database, switches }) => switches.duplicateHandle === '409' || value.includes('\0') || !isHandleTaken(database, value),
};

/** In characters, not in UTF-16 units. */
function atMost(limit: number): TextConstraint {
  return {
    code: 'd94b19cc-114f-4f44-9cc4-4138e80a87b9',
    message: `This value is too long. It should have ${limit} characters or less.`,
    holds: (value) => value.length <= limit || [...value].length <= limit,
  };
}

function matching(pattern: RegExp): TextConstraint {
  return {
    code: 'de1e3db3-5ed4-4941-aae4-59f3667cc3a3',
    message: 'This value is not valid.',
    holds: (value) => value === '' || pattern.test(value),
  };
}

/** The limit of 255 and the refusal of NUL are the sandbox's own: the documentation names no rule. */
export const NAME: readonly TextConstraint[] = [NOT_BLANK, atMost(255), matching(/^[^\0]*$/)];

/** Contract section 3.2. */
export const HANDLE_FORM: readonly TextConstraint[] = [NOT_BLANK, atMost(30), matching(/^[a-z](?:[a-z-]*[a-z])?$/)];

export const HANDLE: readonly Constraint[] = [...HANDLE_FORM, UNIQUE_HANDLE];

export const REQUIRED: readonly Constraint[] = [NOT_BLANK];

/** Throws 422 with every violation. */
export function validate(input: Readonly<Record<string, string>>, constraints: Constraints, surroundings: Surroundings): void {
  const violations: Violation[] = [];
  for (const [propertyPath, rules] of Object.entries(constraints)) {
    const value = input[propertyPath] ?? '';
    for (const { code, message, holds } of rules) {
      if (!holds(value, surroundings)) violations.push({ propertyPath, message, code });
    }
  }
  if (violations.length > 0) throw new ValidationError(violations);
}
