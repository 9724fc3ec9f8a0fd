import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { collect, environmentOf, newHome } from '../support/flowkiwi.ts';
import { patience } from '../support/patience.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox?.stop();
});

const TREE = /Organization "Acme Corp"\n└─ Instance "Acme EU" \(handle: acme-eu → acme-eu\.product-management\.localhost:\d+\)/;
const ORGANIZATION = '? Name of the organization:';
const INSTANCE = '? Name of the instance:';
const HANDLE = '? Handle (its address, cannot change; a-z and hyphens, at most 30):';

/** Takes the answers that are suggested. */
async function acceptDefaults(terminal: Terminal): Promise<void> {
  for (const question of [`${ORGANIZATION} (Acme Corp)`, `${INSTANCE} (Acme EU)`, `${HANDLE} (acme-eu)`]) {
    await terminal.shows(question);
    terminal.press('Enter');
  }
}

async function answer(terminal: Terminal, question: string, text: string): Promise<void> {
  await terminal.shows(question);
  terminal.type(text);
  terminal.press('Enter');
}

/** What a run has left in a home folder. */
function leftIn(home: string): string[] {
  return existsSync(home) ? readdirSync(home, { recursive: true }).map(String) : [];
}

describe('onboard --sandbox on a terminal', { tags: ['tmux'] }, () => {
  test('Enter signs in, and Enter takes each default; the tree is printed, and nothing is stored', async () => {
    const terminal = openTerminal(['onboard', '--sandbox']);
    expect(await terminal.shows('press Enter')).toMatch(/\n {2}[A-Z]{4}-[A-Z]{4}\n/);
    terminal.press('Enter');
    await terminal.shows('Signed in as jane@acme.example');
    await acceptDefaults(terminal);
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toMatch(/\nCreated organization Acme Corp \([0-9a-f-]{36}\)\nCreated instance Acme EU \([0-9a-f-]{36}\)\nOrganization/);
    expect(screen).toMatch(new RegExp(`\\n${TREE.source}\\nnext: flowkiwi sandbox start`));
    expect(leftIn(terminal.home)).toEqual([]);
  });

  test('the code is approved in a browser', { tags: ['chromium'] }, async () => {
    const terminal = openTerminal(['onboard', '--sandbox', '--org-name', 'Acme Corp', '--instance-name', 'Acme EU', '--handle', 'acme-eu']);
    const screen = await terminal.shows('press Enter');
    const page = await openPage();
    await page.goto(/Open (\S+) in any browser/.exec(screen)?.[1] ?? '');
    await page.getByRole('button', { name: 'Yes, continue' }).click();
    await page.getByLabel('Email address').fill('sam@acme.example');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
    await terminal.shows('Signed in as sam@acme.example');
    const ending = await terminal.ended();
    expect(ending).toMatchObject({ status: 0, screen: expect.stringMatching(TREE) });
  });

  test('in the browser of this machine', { tags: ['chromium'] }, async () => {
    const terminal = openTerminal(['onboard', '--sandbox', '--browser'], { columns: 120, env: { NODE_OPTIONS: patience(1_000) } });
    const screen = await terminal.shows(/^ {2}http\S+client_id=flowkiwi-cli$/m);
    const page = await openPage();
    await page.goto(/^ {2}(http\S+)$/m.exec(screen)?.[1] ?? '');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    await acceptDefaults(terminal);
    expect(await terminal.ended()).toMatchObject({ status: 0, screen: expect.stringMatching(TREE) });
  });

  test.each([
    ['C-c', '--device'],
    ['C-d', '--device'],
    ['C-c', '--browser'],
  ])('%s while it waits for the sign-in (%s) exits 130', async (key, flow) => {
    const terminal = openTerminal(['onboard', '--sandbox', flow]);
    await terminal.shows(flow === '--device' ? 'press Enter' : /client_id=flowkiwi-cli$/m);
    terminal.press(key);
    const { status, screen } = await terminal.ended();
    expect(status).toBe(130);
    expect(screen).not.toContain('error');
    expect(leftIn(terminal.home)).toEqual([]);
  });
});

