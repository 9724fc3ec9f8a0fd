import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { startSandbox } from '../support/servers/sandbox.ts';

test('--seed fills the sandbox from a manifest', async ({ onTestFinished }) => {
  const file = join(newHome(), 'export');
  writeFileSync(file, 'Kunde;Kürzel\nAcme Corp;acme-eu\nAcme Corp;acme-us\nZoë;\n');
  const read = ['--format', 'csv', '--map', 'organization=Kunde,handle=Kürzel', '--group-by-name'];
  const sandbox = await startSandbox(['--memory', '--seed', file, ...read]);
  onTestFinished(() => void sandbox.stop());
  const env = { FLOWKIWI_SANDBOX_SECRET: sandbox.secret ?? '' };
  const { stdout } = await flowkiwi(['sandbox', 'status', '--port', new URL(sandbox.url).port, '--json'], { env });
  expect(JSON.parse(stdout)).toMatchObject({ organizations: 2, instances: 2 });
});

const LUCK = ['--fault', 'GET /api/*=503@50%', '--fault-seed'];
const ASK = `(async () => {
  const found = [];
  for (let turn = 0; turn < 20; turn += 1) found.push((await fetch(process.env.FLOWKIWI_URL + '/api/organizations/x')).status);
  console.log(JSON.stringify(found));
})()`;

test('--fault-seed makes chance the same each time', async ({ onTestFinished }) => {
  const sandbox = await startSandbox(['--memory', ...LUCK, '7']);
  onTestFinished(() => void sandbox.stop());
  const started: number[] = [];
  for (let turn = 0; turn < 20; turn += 1) started.push((await fetch(`${sandbox.url}/api/organizations/x`)).status);
  const statuses = async (seed: string): Promise<unknown> =>
    JSON.parse((await flowkiwi(['sandbox', 'exec', ...LUCK, seed, '--', process.execPath, '-e', ASK])).stdout);
  expect(await statuses('7')).toEqual(started);
  expect(await statuses('8')).not.toEqual(started);
});
