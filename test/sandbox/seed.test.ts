import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { seedFrom } from '../../src/commands/sandbox/seed.ts';
import { timeBudget } from '../../src/context/time-budget.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { quietEdges } from '../support/edges.ts';
import { call, clock } from '../support/servers/sandbox-in-memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'seed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ORGANIZATION = '0196f3a0-1111-7000-8000-000000000001';

const manifest = join(folder, 'customers.csv');
writeFileSync(
  manifest,
  `key,organization,instance,handle,id\nacme,Acme Corp,Acme EU,acme-eu,${ORGANIZATION}\nacme,Acme Corp,Acme US,acme-us,\n,Globex,,globex,\n,Initech,,,\n`,
);

test('a sandbox has the customers of a manifest, and those that it has already stay as they are', async () => {
  const context = { edges: quietEdges({}), budget: timeBudget(clock, undefined) };
  const data = join(folder, 'sandbox.db');
  for (let start = 1; start <= 2; start += 1) {
    const seed = await seedFrom(context, manifest);
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
