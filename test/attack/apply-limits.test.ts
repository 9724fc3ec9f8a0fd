import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal } from '../../src/apply/journal/journal.ts';
import { customersIn, problemsIn } from '../apply/manifests.ts';
import { realClock } from '../support/clocks.ts';
import { inProcess } from '../support/in-process.ts';
import { recordingServer } from '../support/servers/recording-server.ts';
import { startInMemory } from '../support/servers/sandbox-in-memory.ts';

test('YAML and JSON are read whole, and so have a limit', async () => {
  const many = `version: 1\norganizations:\n${Array.from({ length: 10_001 }, (_, at) => `  - name: A${at}\n`).join('')}`;
  expect(await problemsIn(customersIn('a.yaml', many))).toEqual(['10003:5 there are more than 10,000 rows, and this format is read whole']);
  const json = `{"version":1,"organizations":[],"x":"${'x'.repeat(17 * 1024 * 1024)}"}`;
  expect(await problemsIn(customersIn('a.json', json))).toEqual(['1:1 the manifest is larger than 16 MiB, and this format is read whole']);
});

test('rows that stand far apart are found only so far', async () => {
  const half = (letter: string) => Array.from({ length: 50_001 }, (_, at) => `k${at},A,${letter}${lettersOf(at)}\n`).join('');
  await expect(customersIn('a.csv', `key,organization,handle\n${half('a')}${half('b')}`)).rejects.toThrow(
    'more than 50,000 rows wait for others of the same customer',
  );
});

test('a manifest of 10,000 rows that are all there sends nothing: not planned, not run, not from its results', {
  timeout: 120_000,
}, async () => {
  const sandbox = await startInMemory();
  const server = await recordingServer(sandbox.url);
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-unchanged-'));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true });
    server.close();
    await sandbox.close();
  });
  const [manifest, results] = [join(folder, 'c.csv'), join(folder, 'r.csv')];
  const numbers = Array.from({ length: 10_000 }, (_, at) => at);
  writeFileSync(manifest, `organization,instance,handle\n${numbers.map((at) => `Kunde ${at},EU,h-${lettersOf(at)}\n`).join('')}`);
  const scope = { provider: 'flowkiwi', url: `${server.url}/`, instance_host: null, kind: 'flowkiwi' };
  const journal = await openJournal(join(folder, 'c.journal'), { scope, principal: null, version: '1', clock: realClock });
  for (const at of numbers) {
    const [key, organization] = [`Kunde ${at}`, `o-${at}`];
    journal.write({ type: 'organization', key, id: organization, name: key });
    journal.write({ type: 'instance', key, organization, handle: `h-${lettersOf(at)}`, id: `i-${at}` });
  }
  await journal.close();

  const env = { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: await sandbox.issueAccessToken('jane@acme.example') };
  const apply = (...args: readonly string[]) => inProcess(['apply', ...args, '--detailed-exitcode'], { env });
  const stdout = '10,000 rows: 10,000 unchanged\n';
  expect(await apply(manifest, '--dry-run')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('= unchanged 10,000 organizations, 10,000 instances'),
  });
  expect(await apply(manifest, '--results', results)).toMatchObject({ status: 0, stdout });
  rmSync(join(folder, 'c.journal'), { recursive: true });
  expect(readFileSync(results, 'utf8')).toContain(',o-9999,i-9999,');
  expect(await apply(results, '--dry-run')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('= unchanged 10,000 organizations, 10,000 instances'),
  });
  expect(await apply(results)).toMatchObject({ status: 0, stdout });
  expect(server.exchanges).toEqual([]);
});

function lettersOf(number: number): string {
  return number.toString(26).replace(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '');
}
