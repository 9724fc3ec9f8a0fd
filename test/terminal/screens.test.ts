// @module-tag tmux
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { expectScreen, SMALL } from '../support/screens.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { startZitadel, type Zitadel } from '../support/servers/zitadel.ts';
import { openTerminal } from '../support/terminal.ts';

let sandbox: RunningSandbox;
let zitadel: Zitadel;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  [sandbox, zitadel] = await Promise.all([startSandbox(), startZitadel()]);
  env = await sandbox.environment();
});

afterAll(() => Promise.all([sandbox?.stop(), zitadel?.sandbox.stop()]));

describe('a text that is asked for', () => {
  test.each<[name: string, commandLine: string, atMost?: number]>([
    ['nothing', 'flowkiwi', 22],
    ['help', 'flowkiwi --help'],
    ['org-help', 'flowkiwi org --help'],
    ['instance-create-help', 'flowkiwi instance create --help'],
    ['help-options', 'flowkiwi help options'],
    ['help-zitadel', 'flowkiwi help zitadel'],
    ['help-apply', 'flowkiwi help apply'],
    ['help-troubleshooting', 'flowkiwi help troubleshooting'],
  ])('%s', async (name, commandLine, atMost = Number.POSITIVE_INFINITY) => {
    const terminal = openTerminal(commandLine.split(' ').slice(1), SMALL);
    const { status, screen } = await terminal.ended();
    expect(status).toBe(commandLine === 'flowkiwi' ? 2 : 0);
    expect(screen.split('\n').length).toBeLessThanOrEqual(atMost);
    // Nothing is wider than the terminal.
    expect(terminal.rows()).toBe(screen);
    await expectScreen(name, commandLine, terminal);
  });
});

/** A home folder in which these organizations are known, none of them current. */
async function homeWith(...names: readonly string[]): Promise<string> {
  const home = newHome();
  for (const name of names) expect((await flowkiwi(['org', 'create', name, '--no-use'], { env, home })).status).toBe(0);
  return home;
}

interface Visit {
  /** The command line as a person types it, without quotes. */
  readonly commandLine: string;
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is waited for, and the keys that are pressed then: names of keys, or texts. */
  readonly steps?: readonly (readonly [sees: string | RegExp, ...keys: readonly string[]])[];
  /** What is on the screen when it is compared; its end when absent. */
  readonly sees?: string | RegExp;
}

const KEYS: ReadonlySet<string> = new Set(['Enter', 'Up', 'Down', 'C-c', 'C-u']);

/** Goes through a command as a person does, and compares the screen. */
async function visit(name: string, { commandLine, steps = [], sees, ...options }: Visit): Promise<number | undefined> {
  const terminal = openTerminal(commandLine.split(' ').slice(1), { env, ...SMALL, ...options });
  for (const [shown, ...keys] of steps) {
    await terminal.shows(shown);
    for (const key of keys) (KEYS.has(key) ? terminal.press : terminal.type)(key);
  }
  if (sees !== undefined) {
    await terminal.shows(sees);
    await expectScreen(name, commandLine, terminal);
    return undefined;
  }
  const { status } = await terminal.ended();
  await expectScreen(name, commandLine, terminal);
  return status;
}

const LEAVES = 'Esc leaves';

describe('what a person chooses from', () => {
  test('organizations', async () => {
    const home = await homeWith('Acme Corp', 'Acme Group', 'Acme Corp');
    await visit('org-use', { commandLine: 'flowkiwi org use', home, sees: LEAVES });
    await visit('org-get', { commandLine: 'flowkiwi org get', home, steps: [[LEAVES, 'Down', 'Enter']] });
    await visit('org-rename', { commandLine: 'flowkiwi org rename', home, sees: LEAVES });
    await visit('instance-create-in', { commandLine: 'flowkiwi instance create', home, sees: LEAVES });
    await visit('onboard-existing', { commandLine: 'flowkiwi onboard', home, sees: LEAVES });
  });

  test('many organizations', async () => {
    const home = await homeWith(...'ABCDEFGHIJKL'.split('').map((letter) => `Firm ${letter}`));
    await visit('org-use-many', { commandLine: 'flowkiwi org use', home, sees: LEAVES });
    await visit('org-use-search', { commandLine: 'flowkiwi org use', home, steps: [[LEAVES, 'm k']], sees: /^> Firm K/m });
  });

  test('instances', async () => {
    const home = await homeWith('Acme Corp');
    for (const handle of ['screen-eu', 'screen-us']) {
      const terminal = ['instance', 'create', 'Acme', '--handle', handle, '--org', 'Acme Corp'];
      expect((await flowkiwi(terminal, { env, home })).status).toBe(0);
    }
    await visit('instance-get', { commandLine: 'flowkiwi instance get', home, sees: LEAVES });
  });

  test('profiles', () => visit('profile-use', { commandLine: 'flowkiwi profile use', sees: LEAVES }));

  test('organizations of ZITADEL', async () => {
    const token = { FLOWKIWI_TOKEN: await zitadel.sandbox.token() };
    await visit('zitadel-org-use', { commandLine: 'flowkiwi org use', home: zitadel.home(), env: token, sees: LEAVES });
  });
});

