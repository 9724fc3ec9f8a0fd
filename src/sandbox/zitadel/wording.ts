import type { Switches } from '../switches.ts';
import { StatusError } from './status.ts';

/** Texts that the old server words differently. */
const OLD_TEXTS: ReadonlyMap<string, string> = new Map([["Organisation's name or id already taken", "Organisation's name already taken"]]);

/** The keys of texts, which the system API answers when it knows no language (contract section 10.14). */
const KEYS: ReadonlyMap<string, string> = new Map([
  [
    'Invalid non numeric and alphabetical characters were replaced with empty spaces and resulting domain is an empty string',
    'Errors.Org.Domain.EmptyString',
  ],
  ['Email is empty', 'Errors.User.Email.Empty'],
  ['Email is invalid', 'Errors.User.Email.Invalid'],
  ['Given name in profile is empty', 'Errors.User.Profile.FirstNameEmpty'],
  ['Family name in profile is empty', 'Errors.User.Profile.LastNameEmpty'],
  ['Password is too short', 'Errors.User.PasswordComplexityPolicy.MinLength'],
  ['Password must contain lower case', 'Errors.User.PasswordComplexityPolicy.HasLower'],
  ['Password must contain upper case', 'Errors.User.PasswordComplexityPolicy.HasUpper'],
  ['Password must contain number', 'Errors.User.PasswordComplexityPolicy.HasNumber'],
  ['Password must contain symbol', 'Errors.User.PasswordComplexityPolicy.HasSymbol'],
]);

/** The error as that version words it; `isTranslated` is false where no instance and no caller says in which language. */
export function inWordsOf(
  version: Switches['zitadel'],
  error: StatusError,
  { isTranslated }: { readonly isTranslated: boolean },
): StatusError {
  const { status, text, id } = error;
  const known = isTranslated ? text : (KEYS.get(text) ?? text);
  const worded = version === '2.70' ? (OLD_TEXTS.get(known) ?? known) : known;
  return worded === text ? error : new StatusError(status, worded, id);
}
