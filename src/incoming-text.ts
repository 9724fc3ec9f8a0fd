import { CliError } from './errors.ts';

/** What is done to a text before it is used. */
interface TextRule {
  /** What is taken off around it. */
  readonly around: 'white space' | 'blanks and a line end' | 'line end' | 'nothing';
  /** Which control characters may stand in it. */
  readonly controls: 'none' | 'layout' | 'any';
  /** What can only be meant without the quotes around it, which a file or a shell has left there. */
  readonly quoted?: RegExp;
  /** Whether `Bearer ` in front of it belongs to the header that it was copied from. */
  readonly isBearer?: true;
}

/** A word without blanks, as ids and addresses are. */
const WORD = /^[!#-&(-~]+$/;

// Control characters, as what they are not: V8 asks for the members of `\p{Cc}` one by one, which takes a part of each start.
const CONTROL = /[^ -~\xA0-\uFFFF]/;
const CONTROL_BUT_LAYOUT = /[^\t\n\r -~\xA0-\uFFFF]/;

const RULES = {
  /** What people read: of an organization, an instance, a person. */
  name: { around: 'blanks and a line end', controls: 'none' },
  /** An id, or a name. Quotes around an id are a mistake; around a name they may be its own. */
  reference: { around: 'blanks and a line end', controls: 'none', quoted: /^[\w-]+$/ },
  id: { around: 'white space', controls: 'none', quoted: WORD },
  handle: { around: 'white space', controls: 'none', quoted: WORD },
  url: { around: 'white space', controls: 'none', quoted: WORD },
  /** One value of a few, a number, a list of keys, the name of a profile, an address. */
  setting: { around: 'white space', controls: 'none', quoted: WORD },
  /** Where a file is. A blank may be part of its name. */
  path: { around: 'line end', controls: 'none' },
  /** What goes into a request unchanged, perhaps in several lines. */
  content: { around: 'line end', controls: 'layout' },
  token: { around: 'white space', controls: 'none', quoted: WORD, isBearer: true },
  secret: { around: 'white space', controls: 'none', quoted: /./ },
  /** A file with a private key in it. */
  key: { around: 'white space', controls: 'layout', quoted: /^\s*[{-]/ },
  /** Any character may be meant. */
  password: { around: 'nothing', controls: 'any' },
} as const satisfies Readonly<Record<string, TextRule>>;

/** What a text from outside is. Whatever takes one says which it is, so that nothing comes in by another way. */
export type TextKind = keyof typeof RULES;

/** A text that may be used, and what was done to it. */
export interface IncomingText {
  readonly text: string;
  /** What was taken off, for a notice; undefined when nothing was. */
  readonly notice: string | undefined;
  /** The same for what may not have been meant, for a warning. */
  readonly warning: string | undefined;
}

/**
 * The one door for text: arguments, options, variables, answers of a person, files. Takes off what the way of a text has left around it.
 * `source` names where it comes from in messages, which never quote it. Throws `usage` for control characters and for bytes that were not
 * UTF-8, naming the code point. Pure.
 */
export function incomingText(kind: TextKind, raw: string, source: string): IncomingText {
  const { text, notice, warning } = tidied(kind, raw, source);
  const problem = textProblem(kind, text);
  if (problem === undefined) return { text, notice, warning };
  throw new CliError('usage', `${source} ${problem}`, {
    hint: text.includes('\uFFFD') ? 'save the file, or set the terminal, as UTF-8' : 'leave that character out',
  });
}

/** The same for what is checked later, by those who use it: never throws. Pure. */
export function tidied(kind: TextKind, raw: string, source: string): IncomingText {
  const rule: TextRule = RULES[kind];
  const plain = withoutEnds(raw, rule.around);
  const bare = rule.isBearer ? withoutBearer(plain) : plain;
  const [, , quoted = ''] = /^(['"])(.+)\1$/s.exec(bare) ?? [];
  const unquoted = withoutEnds(quoted, rule.around);
  const meant = rule.isBearer ? withoutBearer(unquoted) : unquoted;
  const isQuoted = rule.quoted?.test(meant) ?? false;
  const what = [plain !== raw && nameOfEnds(raw, plain), bare !== plain && 'the word Bearer in front'].filter((part) => part !== false);
  return {
    text: isQuoted ? meant : bare,
    notice: what.length === 0 ? undefined : `${source}: ${what.join(' and ')} ${what.length > 1 ? 'were' : 'was'} taken off`,
    warning: isQuoted ? `${source} has quotes around it, which were taken off` : undefined,
  };
}

/** What is wrong with a text, as it goes on after its name: `has a control character (U+001C)`; undefined when nothing is. Pure. */
export function textProblem(kind: TextKind, text: string): string | undefined {
  if (/[\uFFFD\uD800-\uDFFF]/u.test(text)) return 'has bytes that are not UTF-8 (U+FFFD)';
  const { controls }: TextRule = RULES[kind];
  if (controls === 'any') return undefined;
  const found = (controls === 'layout' ? CONTROL_BUT_LAYOUT : CONTROL).exec(text)?.[0];
  if (found === undefined) return undefined;
  const what = /[\r\n]/.test(found) ? 'a line break in it' : 'a control character';
  return `has ${what} (U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')})`;
}

function withoutEnds(text: string, around: TextRule['around']): string {
  const plain = text.replace(/^\uFEFF/, '');
  switch (around) {
    case 'nothing':
      return text;
    case 'white space':
      return plain.trim();
    case 'line end':
      return withoutLineEnd(plain);
    case 'blanks and a line end':
      return withoutLineEnd(plain).replace(/^[^\S\r\n]+|[^\S\r\n]+$/g, '');
  }
}

function withoutBearer(text: string): string {
  return text.replace(/^[Bb][Ee][Aa][Rr][Ee][Rr]\s+(?=\S)/, '');
}

/**
 * A text without the line end that files and pipes have, and that is worth no notice there. A file from Windows that is read line by line leaves
 * the first half of its own. Pure.
 */
export function withoutLineEnd(text: string): string {
  return text.replace(/(?:\r\n|\n|\r)$/, '');
}

function nameOfEnds(raw: string, plain: string): string {
  const isMark = raw.startsWith('\uFEFF');
  const rest = isMark ? raw.slice(1) : raw;
  if (rest === plain) return 'the byte order mark in front';
  return withoutLineEnd(rest) === plain ? 'the line end' : 'the white space around it';
}
