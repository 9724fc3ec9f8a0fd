import type { CommandTree } from '../help/command-tree.ts';
import { type Candidate, type Question, questionAt } from './question.ts';

/** Looks up what only the user's files or the server know. May throw; it is then as if nothing was known. */
export type Lookup = (wanted: Extract<Question['wanted'], { kind: 'known' }>, typed: string) => Promise<readonly Candidate[]>;

/**
 * Answers what a shell's completion script asks: `SHELL -- WORD…`, the words after `flowkiwi` up to the cursor. Each line is
 * a value, a tab and its description; the one line `:files` asks the shell for file names. A value that would be read as more than one
 * line or field is left out. Never throws.
 */
export async function answer(tree: CommandTree, [shell, , ...words]: readonly string[], lookup: Lookup): Promise<string> {
  const { typed, before, wanted } = questionAt(tree, wordsFrom(shell, words));
  if (wanted.kind === 'files') return ':files\n';
  const candidates = wanted.kind === 'words' ? wanted.words : await lookup(wanted, typed).catch(() => []);
  // bash takes `=` for the end of a word, and completes what stands behind it.
  const lead = shell === 'bash' ? '' : before;
  return candidates
    .filter(({ value }) => value.startsWith(typed) && !/\p{Cc}/u.test(value))
    .map(({ value, description }) => `${lead}${value}\t${description}\n`)
    .join('');
}

function wordsFrom(shell: string | undefined, words: readonly string[]): readonly string[] {
  if (shell === 'bash') return joinedAtEquals(words).map((word) => word.replace(/^["']/, ''));
  // PowerShell drops empty words, so its script puts a sign before each.
  return shell === 'powershell' ? words.map((word) => word.slice(1)) : words;
}

/** bash hands `--output=json` over as three words. */
function joinedAtEquals(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const [index, word] of words.entries()) {
    const last = joined.at(-1);
    const isBehindEquals = words[index - 1] === '=' && last?.endsWith('=');
    if (last?.startsWith('--') && (word === '=' || isBehindEquals)) joined[joined.length - 1] = last + word;
    else joined.push(word);
  }
  return joined;
}
