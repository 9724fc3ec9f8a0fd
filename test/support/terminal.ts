import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { assertNoSecrets, environmentOf, FLOWKIWI, newHome } from './flowkiwi.ts';

/** A real terminal (tmux's) in which one command runs, and a person who types. */
export interface Terminal {
  readonly home: string;
  /** Types text as it is, without Enter. */
  readonly type: (text: string) => void;
  /** Pastes text as it is, all at once. */
  readonly paste: (text: string) => void;
  /** Presses keys by their tmux names: `Enter`, `C-c`, `C-d`, `BSpace`. */
  readonly press: (...keys: readonly string[]) => void;
  /** What the person sees, lines joined where the terminal had to wrap them, without blank lines at the end. */
  readonly screen: () => string;
  /** The same as the terminal shows it, line by line. */
  readonly rows: () => string;
  /** Waits until the screen shows it. Resolves to the screen. */
  readonly shows: (what: string | RegExp) => Promise<string>;
  /** What programs have put into the clipboard of the terminal; empty when none has. */
  readonly clipboard: () => string;
  /** Every byte that the terminal was sent. */
  readonly raw: () => string;
  /** Makes the terminal as wide as this, as a person does who pulls at its window. */
  readonly resize: (columns: number) => void;
  /** Sends a signal to the command. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Waits for the command's end. Checks that it has left the terminal as it found it and has shown no secret. */
  readonly ended: () => Promise<Ending>;
}

export interface Ending {
  readonly status: number;
  /** The screen after the command, without blank lines at the end. */
  readonly screen: string;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Added to an environment that holds nothing of the test's own but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Home folder; a new empty one when absent. */
  readonly home?: string;
  /** Shell words to run instead of the command under test, which is then `"$@"`. */
  readonly script?: string;
}

const PATIENCE_MS = 20_000;

/** Changes nothing on the terminal, and is what the shell writes last: once it has come, so has everything before it. */
const LAST = '\x1b[m\x1b[m';

/**
 * The command is started by a shell that notes the terminal's settings before and after it, and its exit status. It stays
 * on until the test ends, so that the screen can be looked at.
 */
const AROUND = (script: string) => `trap : INT TERM
stty -g > "$OUT/before"
${script}
echo $? > "$OUT/status"
stty -g > "$OUT/after"
printf '\\033[m\\033[m'
exec cat
`;

/** Runs `flowkiwi` with these arguments on a terminal of its own, which is gone when the test ends. */
export function openTerminal(args: readonly string[], options: TerminalOptions = {}): Terminal {
  const { columns = 100, rows = 40, env, home = newHome(), script = '"$@"' } = options;
  const out = mkdtempSync(join(tmpdir(), 'flowkiwi-terminal-'));
  const raw = join(out, 'raw');
  const file = (name: string) => readFileSync(join(out, name), 'utf8');
  writeFileSync(join(out, 'around.sh'), AROUND(script));
  writeFileSync(raw, '');

  // On a busy machine it would be seen now and then.
  const quiet = { FLOWKIWI_NO_SPINNER: '1' };
  const environment = { ...environmentOf(home), ...quiet, LANG: 'C.UTF-8', TMUX_TMPDIR: out, OUT: out, BROWSER: '/bin/true', ...env };
  const tmux = (...words: readonly string[]) =>
    execFileSync('tmux', ['-L', 'flowkiwi', '-f', '/dev/null', ...words], { env: environment, encoding: 'utf8' });
  const command = ['sh', join(out, 'around.sh'), process.execPath, FLOWKIWI, ...args].map(quoted).join(' ');
  const session = ['new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, command, ';', 'set-option', '-s', 'set-clipboard', 'on', ';'];
  tmux(...session, 'pipe-pane', `exec cat >> ${quoted(raw)}`);
  onTestFinished(() => {
    spawnSync('tmux', ['-L', 'flowkiwi', 'kill-server'], { env: environment });
  });

  const capture = (...flags: readonly string[]) =>
    tmux('capture-pane', '-p', ...flags, '-S', '-')
      .replace(/[ \t]+$/gm, '')
      .trimEnd();
  const screen = () => capture('-J');
  return {
    home,
    screen,
    rows: () => capture(),
    type: (text) => void tmux('send-keys', '-l', '--', text),
    paste: (text) => {
      writeFileSync(join(out, 'paste'), text);
      tmux('load-buffer', join(out, 'paste'), ';', 'paste-buffer', '-r');
    },
    press: (...keys) => void tmux('send-keys', ...keys),
    shows: async (what) => {
      const isShown = (text: string) => (typeof what === 'string' ? text.includes(what) : what.test(text));
      await until(
        () => isShown(screen()),
        () => `the terminal never showed ${String(what)}, but\n${screen()}`,
      );
      return screen();
    },
    clipboard: () => spawnSync('tmux', ['-L', 'flowkiwi', 'show-buffer'], { env: environment, encoding: 'utf8' }).stdout,
    raw: () => file('raw').replace(LAST, ''),
    resize: (to) => void tmux('resize-window', '-x', `${to}`),
    signal: (signal) => {
      const [shell] = tmux('display-message', '-p', '#{pane_pid}').trim().split('\n');
      const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ');
      // Without one the number is 0, and the signal would be for this process and all of its kind.
      for (const child of children) {
        if (child === '') throw new Error(`the command has ended before ${signal}:\n${screen()}`);
        process.kill(Number(child), signal);
      }
    },
    ended: async () => {
      await until(
        () => file('raw').endsWith(LAST),
        () => `the command has not ended:\n${screen()}`,
      );
      const text = screen();
      if (file('before') !== file('after'))
        throw new Error(`the terminal has other settings than before: ${file('before')}${file('after')}`);
      if (tmux('display-message', '-p', '#{cursor_flag}').trim() !== '1') throw new Error(`the cursor is hidden:\n${text}`);
      assertNoSecrets(file('raw'), 'what the terminal was sent');
      return { status: Number(file('status')), screen: text };
    },
  };
}

/** Looks again and again until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, complaint: () => string, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(complaint());
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
