import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newHome } from '../support/flowkiwi.ts';
import { startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';

const LETTERS = [...'abcdefghij'];

test('a run shows its plan and asks, how far it is, and what came of it', { tags: ['tmux'], timeout: 60_000 }, async ({
  onTestFinished,
}) => {
  const sandbox = await startSandbox();
  onTestFinished(() => void sandbox.stop());
  const manifest = join(newHome(), 'customers.csv');
  const rows = LETTERS.flatMap((one) => LETTERS.map((other) => `Kunde ${one}${other},EU,kunde-${one}${other}\n`));
  writeFileSync(manifest, `organization,instance,handle\n${rows.join('')}`);
  const env = { ...(await sandbox.environment()), FLOWKIWI_NO_INPUT: '', FLOWKIWI_NO_SPINNER: '' };
  const terminal = openTerminal(['apply', manifest, '--rate', '40/s'], { env, columns: 160, rows: 200 });

  await terminal.shows('? There is no journal in');
  terminal.type('y');
  terminal.press('Enter');
  await terminal.shows('+ create 100 organizations, 100 instances');
  await terminal.shows('Create what is missing of 100 customers?');
  terminal.type('y');
  terminal.press('Enter');
  await terminal.shows(/^\[#+-+\] \d+ of 100 rows, \d+ a second, \d+ left, \d+ at once, 0 retries$/m);
  const { status, screen } = await terminal.ended();
  expect([status, screen.split('\n').at(-1)]).toEqual([0, '100 rows: 100 created']);
  // The line is gone when the run is.
  expect(screen).not.toMatch(/\d+ a second/);
});
