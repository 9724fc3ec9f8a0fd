import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyDataFile } from '../../../src/sandbox/empty-data-file.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { asList, call, clock, temporaryFolder } from '../../support/servers/sandbox-in-memory.ts';
import { systemToken, textAt } from '../../support/servers/zitadel-in-memory.ts';

async function open(data: string) {
  const sandbox = await startSandbox({ host: '127.0.0.1', port: 0, secret: undefined, data, autoApprove: true, clock });
  onTestFinished(() => sandbox.close());
  const token = await sandbox.issueAccessToken('jane@acme.example');
  const send = (method: string, path: string, body?: unknown) => call(sandbox.url, method, path, { token, body });
  return { sandbox, send, key: await sandbox.systemUserKey() };
}

test('everything is there after a restart, and the key of the system user is the same', async () => {
  const data = join(await temporaryFolder(), 'sandbox.db');
  const before = await open(data);
  const { json } = await before.send('POST', '/management/v1/orgs', { name: 'Kept' });
  const token = systemToken(before.key, before.sandbox.url, clock);
  const machine = { userName: 'm', name: 'M', personalAccessToken: {} };
  const body = { instanceName: 'Kept', customDomain: 'kept.example', machine };
  const created = await call(before.sandbox.url, 'POST', '/system/v1/instances/_create', { token, body });
  await before.sandbox.close();

  const after = await open(data);
  expect(after.key).toBe(before.key);
  expect(await after.send('GET', `/admin/v1/orgs/${textAt(json, 'id')}`)).toMatchObject({ status: 200, json: { org: { name: 'Kept' } } });
  const headers = { 'x-zitadel-instance-host': 'kept.example' };
  const me = await call(after.sandbox.url, 'GET', '/admin/v1/instances/me', { headers, token: textAt(created.json, 'pat') });
  expect(textAt(me.json, 'instance', 'id')).toBe(textAt(created.json, 'instanceId'));
});

test('emptying leaves a fresh default instance, which does not count, and the key', async () => {
  const data = join(await temporaryFolder(), 'sandbox.db');
  const before = await open(data);
  await before.send('POST', '/management/v1/orgs', { name: 'Thrown Away' });
  expect((await before.send('POST', '/_sandbox/reset', {})).json).toEqual({ organizations: 1, instances: 0 });
  const names = async (send: typeof before.send) => {
    const { json } = await send('POST', '/admin/v1/orgs/_search', {});
    return asList(json['result']).map(({ name }) => name);
  };
  expect(await names(before.send)).toEqual(['Sandbox']);
  await before.send('POST', '/management/v1/orgs', { name: 'Thrown Away' });
  const system = (method: string, path: string, body?: unknown) =>
    call(before.sandbox.url, method, `/system/v1${path}`, { token: systemToken(before.key, before.sandbox.url, clock), body });
  const body = { instanceName: 'Thrown Away', machine: { userName: 'm', name: 'M' } };
  const ids = [await system('POST', '/instances/_create', body), await system('POST', '/instances/_create', body)];
  await system('DELETE', `/instances/${textAt(ids[0]?.json ?? {}, 'instanceId')}`);
  await before.sandbox.close();
  // One organization, one instance with an organization of its own, and what has been removed before.
  expect(await emptyDataFile(data, clock)).toEqual({ organizations: 2, instances: 1 });
  expect(await emptyDataFile(data, clock)).toEqual({ organizations: 0, instances: 0 });
  const after = await open(data);
  expect([await names(after.send), after.key]).toEqual([['Sandbox'], before.key]);
});
