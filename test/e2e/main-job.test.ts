import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowkiwi } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.stop());

test('a script creates an organization and an instance, and reads it back', async () => {
  const env = await sandbox.environment();
  const org = await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env });
  expect(org).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
  const id = org.stdout.trim();
  const created = await flowkiwi(['instance', 'create', 'Acme EU', '--handle', 'acme-eu', '--org', id, '--json'], { env });
  expect(created).toMatchObject({ status: 0, stderr: '' });
  const read = await flowkiwi(['instance', 'get', 'acme-eu', '--org', id, '--json'], { env });
  expect(JSON.parse(read.stdout)).toEqual(JSON.parse(created.stdout));
  expect(JSON.parse(read.stdout)).toMatchObject({
    name: 'Acme EU',
    handle: 'acme-eu',
    organization_id: id,
    created_by_organization_id: id,
    product_management_url: `http://acme-eu.product-management.localhost:${new URL(env['FLOWKIWI_URL'] ?? '').port}`,
  });
});
