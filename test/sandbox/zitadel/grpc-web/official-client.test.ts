import { createAdminServiceClient, createManagementServiceClient, createSystemServiceClient } from '@zitadel/client/v1';
import { createOrganizationServiceClient } from '@zitadel/client/v2';
import { createClientTransport } from '@zitadel/client/web';
import { type ErrorDetail, ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import { OrgState } from '@zitadel/proto/zitadel/org_pb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startZitadel, systemToken, type Zitadel } from '../zitadel-harness.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

function transport(token = zitadel.owner) {
  return createClientTransport(token, { baseUrl: zitadel.sandbox.url });
}

// ZITADEL's own client for JavaScript, over gRPC-Web.
test('creates organizations and reads them back', async () => {
  const { id, details } = await createManagementServiceClient(transport()).addOrg({ name: 'By The Client' });
  expect(details).toMatchObject({ sequence: 5n, resourceOwner: id });
  const admin = createAdminServiceClient(transport());
  expect((await admin.getOrgByID({ id })).org).toMatchObject({ name: 'By The Client', state: OrgState.ACTIVE });
  const queries = [{ query: { case: 'nameQuery', value: { name: 'By The Client' } } }] as const;
  const { details: found, result } = await admin.listOrgs({ queries: [...queries] });
  expect([found?.totalResult, result.map(({ primaryDomain }) => primaryDomain)]).toEqual([1n, ['by-the-client.localhost']]);
  expect((await admin.isOrgUnique({ name: 'by the client' })).isUnique).toBe(false);
  const v2 = await createOrganizationServiceClient(transport()).addOrganization({ name: 'By The V2 Client' });
  expect(v2.organizationId).toMatch(/^\d+$/);
});

test('sets an organization up', async () => {
  const { orgId, userId } = await createAdminServiceClient(transport()).setUpOrg({
    org: { name: 'Set Up', domain: 'setup.example' },
    user: {
      case: 'human',
      value: { userName: 'ada', profile: { firstName: 'Ada', lastName: 'Admin' }, email: { email: 'ada@acme.example' } },
    },
  });
  expect([orgId, userId]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
});

test('creates instances as a system user, and uses what their owners get', async () => {
  const { url } = zitadel.sandbox;
  const system = createSystemServiceClient(transport(systemToken(await zitadel.sandbox.systemUserKey(), url, zitadel.clock)));
  const { instanceId, pat, machineKey } = await system.createInstance({
    instanceName: 'By The Client',
    customDomain: 'client.example',
    owner: { case: 'machine', value: { userName: 'robot', name: 'Robot', personalAccessToken: {}, machineKey: { type: 1 } } },
  });
  expect(JSON.parse(new TextDecoder().decode(machineKey))).toMatchObject({ type: 'serviceaccount' });
  const { instance } = await system.getInstance({ instanceId });
  expect(instance?.domains.map(({ domain, primary }) => [domain, primary])).toContainEqual(['client.example', true]);
  const headers = { 'x-zitadel-instance-host': 'client.example' };
  expect((await createAdminServiceClient(transport(pat)).getMyInstance({}, { headers })).instance?.id).toBe(instanceId);
});

test.each([
  ['a status of gRPC', '', 3, []],
  ['one of ZITADEL', 'Sandbox', 6, ['V3-DKcYh']],
])('understands %s', async (_, name, code, ids) => {
  const refused = createManagementServiceClient(transport()).addOrg({ name });
  await expect(refused).rejects.toMatchObject({ name: 'ConnectError', code });
  const details = await refused.catch((error: { findDetails: (schema: typeof ErrorDetailSchema) => ErrorDetail[] }) =>
    error.findDetails(ErrorDetailSchema).map(({ id }) => id),
  );
  expect(details).toEqual(ids);
});

test('the id of an instance with a NUL character is that of none', async () => {
  const token = systemToken(await zitadel.sandbox.systemUserKey(), zitadel.sandbox.url, zitadel.clock);
  await expect(createSystemServiceClient(transport(token)).getInstance({ instanceId: '\0' })).rejects.toMatchObject({ code: 5 });
});

test('learns which methods there are', async () => {
  await expect(createManagementServiceClient(transport()).getMyOrg({})).resolves.toMatchObject({ org: { name: 'Sandbox' } });
  await expect(createAdminServiceClient(transport()).getSMTPConfig({})).rejects.toMatchObject({ code: 12 });
});
