// @module-tag tmux
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { passThrough } from '../support/servers/pass-through.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox?.stop());

describe('a name that is missing', () => {
  test('is asked for on a terminal, also while standard output is captured', async () => {
    const terminal = openTerminal(['org', 'create', '-q'], {
      env: await sandbox.environment(),
      script: 'id=$("$@"); code=$?; echo "captured [$id]"; (exit $code)',
    });
    await terminal.shows('? Name of the organization:');
    terminal.type('北京 Corp');
    terminal.press('Enter');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toMatch(/^✔ Name of the organization: 北京 Corp\ncaptured \[[0-9a-f-]{36}\]$/);
  });

  test('may be answered after Ctrl-Z and fg', async () => {
    const terminal = openTerminal(['org', 'create'], { env: await sandbox.environment(), script: 'set -m; "$@" || fg' });
    await terminal.shows('? Name of the organization:');
    terminal.type('Acme');
    await terminal.shows('organization: Acme');
    terminal.press('C-z');
    // The shell says what goes on.
    await terminal.shows(/"\$\{@\}"/);
    terminal.type(' Corp');
    terminal.press('Enter');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toContain('✔ Name of the organization: Acme Corp');
  });

  test('is refused with a control character, which is named, and may be corrected', async () => {
    const terminal = openTerminal(['org', 'create'], { env: await sandbox.environment() });
    await terminal.shows('? Name of the organization:');
    for (const [typed, named] of [
      ['Acme\x1cCorp', 'U+001C'],
      ['Acme\x85Corp', 'U+0085'],
      ['Acme\tCorp', 'U+0009'],
    ] as const) {
      terminal.paste(typed);
      terminal.press('Enter');
      await terminal.shows(`The answer has a control character (${named})`);
      terminal.press('C-u');
    }
    // NUL is a key, Ctrl-Space, which types nothing.
    terminal.paste('\uFEFF Acme\x00 Corp \r');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toContain('\nthe answer: the white space around it was taken off\n');
    expect(screen).toMatch(/\nName +Acme Corp\n/);
  });

  test.each([
    ['--no-input', ['--no-input'], {}],
    ['CI=1', [], { CI: '1' }],
    ['FLOWKIWI_NO_INPUT=1', [], { FLOWKIWI_NO_INPUT: '1' }],
    ['standard input that is not a terminal', [], {}, '"$@" < /dev/null'],
    ['standard error that is not a terminal', [], {}, '"$@" 2> "$OUT/stderr"; code=$?; cat "$OUT/stderr"; (exit $code)'],
  ])('with %s is a usage error that names it', async (_, args, env, script = '"$@"') => {
    const terminal = openTerminal(['org', 'create', ...args], { env, script });
    expect(await terminal.ended()).toEqual({
      status: 2,
      screen: 'error: NAME is missing\nhint: for example: flowkiwi org create "Acme Corp"',
    });
  });
});

describe('login where the API names no sign-in server', () => {
  async function silentServer(): Promise<string> {
    const server = await passThrough(sandbox.url, { hides: (path) => path.includes('.well-known') });
    onTestFinished(server.close);
    return server.url;
  }

  test('asks for the token, does not show it, tries it out and stores it', async () => {
    const [url, token] = [await silentServer(), await sandbox.token()];
    const terminal = openTerminal(['login'], { env: { FLOWKIWI_URL: url } });
    await terminal.shows('? Paste the token (it is not shown):');
    terminal.type(token);
    // Control-T is a way to look at it in other programs.
    terminal.press('C-t', 'Enter');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toContain('names no sign-in server yet');
    expect(screen).toContain(`Signed in to ${url} (profile default)`);
    expect(readFileSync(join(terminal.home, '.config', 'flowkiwi', 'credentials.json'), 'utf8')).toContain(token);
  });

  test('onboard asks for it too, and goes on', async () => {
    const [url, token] = [await silentServer(), await sandbox.token()];
    const terminal = openTerminal(['onboard', '--instance-name', 'Acme EU', '--handle', 'first-steps'], { env: { FLOWKIWI_URL: url } });
    await terminal.shows('? Paste the token');
    terminal.type(token);
    terminal.press('Enter');
    await terminal.shows('? Name of the organization:');
    terminal.type('Acme Corp');
    terminal.press('Enter');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toContain(`└─ Instance "Acme EU" (handle: first-steps → first-steps.product-management.localhost:${new URL(url).port})`);
    expect(screen).toMatch(/\nnext: flowkiwi open first-steps$/);
  });

  test('a token that the API refuses is not stored', async () => {
    const terminal = openTerminal(['login', '--with-token'], { env: { FLOWKIWI_URL: await silentServer() } });
    await terminal.shows('? Paste the token');
    terminal.type('not-a-token-of-this-server');
    terminal.press('Enter');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(4);
    expect(screen).toContain('the pasted token');
    expect(existsSync(join(terminal.home, '.config', 'flowkiwi', 'credentials.json'))).toBe(false);
    expect(terminal.raw()).not.toContain('not-a-token');
  });

  test.each(['C-c', 'C-d'])('%s at the question exits 130 and stores nothing', async (key) => {
    const terminal = openTerminal(['login'], { env: { FLOWKIWI_URL: await silentServer() } });
    await terminal.shows('? Paste the token');
    terminal.press(key);
    expect((await terminal.ended()).status).toBe(130);
    expect(existsSync(join(terminal.home, '.config', 'flowkiwi', 'credentials.json'))).toBe(false);
  });
});

describe('a paste of two lines', () => {
  const AFTER = '"$@"; code=$?; printf "the shell: "; IFS= read -rst 1 line; echo "[$line]"; (exit $code)';

  test.each<[what: string, args: readonly string[], sees: string, paste: string]>([
    ['in place of a name', ['org', 'create'], '? Name of the organization:', 'Acme\necho owned\n'],
    ['in place of a token, marked by the terminal', ['login', '--with-token'], '? Paste the token', '\x1b[200~first\rsecond\x1b[201~'],
    ['in place of a token, not marked', ['login', '--with-token'], '? Paste the token', 'first\rsecond\r'],
    ['of 20,000 characters', ['org', 'create'], '? Name of the organization:', `Acme\r${'echo owned\r'.repeat(1_800)}`],
  ])('%s is refused, and nothing of it is left for the shell', async (_, args, sees, paste) => {
    const env = await sandbox.environment();
    const terminal = openTerminal(args, { env, script: `bash -c '${AFTER}' bash "$@"` });
    await terminal.shows(sees);
    terminal.paste(paste);
    const { status, screen } = await terminal.ended();
    expect(screen).toContain('error: more than one line was pasted, and one was asked for\n');
    expect(screen).toMatch(/the shell: \[\]$/);
    expect({ status, isShown: /owned|second/.test(screen) }).toEqual({ status: 2, isShown: false });
  });
});