describe('the first minute', () => {
  test('onboard', async () => {
    const status = await visit('onboard', {
      commandLine: 'flowkiwi onboard --sandbox',
      env: {},
      steps: [
        ['press Enter', 'Enter'],
        ['(Acme Corp)', 'Enter'],
        ['(Acme EU)', 'Enter'],
        ['(acme-eu)', 'Enter'],
      ],
    });
    expect(status).toBe(0);
  });

  test('onboard at ZITADEL', async () => {
    const status = await visit('zitadel-onboard', {
      commandLine: 'flowkiwi onboard',
      home: zitadel.home(),
      env: { FLOWKIWI_TOKEN: await zitadel.sandbox.token() },
      steps: [
        ['> An organization', 'Enter'],
        ['> Sandbox', 'Up', 'Enter'],
        ['? Name of the organization:', 'Acme Corp', 'Enter'],
        ['? Login name of its administrator:', 'jane', 'Enter'],
        ['? First name:', 'Jane', 'Enter'],
        ['? Last name:', 'Doe', 'Enter'],
        ['? Mail address:', 'jane@acme.example', 'Enter'],
        ['? Password (', 'Enter'],
      ],
    });
    expect(status).toBe(0);
  });

  test('a wrong handle', async () => {
    const home = await homeWith('Acme Corp');
    expect(await visit('wrong-handle', { commandLine: 'flowkiwi instance create Acme --handle Acme_EU-1 --no-input', home })).toBe(2);
    await visit('wrong-handle-at-question', {
      commandLine: 'flowkiwi instance create',
      home,
      steps: [
        [LEAVES, 'Enter'],
        ['? Name of the instance:', 'Acme EU', 'Enter'],
        ['(acme-eu)', 'Acme_EU-', 'Enter'],
      ],
      sees: 'beginning or end',
    });
  });
});

describe('what comes next', () => {
  test('the profile of an instance whose key is in a file', async () => {
    const home = zitadel.home();
    const key = `${home}/acme.json`;
    const terminal = openTerminal(
      ['instance', 'create', 'Acme EU', '--machine', 'Setup', '--machine-user-name', 'setup', '--key-out', key],
      {
        ...SMALL,
        home,
        env: { FLOWKIWI_TOKEN: await zitadel.sandbox.token() },
      },
    );
    expect((await terminal.ended()).status).toBe(0);
    expect(terminal.screen()).toMatch(/\nnext: flowkiwi profile add .* --key-file \S+ --use$/);
  });

  test('profiles, with who is signed in', async () => {
    await visit('profile-list', { commandLine: 'flowkiwi profile list' });
  });
});

describe('what a person waits for', () => {
  /** The spinner is left out of terminals elsewhere. */
  const spinning = () => ({ FLOWKIWI_NO_SPINNER: '' });

  test('a slow server', async () => {
    const home = await homeWith('Acme Corp');
    await sandbox.control('faults', { latency: 3_000, rules: [] });
    await visit('slow-server', { commandLine: 'flowkiwi org get', home, env: { ...env, ...spinning() }, sees: 'Reading organization' });
    await sandbox.control('faults', { latency: 0, rules: [] });
  });

  test('a server that is to be tried again', async () => {
    await sandbox.control('faults', { latency: 0, rules: ['GET /api/organizations/x=503x1'] });
    await visit('trying-again', { commandLine: 'flowkiwi org get x', env: { ...env, ...spinning() }, sees: 'Trying again' });
    await sandbox.control('faults', { latency: 0, rules: [] });
  });

  test.each([
    ['sign-in-device', 'flowkiwi login --device', '/bin/true'],
    ['sign-in-no-browser', 'flowkiwi login --browser', '/bin/false'],
  ])('%s', async (name, commandLine, browser) => {
    await visit(name, { commandLine, env: { FLOWKIWI_URL: sandbox.url, BROWSER: browser, ...spinning() }, sees: / left$/m });
  });
});
