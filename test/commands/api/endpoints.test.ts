import { expect, test } from 'vitest';
import { flowkiwiEndpoints, zitadelEndpoints } from '../../../scripts/endpoints.mjs';
import { endpointsOf } from '../../../src/commands/api/endpoints.ts';
import type { ProviderName } from '../../../src/context/provider-defaults.ts';
import { ROUTES } from '../../../src/sandbox/zitadel/rest/routes.ts';
import { textError } from '../../support/failure.ts';
import { inProcess } from '../../support/in-process.ts';
import { call, handleFor, startInMemory } from '../../support/servers/sandbox-in-memory.ts';

const listed = async (provider: ProviderName, word?: string) =>
  (await endpointsOf(provider, word)).map(({ method, path, summary }) => [method, path, summary]);

test('the lists are those of the OpenAPI document and of the descriptors', async () => {
  expect(await listed('flowkiwi')).toEqual(await flowkiwiEndpoints());
  expect(await listed('zitadel')).toEqual(await zitadelEndpoints());
});

test('each endpoint of Flowkiwi is one of the sandbox', async ({ onTestFinished }) => {
  const sandbox = await startInMemory();
  onTestFinished(() => sandbox.close());
  const token = await sandbox.issueAccessToken('jane@acme.example');
  const make = async (path: string, body: object) =>
    String((await call(sandbox.url, 'POST', path, { token, body: { ...body } })).json['id']);
  const statuses = [];
  for (const { method, path } of await endpointsOf('flowkiwi')) {
    const organizationId = await make('/api/organizations', { name: 'Acme' });
    const handle = handleFor(`acme-${statuses.length}`);
    const instanceId = await make(`/api/organizations/${organizationId}/instances`, { name: 'Acme EU', handle });
    const filled = path.replace('{organizationId}', organizationId).replace('{instanceId}', instanceId);
    const { status } = await call(sandbox.url, method, filled, { token, ...(method !== 'GET' && method !== 'DELETE' && { body: {} }) });
    statuses.push([method, path, status === 404 || status === 405]);
  }
  expect(statuses.filter(([, , isMissing]) => isMissing)).toEqual([]);
});

test('every route of ZITADEL that the sandbox serves is listed', async () => {
  const shapes = new Set((await endpointsOf('zitadel')).map(({ method, path }) => `${method} ${path.replace(/\{[^}]*\}/g, '{}')}`));
  const served = ROUTES.map(({ verb, template }) => `${verb} /${template.segments.map(({ literal }) => literal ?? '{}').join('/')}`);
  expect(served.filter((route) => !shapes.has(route))).toEqual([]);
});

test.each<[provider: ProviderName, word: string, count: number, first: string]>([
  ['flowkiwi', 'delete', 1, 'DELETE /api/organizations/{organizationId}'],
  ['flowkiwi', 'TRANSFER', 1, 'POST /api/organizations/{organizationId}/instances/{instanceId}/transfer'],
  ['flowkiwi', 'get /api/organizations/{organizationid}/', 2, 'GET /api/organizations/{organizationId}/instances'],
  ['flowkiwi', 'nothing', 0, ''],
  ['zitadel', '/admin/v1/orgs/_setup', 1, 'POST /admin/v1/orgs/_setup'],
])('%s has %j %i times', async (provider, word, count, first) => {
  const found = await endpointsOf(provider, word);
  expect([found.length, found[0] === undefined ? '' : `${found[0].method} ${found[0].path}`]).toEqual([count, first]);
});

test.each<[args: string[], stdout: string]>([
  [['transfer', '-o', 'tsv', '--fields', 'method,summary'], 'POST\tTransfer an instance\n'],
  [['rename an org', '-q'], 'PATCH /api/organizations/{organizationId}\n'],
  [['rename an org', '--json'], '[{"method":"PATCH","path":"/api/organizations/{organizationId}","summary":"Rename an organization"}]\n'],
])('api ls %j', async (args, stdout) => {
  expect(await inProcess(['api', 'ls', ...args])).toEqual({ status: 0, stdout, stderr: '' });
});

test.each<[args: string[], status: number, message: string]>([
  [['ls', 'nothing'], 3, 'no endpoint has "nothing" in its method, path or description'],
  [['ls', '-F', 'a=b'], 2, 'api ls lists endpoints and sends nothing: it takes no options of a request'],
  [['ls', '--dry-run'], 2, 'api ls lists endpoints and sends nothing: it takes no options of a request'],
  [['ls', '--fields', 'nope'], 2, 'unknown field "nope"'],
  [['/api/organizations/{organizationId}'], 2, 'the path has {organizationId} in it, which stands for a value'],
])('api %j is an error', async (args, status, message) => {
  const run = await inProcess(['api', ...args]);
  expect([run.status, textError(run).message]).toEqual([status, message]);
});
