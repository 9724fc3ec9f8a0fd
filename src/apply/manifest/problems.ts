import { CliError, type Violation } from '../../errors.ts';
import type { Help } from '../../hint.ts';

/** Where something stands in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Problems that are told one by one, and counted. */
const SHOWN = 50;
/** Characters of a value that an error shows. */
const SHOWN_LENGTH = 60;

/** What is wrong with a manifest, collected so that all of it is said at once. */
export interface Problems {
  readonly add: (place: Place, message: string, hint?: Help) => void;
  readonly count: () => number;
  /** Throws `invalid` when there are any: the first fifty with their places, and how many more. */
  readonly throwIfAny: () => void;
}

/** `file` is the name of the manifest in messages. */
export function problemsIn(file: string): Problems {
  const shown: Violation[] = [];
  let count = 0;
  let firstHint: Help | undefined;
  return {
    add: ({ line, column }, message, hint) => {
      count += 1;
      firstHint ??= hint;
      if (shown.length < SHOWN) shown.push({ field: `${file}:${line}:${column}`, message });
    },
    count: () => count,
    throwIfAny: () => {
      if (count === 0) return;
      const more = count - shown.length;
      const violations = more === 0 ? shown : [...shown, { field: '', message: `and ${more.toLocaleString('en-US')} more` }];
      const what = count === 1 ? 'an error' : `${count.toLocaleString('en-US')} errors`;
      throw new CliError('invalid', `${file} has ${what}; nothing was sent`, { violations, hint: firstHint });
    },
  };
}

/** What helps with a file that another program has written in an encoding of its own. */
export const SAVE_AS_UTF_8 = 'save the file as UTF-8 (in Excel: CSV UTF-8), or convert it: iconv -f cp1252 -t utf-8';

/** A value in an error: quoted, and not longer than a line can hold. */
export function shownValue(value: string): string {
  return JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value);
}