describe('onboard on a terminal, signed in to a server', { tags: ['tmux'] }, () => {
  test('bad answers are asked again in place, and so is a handle that is taken', async () => {
    const env = await sandbox.environment('kim@acme.example');
    const first = openTerminal(['onboard'], { env });
    await first.shows(ORGANIZATION);
    first.press('Enter');
    await first.shows('> The name cannot be empty');
    await answer(first, ORGANIZATION, 'Acme Corp');
    await answer(first, `${INSTANCE} (Acme Corp)`, 'Acme EU');
    await first.shows(`${HANDLE} (acme-eu)`);
    for (const [handle, problem] of [
      ['Acme_1', 'A handle has no capital letters, no digits, only the letters a to z'],
      ['acme-1', 'A handle has no digits'],
      ['-acme', 'hyphen'],
    ] as const) {
      first.type(handle);
      first.press('Enter');
      await first.shows(new RegExp(`^> .*${problem}`, 'm'));
      first.press('C-u');
      await first.shows(/^\? Handle \(its address, cannot change; a-z and hyphens, at most 30\):( \(acme-eu\))?$/m);
    }
    await answer(first, HANDLE, 'taken-handle');
    const { status, screen } = await first.ended();
    expect(status).toBe(0);
    expect(screen).toContain('└─ Instance "Acme EU" (handle: taken-handle → taken-handle.product-management.localhost:');
    expect(screen).not.toContain('capital');

    const second = openTerminal(['onboard', '--instance-name', 'Acme US', '--handle', 'taken-handle'], { env, home: first.home });
    await second.shows(/^\? Organization:\n> Acme Corp {2,}\S+\n {2}Create a new organization\n/m);
    second.press('Enter');
    await answer(second, '? The handle taken-handle is taken. Another one:', 'taken-handle');
    await second.shows('> taken-handle is taken');
    second.press('C-u');
    await answer(second, 'Another one:', 'acme-us');
    const ending = await second.ended();
    expect(ending.status).toBe(0);
    expect(ending.screen).toContain('└─ Instance "Acme US" (handle: acme-us → acme-us.product-management.localhost:');
    expect(ending.screen).toMatch(/\nCreated instance Acme US \([0-9a-f-]{36}\)\n/);
    expect(ending.screen).toMatch(/\nnext: flowkiwi open acme-us$/);
  });

  test('Ctrl-C instead of another handle exits 130, and what was created is on the screen', async () => {
    const env = await sandbox.environment();
    const args = ['onboard', '--instance-name', 'Acme EU', '--handle', 'no-longer-free'];
    for (const question of [undefined, '? The handle no-longer-free is taken. Another one:']) {
      const terminal = openTerminal([...args, '--org-name', 'Acme Corp'], { env });
      if (question !== undefined) {
        await terminal.shows(question);
        terminal.press('C-c');
      }
      const { status, screen } = await terminal.ended();
      expect(status).toBe(question === undefined ? 0 : 130);
      expect(screen).toMatch(/^Created organization Acme Corp \([0-9a-f-]{36}\)\n/);
    }
  });

  const questions: readonly [string, string, readonly string[]][] = [
    ['the organization', ORGANIZATION, []],
    ['the instance', INSTANCE, ['--org-name', 'Acme Corp']],
    ['the handle', HANDLE, ['--org-name', 'Acme Corp', '--instance-name', 'Acme EU']],
  ];
  const endings: readonly [string, number, (terminal: Terminal) => void][] = [
    ['Ctrl-C', 130, (terminal) => terminal.press('C-c')],
    ['Ctrl-D', 130, (terminal) => terminal.press('C-d')],
    ['SIGINT', 130, (terminal) => terminal.signal('SIGINT')],
    ['SIGTERM', 143, (terminal) => terminal.signal('SIGTERM')],
  ];
  const cases = questions.flatMap(([what, question, args]) =>
    endings.map(([how, status, end]) => ({ what, question, args, how, status, end })),
  );

  test.each(cases)('$how at the question for $what exits $status', async ({ question, args, status, end }) => {
    const terminal = openTerminal(['onboard', ...args], { env: await sandbox.environment() });
    await terminal.shows(question);
    end(terminal);
    const ending = await terminal.ended();
    expect(ending.status).toBe(status);
    expect(ending.screen.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringContaining(question),
      ...(status === 143 ? ['error: terminated'] : []),
    ]);
  });
});

test('npm start without a terminal, twice: the tree, exit 0, nothing stored', async () => {
  const home = newHome();
  for (const _ of [1, 2]) {
    const child = spawn('npm', ['start', '--silent'], {
      cwd: join(import.meta.dirname, '..', '..'),
      env: { ...environmentOf(home), npm_config_update_notifier: 'false' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, , status] = await Promise.all([
      collect(child.stdout),
      collect(child.stderr),
      new Promise<number | null>((resolve) => child.once('close', resolve)),
    ]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(new RegExp(`^${TREE.source}\\n$`)) });
  }
  expect(leftIn(home).filter((path) => !path.startsWith('.npm'))).toEqual([]);
});
