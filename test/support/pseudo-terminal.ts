import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNoSecrets, environmentOf, FLOWKIWI, newHome, printsToken, type RunOptions } from './flowkiwi.ts';

/** What a command left behind on a terminal. */
export interface TerminalRun {
  readonly status: number | null;
  /** Every byte that the terminal was sent; its line ends as plain line feeds. */
  readonly output: string;
  /** What was written to `$APART`. */
  readonly apart: string;
}

export interface PseudoTerminalOptions extends Omit<RunOptions, 'stdin'> {
  /** Width; absent: the terminal does not say, as in many a container. */
  readonly columns?: number;
  /** Shell words to run instead of the command under test, which is then `"$@"`; `$APART` is a file. */
  readonly script?: string;
  /** What a person types once the terminal shows something. */
  readonly person?: { readonly sees: string; readonly types: string };
}

/**
 * Runs the command on a pseudo-terminal (that of util-linux's `script`) to its end: quicker than a terminal with a screen, for what needs no looking at.
 * Checks that no secret was shown.
 */
export async function onPseudoTerminal(args: readonly string[], options: PseudoTerminalOptions = {}): Promise<TerminalRun> {
  const { columns, env, home = newHome(), script = '"$@"', person } = options;
  const apart = join(mkdtempSync(join(tmpdir(), 'flowkiwi-apart-')), 'apart');
  writeFileSync(apart, '');
  const size = columns === undefined ? '' : `stty rows 40 cols ${columns}; `;
  const line = `${size}set -- ${[process.execPath, FLOWKIWI, ...args].map(quoted).join(' ')}; ${script}`;
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], {
    env: { ...environmentOf(home), FLOWKIWI_NO_SPINNER: '1', LANG: 'C.UTF-8', TERM: 'xterm', APART: apart, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let isAnswered = person === undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += String(chunk);
    if (isAnswered || !person || !output.includes(person.sees)) return;
    isAnswered = true;
    child.stdin.write(person.types);
  });
  // Standard input stays open: its end would reach the command as Ctrl-D.
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const run = {
    status,
    output: output.replaceAll('\r\n', '\n'),
    apart: readFileSync(apart, 'utf8'),
  };
  if (!printsToken(args)) assertNoSecrets(run.output + run.apart, 'what the terminal was sent');
  return run;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
