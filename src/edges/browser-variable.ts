/** A program and the words that it is started with. */
export interface ProgramCall {
  readonly program: string;
  readonly words: readonly string[];
}

/** Blanks separate words, quotes of either kind keep them together. */
const WORD = /(?:[^\s"']|"[^"]*"|'[^']*')+/g;
const QUOTED = /"([^"]*)"|'([^']*)'/g;

/**
 * What the variable `BROWSER` wants started on a URL, in the order in which to try it: commands separated by colons, on Windows a single
 * one, as paths have colons there. A command is a program with words after it; `%s` in them stands for the URL, which comes last when there
 * is none. A path with blanks needs no quotes: it is tried as a whole first. No shell reads any of it. Pure.
 */
export function browserCalls(variable: string, url: string, platform: NodeJS.Platform): readonly ProgramCall[] {
  const commands = platform === 'win32' ? [variable] : variable.split(':');
  return commands.flatMap((command) => [...wholePath(command.trim(), url), ...programWithWords(command, url)]);
}

function wholePath(command: string, url: string): readonly ProgramCall[] {
  return /[\\/]/.test(command) && /\s/.test(command) ? [{ program: command, words: [url] }] : [];
}

function programWithWords(command: string, url: string): readonly ProgramCall[] {
  const [program, ...words] = (command.match(WORD) ?? []).map((word) => word.replace(QUOTED, '$1$2'));
  if (!program) return [];
  const isPlaced = words.some((word) => word.includes('%s'));
  return [{ program, words: isPlaced ? words.map((word) => word.replaceAll('%s', () => url)) : [...words, url] }];
}
