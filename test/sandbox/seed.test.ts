import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { seedFrom } from '../../src/commands/sandbox/seed.ts';
import { timeBudget } from '../../src/context/time-budget.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { allOf } from '../apply/manifests.ts';
import { quietEdges } from '../support/edges.ts';
import { call, clock } from '../support/servers/sandbox-in-memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'seed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ORGANIZATION = '0196f3a0-1111-7000-8000-000000000001';

const PLAIN = { format: undefined, map: [], groupByName: false };

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const manifest = file(
  'customers.csv',
  `key,organization,instance,handle,id\nacme,Acme Corp,Acme EU,acme-eu,${ORGANIZATION}\nacme,Acme Corp,Acme US,acme-us,\n,Globex,,globex,\n,Initech,,,\n`,
);

const context = { edges: quietEdges({}), budget: timeBudget(clock, undefined) };

test('a sandbox has the customers of a manifest, and those that it has already stay as they are', async () => {
  const data = join(folder, 'sandbox.db');
  for (let start = 1; start <= 2; start += 1) {
    const seed = await seedFrom(context, manifest, PLAIN);
    const sandbox = await startSandbox({ host: '127.0.0.1', port: 0, data, secret: undefined, autoApprove: true, clock, seed });
    try {
      const token = await sandbox.issueAccessToken('jane@acme.example');
      const instances = await call(sandbox.url, 'GET', `/api/organizations/${ORGANIZATION}/instances?order[handle]=asc`, { token });
      expect(instances.json).toMatchObject({
        member: [
          { name: 'Acme EU', handle: 'acme-eu' },
          { name: 'Acme US', handle: 'acme-us' },
        ],
      });
      expect((await call(sandbox.url, 'GET', '/_sandbox/status')).json).toMatchObject({ organizations: 3, instances: 3 });
    } finally {
      await sandbox.close();
    }
  }
});

test('a file of another program is read as apply reads it', async () => {
  const kunden = file('kunden.txt', 'Kunde;Kürzel\nAcme;acme-eu\nAcme;acme-us\n');
  const map = ['organization=Kunde,handle=Kürzel'];
  const [acme, ...others] = await allOf(await seedFrom(context, kunden, { format: 'csv', map, groupByName: true }));
  expect([acme?.instances.map(({ handle }) => handle), others]).toEqual([['acme-eu', 'acme-us'], []]);
});
