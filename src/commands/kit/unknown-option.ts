import type { Command as Parser } from 'commander';
import { CliError } from '../../errors.ts';
import { flowkiwi, type Hint } from '../../hint.ts';
import { commandAt, optionsOf } from './called-command.ts';
import { isSecretArgument } from './input-files.ts';

/** What the parser says of an option that it does not know, or that lacks its value. */
export interface OptionMistake {
  /** The words of the command that is called. */
  readonly path: readonly string[];
  /** The parser's own message. */
  readonly message: string;
  /** The words that are not another program's. */
  readonly words: readonly string[];
}

/** The error of an option that cannot be read. What may be a secret is not repeated. Pure. */
export function optionError(root: Parser, { path, message, words }: OptionMistake): CliError {
  const help = flowkiwi(...path, '--help');
  const [, option = ''] = /^error: unknown option '(--[\w-]+)/.exec(message) ?? [];
  if (option === WITH_TOKEN) return tokenInCommandLine();
  if (isSecretArgument(option)) {
    return new CliError('usage', `there is no option ${option}: others can read what stands in a command line`, {
      hint: { say: 'a secret is given in a file, in the environment or on standard input; to see how', command: help },
    });
  }
  const joined = switchWithValue(root, words);
  if (joined !== undefined) return new CliError('usage', `${joined} takes no value`, { hint: { command: help } });
  const [, unknown, meant] = /^error: unknown option '(.*?)'(?:\n\(Did you mean (.*)\?\))?$/s.exec(message) ?? [];
  if (unknown !== undefined) return unknownOption(root, path, unknown, meant);
  return new CliError('usage', message.replace(/^error: /, '').replace(/^option '.*(--[a-z-]+).*' argument missing$/, '$1 needs a value'), {
    hint: { command: help },
  });
}

/** The error of a word that begins with a hyphen and is no option: it may be meant for an argument, which stands behind `--` then. Pure. */
export function unknownOption(root: Parser, path: readonly string[], word: string, meant?: string): CliError {
  const question = meant === undefined ? '' : `; did you mean ${meant}?`;
  return new CliError('usage', `unknown option '${optionName(word) ?? `${word.slice(0, 2)}…`}'${question}`, {
    hint: behindDashes(root, path, word),
  });
}

function behindDashes(root: Parser, path: readonly string[], word: string): Hint {
  const [argument] = commandAt(root, path).registeredArguments;
  if (argument === undefined || argument.variadic) return { command: flowkiwi(...path, '--help') };
  const name = argument.name().toUpperCase();
  const say = `${name} stands behind -- when it begins with a hyphen`;
  return isSpeltLikeOurs(word)
    ? { say: `${say}; to see the options`, command: flowkiwi(...path, '--help') }
    : { say, command: flowkiwi(...path, '--', `-${name}`) };
}

/** Whether somebody who types this means an option: `--all`, `-a`. */
function isSpeltLikeOurs(word: string): boolean {
  return /^(?:-[a-zA-Z]|--[a-z][a-z0-9-]*)(?:=|$)/.test(word);
}

/** The name in a word that is spelt like an option, without its value; undefined for another text that begins with a hyphen. Pure. */
export function optionName(word: string): string | undefined {
  return /^(-[a-zA-Z]|--?[a-z][a-z0-9-]{0,30})(?==|$)/.exec(word)?.[0];
}

export const WITH_TOKEN = '--with-token';

/** For a token behind `--with-token`, which is not repeated. Pure. */
export function tokenInCommandLine(): CliError {
  return new CliError(
    'usage',
    `${WITH_TOKEN} takes no value: the token comes on standard input, others can read what stands in a command line`,
    {
      hint: { say: 'for example', command: { ...flowkiwi('login', WITH_TOKEN), stdin: 'token.txt' } },
    },
  );
}

/** The name of an option without a value that was given one: `--json=true`, `-q=1`. */
function switchWithValue(root: Parser, words: readonly string[]): string | undefined {
  const names = words.flatMap((word) => /^(--[\w-]+|-\w)=/.exec(word)?.[1] ?? []);
  return names.find((name) => optionsOf(root).some(({ short, long, required }) => !required && (name === short || name === long)));
}
