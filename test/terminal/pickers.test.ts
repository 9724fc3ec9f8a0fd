// @module-tag tmux
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
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

const SIZE = { columns: 80, rows: 24 };
const KEYS = 'Arrow keys move, Enter chooses, Esc leaves';

/** A home folder in which organizations of these names are known, none of them current; and their ids. */
async function homeWith(...names: readonly string[]): Promise<{ readonly home: string; readonly ids: readonly string[] }> {
  const home = newHome();
  const ids: string[] = [];
  for (const name of names) ids.push((await flowkiwi(['org', 'create', name, '--no-use', '-q'], { env, home })).stdout.trim());
  return { home, ids };
}

describe('an organization that is missing', () => {
  test('is chosen among those that the profile knows, told apart by id, on standard error', async () => {
    const { home, ids } = await homeWith('Acme Corp', '北京\u202e'.repeat(30), 'Acme Corp');
    const terminal = openTerminal(['org', 'get'], {
      ...SIZE,
      env,
      home,
      script: '"$@" > "$OUT/data"; code=$?; cut -f 1 "$OUT/data"; (exit $code)',
    });
    const screen = await terminal.shows(KEYS);
    expect(screen).toContain(`? Organization:\n> Acme Corp${' '.repeat(33)}${ids[0]}\n  北京\\u202e北京\\u202e`);
    expect(screen.split('\n').every((line) => line.length <= 80)).toBe(true);
    terminal.press('Up');
    await terminal.shows(new RegExp(`^> Acme Corp +${ids[2]}$`, 'm'));
    terminal.press('Enter');
    expect(await terminal.ended()).toEqual({ status: 0, screen: `✔ Organization: Acme Corp (${ids[2]})\n${ids[2]}` });
  });

  test('is the only one there is, for a command that reads; one that changes something asks', async () => {
    const { home, ids } = await homeWith('Acme Corp');
    const reading = await openTerminal(['org', 'get'], { env, home }).ended();
    expect(reading).toMatchObject({
      status: 0,
      screen: expect.stringContaining(`Using Acme Corp (${ids[0]}), the only one known\n`),
    });
    const creating = openTerminal(['instance', 'create', 'Acme EU', '--handle', 'only-one'], { env, home });
    await creating.shows(KEYS);
    creating.press('Enter');
    const { status, screen } = await creating.ended();
    expect(status).toBe(0);
    expect(screen).toMatch(new RegExp(`\nnext: flowkiwi instance get only-one --org ${ids[0]}$`));
  });

  test.each(['Escape', 'C-c', 'C-d'])('is not chosen by %s, which exits 130 and changes nothing', async (key) => {
    const { home } = await homeWith('Acme Corp');
    const terminal = openTerminal(['org', 'use'], { env, home });
    await terminal.shows(KEYS);
    terminal.press(key);
    const { status, screen } = await terminal.ended();
    expect(status).toBe(130);
    expect(screen).not.toContain('error');
    const { stdout } = await flowkiwi(['org', 'list', '--fields', 'current', '--json'], { env, home });
    expect(JSON.parse(stdout)).toEqual([{ current: false }]);
  });

  test('is searched by typing where there are many, and may be another one', async () => {
    const { home } = await homeWith(...'abcdefghijk'.split('').map((letter) => `Firm ${letter}`));
    const { ids } = await homeWith('Unknown Ltd');
    const searching = openTerminal(['org', 'use'], { ...SIZE, env, home });
    await searching.shows('Type to search');
    searching.type('firm k');
    await searching.shows(/^> Firm k +\S+\n {2}Another one, by its id or name$/m);
    searching.press('Enter');
    expect(await searching.ended()).toMatchObject({ status: 0, screen: expect.stringContaining('The current organization is Firm k (') });

    const another = openTerminal(['org', 'use'], { ...SIZE, env, home });
    await another.shows(/^> Firm k/m);
    another.type('nothing like it');
    await another.shows(/^> Another one/m);
    another.press('Enter');
    await another.shows('? Id or name of the organization:');
    another.type(ids[0] ?? '');
    another.press('Enter');
    expect(await another.ended()).toMatchObject({
      status: 0,
      screen: expect.stringContaining('The current organization is Unknown Ltd ('),
    });
  });

  test.each([
    ['--no-input', ['--no-input'], {}, '"$@"'],
    ['CI=1', [], { CI: '1' }, '"$@"'],
    ['standard error that is not a terminal', [], {}, '"$@" 2> "$OUT/stderr"; code=$?; cat "$OUT/stderr"; (exit $code)'],
  ])('with %s is a usage error that names a command', async (_, args, more, script) => {
    const { home } = await homeWith('Acme Corp');
    const terminal = openTerminal(['org', 'use', ...args], { env: { ...env, ...more }, home, script });
    expect(await terminal.ended()).toEqual({ status: 2, screen: 'error: ORG is missing\nhint: for example: flowkiwi org use "Acme Corp"' });
  });

  test('is found by the search of ZITADEL', async () => {
    const home = zitadel.home();
    const token = { FLOWKIWI_TOKEN: await zitadel.sandbox.token() };
    await zitadel.quick(['org', 'create', 'Beta Ltd']);
    const terminal = openTerminal(['org', 'use'], { ...SIZE, home, env: token });
    await terminal.shows(KEYS);
    terminal.type('Bet');
    await terminal.shows(/^> Beta Ltd +\d+$/m);
    terminal.press('Enter');
    expect(await terminal.ended()).toMatchObject({
      status: 0,
      screen: expect.stringMatching(/\nThe current organization is Beta Ltd \(\d+\)\n/),
    });
  });
});

test('an instance that is missing is chosen by name and handle', async () => {
  const { home, ids } = await homeWith('Acme Corp');
  for (const handle of ['pick-one', 'pick-two'])
    await flowkiwi(['instance', 'create', 'Acme EU', '--handle', handle, '--org', ids[0] ?? '', '--if-exists', 'skip'], { env, home });
  const terminal = openTerminal(['instance', 'get'], { ...SIZE, env, home });
  await terminal.shows(/^> Acme EU {2}pick-one\n {2}Acme EU {2}pick-two$/m);
  terminal.press('Down', 'Enter');
  const { status, screen } = await terminal.ended();
  expect(status).toBe(0);
  expect(screen).toMatch(/✔ Instance: Acme EU \(pick-two\)\nID +\S+\n/);
});

test('a profile that is missing is chosen by name and address', async () => {
  const terminal = openTerminal(['profile', 'use'], SIZE);
  await terminal.shows(/^> default {10}https:\/\/identity\.flowkiwi\.net\n {2}sandbox {10}http:\/\/127\.0\.0\.1:8787$/m);
  terminal.press('Down', 'Enter');
  expect(await terminal.ended()).toMatchObject({ status: 0, screen: expect.stringContaining('Commands use profile sandbox now') });
});
