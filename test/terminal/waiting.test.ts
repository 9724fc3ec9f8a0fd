// @module-tag tmux
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flowkiwi } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal, type Terminal, type TerminalOptions, until } from '../support/terminal.ts';

const CREATING = /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] Creating organization "Acme Corp"…$/m;
const FRAME = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;
const LATENCY_MS = 1_500;

let sandbox: RunningSandbox;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = { ...(await sandbox.environment()), FLOWKIWI_NO_SPINNER: '' };
});

afterAll(() => sandbox?.stop());

/** What answers at once, or late, or not well. */
function serverIs(settings: { readonly latency?: number; readonly rules?: readonly string[] }): Promise<unknown> {
  return sandbox.control('faults', { latency: 0, rules: [], ...settings });
}

function create(options: TerminalOptions = {}, ...more: readonly string[]): Terminal {
  return openTerminal(['org', 'create', 'Acme Corp', ...more], { columns: 80, rows: 24, ...options, env: { ...env, ...options.env } });
}

/** Id of an organization that is there. */
async function existing(): Promise<string> {
  const { stdout } = await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env });
  return stdout.trim();
}

/** A screen without what is different each time. */
const alike = (screen: string) => screen.replace(/[0-9a-f-]{36}/g, 'ID').replace(/\d{4}-\d\d-\d\d.*/g, 'TIME');

describe('a server that takes its time', () => {
  beforeEach(() => serverIs({ latency: LATENCY_MS }));

  test('lets a terminal say what is being done, of which nothing stays', async () => {
    const terminal = create();
    await terminal.shows(CREATING);
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    const silent = await create({ env: { FLOWKIWI_NO_SPINNER: '1' } }).ended();
    expect(alike(screen)).toBe(alike(silent.screen));
  });

  test.each<[where: string, options: TerminalOptions, ...more: string[]]>([
    ['--json', {}, '--json'],
    ['-o yaml', {}, '-o', 'yaml'],
    ['-q', {}, '-q'],
    ['TERM=dumb', { script: 'TERM=dumb "$@"' }],
    ['CI', { env: { CI: 'true' } }],
    ['FLOWKIWI_NO_SPINNER', { env: { FLOWKIWI_NO_SPINNER: '1' } }],
    ['the terminal of a coding agent', { env: { CLAUDECODE: '1' } }],
    ['a pipe on standard output', { script: '"$@" | cat' }],
    ['a pipe on standard error', { script: '"$@" 2>&1 >/dev/null | cat' }],
    ['the background', { script: 'set -m; "$@" & wait $!' }],
  ])('is waited for in silence with %s', async (_, options, ...more) => {
    const terminal = create(options, ...more);
    expect((await terminal.ended()).status).toBe(0);
    expect(terminal.raw()).not.toMatch(FRAME);
  });

  test('is waited for in ASCII where the terminal has no more', async () => {
    const terminal = create({ env: { LANG: 'C' } });
    await terminal.shows(/^[-|/\\] Creating organization "Acme Corp"\.$/m);
    expect((await terminal.ended()).status).toBe(0);
  });

  test('is waited for in one line of a narrow terminal, with wide characters too', async () => {
    const terminal = openTerminal(['org', 'create', '北京'.repeat(30)], { columns: 40, rows: 24, env });
    const screen = await terminal.shows(FRAME);
    expect(screen).toMatch(/^. Creating organization "(北京)+北?…$/);
    expect((await terminal.ended()).status).toBe(0);
  });

  test('leaves nothing where the terminal gets narrower, or wider', async () => {
    const terminal = create();
    await terminal.shows(CREATING);
    for (const columns of [20, 80, 12, 80]) {
      terminal.resize(columns);
      await until(
        () => terminal.screen().split('\n').length === 1,
        () => `more than a line:\n${terminal.screen()}`,
      );
    }
    const { screen } = await terminal.ended();
    expect(screen).not.toMatch(FRAME);
    expect(screen).toMatch(/^ID +[0-9a-f-]{36}\n/);
  });

  test('leaves nothing after Ctrl-C', async () => {
    const terminal = create();
    await terminal.shows(CREATING);
    terminal.press('C-c');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(130);
    expect(screen).toMatch(/^error: interrupted: organization "Acme Corp" may or may not have been created\n/);
  });

  test('leaves nothing where a read is given up', async () => {
    const terminal = openTerminal(['org', 'get', 'x'], { columns: 80, rows: 24, env });
    await terminal.shows(/ Reading organization x…$/m);
    terminal.press('C-c');
    expect(await terminal.ended()).toEqual({ status: 130, screen: '' });
  });

  test('leaves nothing before a question, nor before an error', async () => {
    const id = await existing();
    const asking = openTerminal(['org', 'delete', id], { columns: 80, rows: 24, env });
    await asking.shows(new RegExp(` Reading organization ${id}…$`, 'm'));
    const question = await asking.shows('? Type ');
    expect(question).not.toMatch(FRAME);
    expect(question.split('\n').length).toBeLessThan(3);
    asking.press('C-c');
    expect((await asking.ended()).status).toBe(130);

    const failing = openTerminal(['org', 'get', 'x'], { columns: 80, rows: 24, env });
    await failing.shows(/ Reading organization x…$/m);
    expect((await failing.ended()).screen).toMatch(/^error: /);
  });

  test('may be left alone by Ctrl-Z and come back to by fg', async () => {
    const terminal = create({ script: 'set -m; "$@" || { echo stopped; fg; }' });
    await terminal.shows(CREATING);
    terminal.press('C-z');
    await terminal.shows('stopped');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).not.toMatch(FRAME);
    expect(screen).toContain('Created organization Acme Corp');
  });
});

test('a wait before another try is counted down', async () => {
  await serverIs({ rules: ['GET /api/organizations/x=503x1'] });
  const terminal = openTerminal(['org', 'get', 'x'], { columns: 80, rows: 24, env });
  await terminal.shows(/^. Trying again in \d s: http:\/\/127\.0\.0\.1:\d+ answers with status 503$/m);
  expect((await terminal.ended()).screen).toMatch(/^error: /);
});
