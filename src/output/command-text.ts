import type { Environment } from '../environment.ts';
import { type CommandLine, FLOWKIWI, type Help, isLikeId, type Word } from '../hint.ts';
import { isTerminalSafe } from './terminal-text.ts';

/** The syntax that a person's command line has. */
export type Shell = 'posix' | 'powershell' | 'cmd';

/** What a command line is rendered for. */
export interface CommandText {
  readonly shell: Shell;
  /** The profile that this run was given with `--profile`; suggestions go for the same one. */
  readonly profile: string | undefined;
}

/** Commands that work with no profile, or name theirs. */
const WITHOUT_PROFILE = new Set(['profile', 'sandbox', 'help', 'completion']);

/**
 * What a shell reads nothing into: as an argument on its own, and between double quotes. PowerShell makes a list of what has commas,
 * takes a flag with a dot or a colon apart, and keeps a bare `--` to itself.
 */
const PLAIN: Readonly<Record<Shell, RegExp>> = {
  posix: /^(?:--|(?:--?)?[A-Za-z0-9_./:][A-Za-z0-9_./:=+,-]*)$/,
  powershell: /^(?:--?[A-Za-z0-9][A-Za-z0-9-]*|[A-Za-z0-9_./:][A-Za-z0-9_./:=+-]*)$/,
  cmd: /^(?:--|(?:--?)?[A-Za-z0-9_./:][A-Za-z0-9_./:=+,-]*)$/,
};

/** What Windows calls a program that is suggested under its POSIX name. PowerShell has an alias for it. */
const CMD_PROGRAMS: Readonly<Record<string, string>> = { mv: 'move' };

/**
 * The shell that a line is pasted into, as far as the environment tells. On Windows, Git Bash sets `MSYSTEM`, and PowerShell puts the user's
 * own folder in front of the `PSModulePath` that every process has; elsewhere only PowerShell sets that variable.
 */
export function shellOf(env: Environment, platform: NodeJS.Platform): Shell {
  const modules = env['PSModulePath'] ?? env['PSMODULEPATH'] ?? '';
  if (platform !== 'win32') return modules === '' ? 'posix' : 'powershell';
  if (env['MSYSTEM'] || /(?:ba|z|da)?sh(?:\.exe)?$/i.test(env['SHELL'] ?? '')) return 'posix';
  return /[\\/]Documents[\\/]/i.test(modules) || modules.split(';').filter(Boolean).length > 2 ? 'powershell' : 'cmd';
}

/** The line to paste. Undefined when a word of it cannot be suggested: pasting it could run something else. */
export function commandText({ program, words, stdin, env = {} }: CommandLine, { shell, profile }: CommandText): string | undefined {
  const flag = program === FLOWKIWI && profile !== undefined && takesProfile(words) ? ['--profile', profile] : [];
  const name = shell === 'cmd' ? (CMD_PROGRAMS[program] ?? program) : program;
  const before = Object.entries(env).map(([variable, value]) => assignment(variable, value, shell));
  const call = [name, ...[...flag, ...words].map((word) => quote(word, shell))];
  const parts = stdin === undefined ? call : reading(call, quote(stdin, shell), shell);
  const line = [...before, ...parts];
  return line.every((part) => part !== undefined) ? line.join(' ') : undefined;
}

/** A call that reads a file on standard input. PowerShell has no `<`. */
function reading<T>(call: readonly T[], file: T, shell: Shell): readonly (T | string)[] {
  return shell === 'powershell' ? ['Get-Content', file, '|', ...call] : [...call, '<', file];
}

/**
 * A hint in one line. An id that cannot be suggested leaves its place to a person; a command that cannot be suggested even so is left out.
 * Undefined when nothing is left.
 */
export function hintText(hint: Help, how: CommandText): string | undefined {
  const { say, command } = hintParts(hint, how);
  return [say, command].filter((part) => part !== undefined).join(': ') || undefined;
}

/** The same in its two parts: what is said, and the line to paste. */
export function hintParts(hint: Help, how: CommandText): { readonly say: string | undefined; readonly command: string | undefined } {
  if (typeof hint === 'string') return { say: hint, command: undefined };
  const command = hint.command && (commandText(hint.command, how) ?? commandText(withPlaceholders(hint.command), how));
  return { say: hint.say, command };
}

function withPlaceholders(line: CommandLine): CommandLine {
  return { ...line, words: line.words.map((word) => (typeof word === 'string' || isLikeId(word.id) ? word : 'ID')) };
}

function takesProfile(words: readonly Word[]): boolean {
  const [first] = words;
  return typeof first === 'string' && !WITHOUT_PROFILE.has(first) && !words.includes('--profile') && !words.includes('--help');
}

function assignment(name: string, value: Word, shell: Shell): string | undefined {
  const quoted = quote(value, shell);
  if (quoted === undefined) return undefined;
  switch (shell) {
    case 'posix':
      return `${name}=${quoted}`;
    case 'powershell':
      return `$env:${name} = ${/^['"]/.test(quoted) ? quoted : `'${quoted}'`};`;
    case 'cmd':
      return `set "${name}=${quoted.replace(/^"|"$/g, '')}" &&`;
  }
}

/** One word. Undefined for an id that has characters of no id, and for what the shell has no safe way to quote. */
function quote(word: Word, shell: Shell): string | undefined {
  if (typeof word !== 'string') return isLikeId(word.id) ? quote(word.id, shell) : undefined;
  if (!isTerminalSafe(word)) return undefined;
  if (PLAIN[shell].test(word)) return word;
  if (/^[\p{L}\p{M}\p{N} _.,:;/@()<>|&=+*?~#'-]+$/u.test(word)) return `"${word}"`;
  switch (shell) {
    case 'posix':
      return `'${word.replaceAll("'", "'\\''")}'`;
    case 'powershell':
      // It takes typographic quotes for quotes. Double quotes do not reach a program unchanged in version 5.
      return word.includes('"') ? undefined : `'${word.replace(/['‘’‚‛]/g, '$&$&')}'`;
    case 'cmd':
      // Nothing keeps it from expanding %NAME% and !NAME! within quotes, and a caret changes its meaning there.
      return /["%!^]/.test(word) ? undefined : `"${word.replace(/\\+$/, '$&$&')}"`;
  }
}
