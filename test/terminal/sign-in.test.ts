// @module-tag tmux
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSignIn } from '../support/pending-sign-in.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal, type TerminalOptions, until } from '../support/terminal.ts';

const CODE = /^ {2}([A-Z]{4}-[A-Z]{4})$/m;

let sandbox: RunningSandbox;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = { FLOWKIWI_URL: sandbox.url, FLOWKIWI_NO_SPINNER: '' };
});

afterAll(() => sandbox?.stop());

const login = (method: string, options: TerminalOptions = {}) =>
  openTerminal(['--profile', 'sandbox', 'login', method], { columns: 80, rows: 24, ...options, env: { ...env, ...options.env } });

describe('with a code', () => {
  test('shows it in bold on a line of its own, says how long it lasts, and copies it', async () => {
    const terminal = login('--device');
    const screen = await terminal.shows(/^. Waiting for the sign-in… \d:\d\d left$/m);
    const [, code = ''] = CODE.exec(screen) ?? [];
    expect(terminal.raw()).toContain(`\x1b[1m  ${code}\x1b[22m`);
    expect(screen).toContain('\nPress c to copy the code\n');
    expect(terminal.clipboard()).toBe('');
    terminal.press('c');
    await terminal.shows("Sent to your terminal's clipboard");
    await until(
      () => terminal.clipboard() === code,
      () => `the clipboard has ${JSON.stringify(terminal.clipboard())}`,
    );
    terminal.press('c', 'x', 'Enter');
    terminal.press('C-c');
    const { status, screen: last } = await terminal.ended();
    expect(status).toBe(130);
    expect(last.split('\n').at(-1)).toBe("Sent to your terminal's clipboard");
  });

  test('may be left alone by Ctrl-Z, which gives the terminal back, and come back to by fg', async () => {
    const terminal = login('--device', {
      script: 'set -m; "$@" || { stty -a | grep -o "[^ ]*icanon"; read answer; echo "read $answer"; fg; }',
    });
    await terminal.shows(/ left$/m);
    terminal.press('C-z');
    await terminal.shows(/^icanon$/m);
    terminal.type('a line');
    terminal.press('Enter');
    await terminal.shows(/^read a line$/m);
    await terminal.shows(/ left$/m);
    terminal.press('c');
    await terminal.shows("Sent to your terminal's clipboard");
    terminal.press('C-c');
    expect((await terminal.ended()).status).toBe(130);
  });

  test('offers no clipboard where the terminal has none, nor to a coding agent', async () => {
    for (const script of ['TERM=linux "$@"', 'AI_AGENT=1 "$@"']) {
      const terminal = login('--device', { script });
      const screen = await terminal.shows('(or enter the code at');
      expect(screen).not.toContain('Press c');
      await terminal.shows(/Waiting for the sign-in/);
      terminal.press('C-c');
      expect((await terminal.ended()).status).toBe(130);
    }
  });
});

describe('in the browser', () => {
  test('counts down, and says it when no browser can be opened', async () => {
    const terminal = login('--browser', { env: { BROWSER: '/bin/false' } });
    const screen = await terminal.shows(/^. Waiting for the sign-in in your browser… \d:\d\d left$/m);
    expect(screen).toMatch(
      /^No browser could be opened on this machine\nTo sign in, open this URL in a browser on this machine:\n {2}http/,
    );
    terminal.press('C-c');
    const { status, screen: last } = await terminal.ended();
    expect(status).toBe(130);
    expect(last).not.toContain('Waiting');
  });

  test('says in a pipe what it waits for, in one line', async () => {
    const pending = startSignIn(['--profile', 'sandbox', 'login', '--no-browser', '--timeout', '90s'], { env });
    await pending.says(/^(Waiting for the sign-in in your browser, for 90 s at most)$/m);
    pending.process.kill('SIGTERM');
    const { status, stderr } = await pending.ended;
    expect(status).toBe(143);
    expect(stderr.match(/Waiting/g)).toHaveLength(1);
    expect(stderr).not.toContain('No browser');
  });
});
