import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { collect, FLOWKIWI, newHome, start } from '../support/flowkiwi.ts';
import { isFree } from '../support/own-port.ts';
import { onPseudoTerminal } from '../support/pseudo-terminal.ts';
import { startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal, until } from '../support/terminal.ts';

const README = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
/** The blocks that a reader types, in their order. */
const BLOCKS = [...README.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
const [SANDBOX = '', BY_HAND = '', SCRIPT = '', TRY_OUT = '', MANY = '', ZITADEL = ''] = BLOCKS;

/** A folder whose only program is `flowkiwi`, in front of the others. */
function pathWithFlowkiwi(home: string): string {
  const folder = join(home, 'bin');
  mkdirSync(folder);
  symlinkSync(FLOWKIWI, join(folder, 'flowkiwi'));
  return `${folder}:${process.env['PATH']}`;
}

async function allow(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('button', { name: 'Yes, continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
}

test('it has the blocks that are tested here, and no others', () => {
  expect(BLOCKS).toHaveLength(6);
  expect(SANDBOX).toBe('flowkiwi sandbox start\n');
});

test('the quick start by hand', { tags: ['chromium', 'tmux'], timeout: 120_000 }, async () => {
  const home = newHome();
  // It is one port for all of this machine, so somebody else's tests may have it just now.
  await until(
    () => isFree(8787),
    () => 'port 8787 stays in use',
    40_000,
  );
  const serving = start(SANDBOX.trim().split(' ').slice(1), { home });
  const ended = once(serving, 'close');
  onTestFinished(async () => {
    serving.kill('SIGTERM');
    await ended;
  });
  const stderr = collect(serving.stderr);
  await Promise.race([once(serving.stdout ?? serving, 'data'), ended.then(async () => Promise.reject(new Error(await stderr)))]);

  // As over SSH, so that it is the code, which can be entered from anywhere.
  const env = { PATH: pathWithFlowkiwi(home), SSH_TTY: '/dev/pts/0' };
  const terminal = openTerminal([], { home, env, columns: 200, script: `set -e\n${BY_HAND}` });
  const screen = await terminal.shows(/http\S+user_code=\S+/);
  await allow(await openPage(), /http\S+user_code=\S+/.exec(screen)?.[0] ?? '');
  const { status, screen: last } = await terminal.ended();
  expect(status).toBe(0);
  expect(last).toContain('"handle": "acme-eu"');
});

test('the script', { tags: ['bash'] }, async () => {
  const sandbox = await startSandbox();
  onTestFinished(async () => void (await sandbox.stop()));
  const home = newHome();
  const env = { ...(await sandbox.environment()), PATH: pathWithFlowkiwi(home) };
  const { status, stdout } = spawnSync('bash', ['-euc', SCRIPT], { env: { HOME: home, ...env }, encoding: 'utf8' });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ name: 'Acme EU', handle: 'acme-eu' });
});

test('the script that is tried out in a sandbox of its own', { tags: ['bash'] }, () => {
  const home = newHome();
  const env = { HOME: home, PATH: pathWithFlowkiwi(home) };
  const { status, stdout } = spawnSync('bash', ['-euc', TRY_OUT], { env, encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toMatch(/└─ Instance "Acme EU" \(handle: acme-eu → acme-eu\.product-management\.localhost:\d+\)/);
});

test('the commands for many customers', { tags: ['script'], timeout: 60_000 }, async () => {
  const home = newHome();
  writeFileSync(join(home, 'kunden.csv'), 'Kunde;Ort\nAcme;Bern\nZoë & Söhne;Chur\n');
  const env = { HOME: home, PATH: pathWithFlowkiwi(home), NO_COLOR: '1' };
  const script = `cd "$HOME"; flowkiwi sandbox exec -- sh -euc '${MANY.replace(/--first-run/, '--first-run --yes')}'`;
  const { status, output } = await onPseudoTerminal([], { home, env, script });
  expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/2 created/) });
  expect(readFileSync(join(home, 'done.csv'), 'utf8')).toMatch(/^Zoë & Söhne;.*zoe-soehne.*;created;/m);
});

test('the commands for ZITADEL', { tags: ['script'], timeout: 60_000 }, async () => {
  const home = newHome();
  const sandbox = await startSandbox(['--memory', '--auto-approve'], { home });
  onTestFinished(async () => void (await sandbox.stop()));
  const env = { HOME: home, PATH: pathWithFlowkiwi(home), FLOWKIWI_URL: sandbox.url, SSH_TTY: '/dev/pts/0', NO_COLOR: '1' };
  const { status, output } = await onPseudoTerminal([], { home, env, script: `cd "$HOME"; set -e; ${ZITADEL}` });
  expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/^ID +NAME .*^\d+ +Acme EU +acme-eu-/ms) });
  expect(JSON.parse(readFileSync(join(home, 'acme-eu.json'), 'utf8'))).toMatchObject({ type: 'serviceaccount' });
});

test('every exit code in it is one that the command documents', async () => {
  const { EXIT_STATUS } = await import('../../src/errors.ts');
  const rows = [...README.matchAll(/^\| ([\d, ]+) \| (.*?) \|/gm)].flatMap(([, statuses = '', codes = '']) => {
    const names = [...codes.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    const numbers = statuses.split(', ').map(Number);
    return names.map((name, index) => [name, numbers[Math.min(index, numbers.length - 1)]]);
  });
  expect(Object.fromEntries(rows)).toEqual(EXIT_STATUS);
});
