// @module-tag tmux
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';

let sandbox: RunningSandbox;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = await sandbox.environment();
});

afterAll(() => sandbox?.stop());

/** A home folder that knows one organization. */
async function organization(name: string): Promise<{ home: string; id: string }> {
  const home = newHome();
  return { home, id: (await flowkiwi(['org', 'create', name, '-q'], { env, home })).stdout.trim() };
}

async function exists(id: string): Promise<boolean> {
  return (await flowkiwi(['org', 'get', id], { env })).status === 0;
}

describe('org delete', () => {
  test('wants the name typed, and takes nothing else', async () => {
    const { home, id } = await organization('Acme Corp');
    const terminal = openTerminal(['org', 'delete', 'Acme Corp'], { env, home });
    await terminal.shows(`? Type Acme Corp to delete organization ${id}:`);
    terminal.type('yes');
    terminal.press('Enter');
    await terminal.shows('That is not Acme Corp; Ctrl-C leaves everything unchanged');
    expect(await exists(id)).toBe(true);
    terminal.press('BSpace', 'BSpace', 'BSpace');
    terminal.type('Acme Corp');
    terminal.press('Enter');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toContain(`Deleted organization Acme Corp (${id})`);
    expect(await exists(id)).toBe(false);
  });

  test.each(['C-c', 'C-d'])('%s leaves it there, exit 130', async (key) => {
    const { home, id } = await organization('Acme Corp');
    const terminal = openTerminal(['org', 'delete', id], { env, home });
    await terminal.shows('? Type Acme Corp');
    terminal.press(key);
    expect((await terminal.ended()).status).toBe(130);
    expect(await exists(id)).toBe(true);
  });

  test('a name that cannot be typed is shown harmless, and the id is wanted', async () => {
    const { home, id } = await organization('Acme\u200b\u202e');
    const terminal = openTerminal(['org', 'delete', id], { env, home });
    await terminal.shows(`? Type ${id} to delete organization Acme\\u200b\\u202e:`);
    terminal.type(id);
    terminal.press('Enter');
    expect((await terminal.ended()).status).toBe(0);
    expect(terminal.raw()).not.toContain('\u202e');
    expect(await exists(id)).toBe(false);
  });

  test('--yes asks nothing', async () => {
    const { home, id } = await organization('Acme Corp');
    const { status, screen } = await openTerminal(['org', 'delete', 'Acme Corp', '--yes'], { env, home }).ended();
    expect({ status, screen }).toEqual({ status: 0, screen: `Deleted organization Acme Corp (${id})\nnext: flowkiwi org list` });
  });
});

describe('instance transfer', () => {
  async function instance(handle: string): Promise<{ home: string; target: string; id: string }> {
    const { home } = await organization('Acme Corp');
    const run = async (...args: readonly string[]) => (await flowkiwi(args, { env, home })).stdout.trim();
    const id = await run('instance', 'create', 'Acme EU', '--handle', handle, '-q');
    const target = await run('org', 'create', 'Acme Group', '--no-use', '-q');
    await sandbox.control(`instances/${id}/authorized-organizations`, { organization_id: target });
    return { home, target, id };
  }

  test.each([
    ['Enter', ['Enter']],
    ['n', ['n', 'Enter']],
    ['C-c', ['C-c']],
  ])('%s is a no, exit 130', async (key, keys) => {
    const { home } = await instance(`no-${key.toLowerCase()}`);
    const terminal = openTerminal(['instance', 'transfer', `no-${key.toLowerCase()}`, '--to', 'Acme Group'], { env, home });
    await terminal.shows(`? Transfer instance Acme EU (no-${key.toLowerCase()}) with its product data to organization Acme Group? (y/N)`);
    terminal.press(...keys);
    const { status, screen } = await terminal.ended();
    expect(status).toBe(130);
    if (key !== 'C-c') expect(screen).toContain('Nothing was changed');
    expect((await flowkiwi(['instance', 'get', `no-${key.toLowerCase()}`], { env, home })).status).toBe(0);
  });

  test('y is a yes; what is missing is asked for first', async () => {
    const { home, target, id } = await instance('yes-y');
    const terminal = openTerminal(['instance', 'transfer'], { env, home });
    await terminal.shows(/^> Acme EU +yes-y$/m);
    terminal.press('Enter');
    await terminal.shows('? Organization that gets it:');
    terminal.type('Acme Group');
    await terminal.shows(/^> Acme Group/m);
    terminal.press('Enter');
    await terminal.shows('(y/N)');
    terminal.press('y', 'Enter');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toContain(`Transferred instance yes-y (${id}) to organization\n  ${target}\n`);
  });
});
