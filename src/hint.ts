/**
 * One word of a command line, as the program gets it: unquoted. An id or a handle from a server is marked: one with characters that no id
 * has would be a trap for a person who pastes the line.
 */
export type Word = string | { readonly id: string };

/** Whether a text from a server could be an id or a handle, of either provider, and so nothing that a shell would run. None begins with a hyphen. */
export function isLikeId(text: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.@:-]*$/u.test(text);
}

/** A command line to suggest, as an argument list. It becomes text in one place only, which knows the shell and the profile. */
export interface CommandLine {
  readonly program: string;
  readonly words: readonly Word[];
  /** A file that the program reads on standard input. */
  readonly stdin?: string;
  /** Variables that are set for this run of the program. */
  readonly env?: Readonly<Record<string, Word>>;
}

/** What helps: words for a person, a command, or words and a command after them. */
export interface Hint {
  readonly say?: string | undefined;
  readonly command?: CommandLine | undefined;
}

/** A hint, or words that have no command in them. */
export type Help = Hint | string;

/** What this program is called in a command line. */
export const FLOWKIWI = 'flowkiwi';

/** A command line of flowkiwi, without the profile of the run, which is added when it is rendered. */
export function flowkiwi(...words: readonly Word[]): CommandLine {
  return { program: FLOWKIWI, words };
}

/** A hint that is a command of flowkiwi with words in front: `helpWith('to sign in again', 'login')`. */
export function helpWith(say: string, ...words: readonly Word[]): Hint & { readonly say: string } {
  return { say, command: flowkiwi(...words) };
}

/** A hint that moves a file or a folder out of the way. */
export function moveAway(path: string, say = 'move it away'): Hint {
  return { say, command: { program: 'mv', words: [path, `${path}.bak`] } };
}

/** A warning of a file with a secret in it that other users can read. */
export function readableByOthers(path: string): Hint {
  return { say: `${path} is readable by other users of this machine`, command: { program: 'chmod', words: ['600', path] } };
}

/** A hint that begins with the words of another one, whose command gives way to its own. */
export function withWordsFirst(first: Help | undefined, hint: Hint): Hint {
  const words = typeof first === 'string' ? first : first?.say;
  return { ...hint, say: [words, hint.say].filter((part) => part !== undefined).join('; ') };
}

/** A hint with another way after it. One that has a command of its own is complete, because a hint has one command. */
export function orElse(first: Help | undefined, hint: Hint): Help {
  return typeof first === 'object' && first.command ? first : withWordsFirst(first, hint);
}
