import { ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { createServerTransport } from '@zitadel/client/node';
import { createAdminServiceClient, createManagementServiceClient, createSystemServiceClient } from '@zitadel/client/v1';
import { createOrganizationServiceClient } from '@zitadel/client/v2';
import { createClientTransport } from '@zitadel/client/web';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import { OrgState } from '@zitadel/proto/zitadel/org_pb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startZitadel, systemToken, type Zitadel } from '../../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

function bearer(token: string): Interceptor[] {
  return [
    (next) => (request) => {
      request.header.set('authorization', `Bearer ${token}`);
      return next(request);
    },
  ];
}

// ZITADEL's own clients for JavaScript, in the browser and in Node, over every transport that all services speak.
describe.each<[transport: string, create: (token: string, baseUrl: string) => Transport]>([
  ['web', (token, baseUrl) => createClientTransport(token, { baseUrl })],
  ['server', (token, baseUrl) => createServerTransport(token, { baseUrl })],
  ['gRPC, JSON', (token, baseUrl) => createGrpcTransport({ baseUrl, useBinaryFormat: false, interceptors: bearer(token) })],
  ['gRPC-Web', (token, baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1', interceptors: bearer(token) })],
  ['gRPC-Web over HTTP/2', (token, baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '2', interceptors: bearer(token) })],
  [
    'gRPC-Web, JSON',
    (token, baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false, interceptors: bearer(token) }),
  ],
])('%s', (name, create) => {
  const transport = (token = zitadel.owner) => create(token, zitadel.sandbox.url);
  const unique = name.replaceAll(/[^A-Za-z0-9]+/g, '-');

  test('creates organizations and reads them back', async () => {
    const { id, details } = await createManagementServiceClient(transport()).addOrg({ name: unique });
    expect(details).toMatchObject({ sequence: 5n, resourceOwner: id });
    const admin = createAdminServiceClient(transport());
    expect((await admin.getOrgByID({ id })).org).toMatchObject({ name: unique, state: OrgState.ACTIVE });
    const queries = [{ query: { case: 'nameQuery', value: { name: unique } } }] as const;
    const { details: found, result } = await admin.listOrgs({ queries: [...queries] });
    expect([found?.totalResult, result.map(({ primaryDomain }) => primaryDomain)]).toEqual([1n, [`${unique.toLowerCase()}.localhost`]]);
    expect((await admin.isOrgUnique({ name: unique })).isUnique).toBe(false);
    const v2 = await createOrganizationServiceClient(transport()).addOrganization({ name: `${unique} v2` });
    expect(v2.organizationId).toMatch(/^\d+$/);
  });

  test('creates instances as a system user, and uses what their owners get', async () => {
    const { url } = zitadel.sandbox;
    const customDomain = `${unique.toLowerCase()}.example`;
    const system = createSystemServiceClient(transport(systemToken(await zitadel.sandbox.systemUserKey(), url, zitadel.clock)));
    const { instanceId, pat } = await system.createInstance({
      instanceName: unique,
      customDomain,
      owner: { case: 'machine', value: { userName: 'robot', name: 'Robot', personalAccessToken: {} } },
    });
    const { instance } = await system.getInstance({ instanceId });
    expect(instance?.domains.map(({ domain, primary }) => [domain, primary])).toContainEqual([customDomain, true]);
    const headers = { 'x-zitadel-instance-host': customDomain };
    expect((await createAdminServiceClient(transport(pat)).getMyInstance({}, { headers })).instance?.id).toBe(instanceId);
  });

  test.each([
    ['a status of gRPC', '', 3, []],
    ['one of ZITADEL', 'Sandbox', 6, [{ id: 'V3-DKcYh', message: "Organisation's name or id already taken" }]],
  ])('understands %s', async (_, organization, code, details) => {
    const refused = await createManagementServiceClient(transport())
      .addOrg({ name: organization })
      .catch((error: unknown) => error);
    if (!(refused instanceof ConnectError)) throw new Error('It was not refused.');
    expect([refused.code, refused.findDetails(ErrorDetailSchema)]).toEqual([
      code,
      details.map((detail) => expect.objectContaining(detail)),
    ]);
  });

  test('learns which methods there are, and who it has to be', async () => {
    await expect(createManagementServiceClient(transport()).getMyOrg({})).resolves.toMatchObject({ org: { name: 'Sandbox' } });
    await expect(createAdminServiceClient(transport()).getSMTPConfig({})).rejects.toMatchObject({ code: 12 });
    await expect(createAdminServiceClient(transport('none')).getMyInstance({})).rejects.toMatchObject({ code: 16 });
  });
});

// The v1 services are not on it.
test.each<[transport: string, create: (token: string, baseUrl: string) => Transport]>([
  ['Connect', (token, baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1', interceptors: bearer(token) })],
  ['Connect over HTTP/2', (token, baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2', interceptors: bearer(token) })],
  [
    'Connect, binary',
    (token, baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: true, interceptors: bearer(token) }),
  ],
  [
    'Connect over HTTP/2, binary',
    (token, baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2', useBinaryFormat: true, interceptors: bearer(token) }),
  ],
])('%s creates organizations in the v2 API', async (name, create) => {
  const organizations = createOrganizationServiceClient(create(zitadel.owner, zitadel.sandbox.url));
  const { organizationId } = await organizations.addOrganization({ name });
  const { result } = await organizations.listOrganizations({ queries: [{ query: { case: 'idQuery', value: { id: organizationId } } }] });
  expect(result).toMatchObject([{ id: organizationId, name }]);
  const refused = await organizations.addOrganization({ name }).catch((error: unknown) => error);
  if (!(refused instanceof ConnectError)) throw new Error('It was not refused.');
  expect([refused.code, refused.findDetails(ErrorDetailSchema)]).toEqual([6, [expect.objectContaining({ id: 'V3-DKcYh' })]]);
});

test('sets an organization up', async () => {
  const { orgId, userId } = await createAdminServiceClient(createServerTransport(zitadel.owner, { baseUrl: zitadel.sandbox.url })).setUpOrg(
    {
      org: { name: 'Set Up', domain: 'setup.example' },
      user: {
        case: 'human',
        value: { userName: 'ada', profile: { firstName: 'Ada', lastName: 'Admin' }, email: { email: 'ada@acme.example' } },
      },
    },
  );
  expect([orgId, userId]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
});

test('the id of an instance with a NUL character is that of none', async () => {
  const { url } = zitadel.sandbox;
  const token = systemToken(await zitadel.sandbox.systemUserKey(), url, zitadel.clock);
  const system = createSystemServiceClient(createServerTransport(token, { baseUrl: url }));
  await expect(system.getInstance({ instanceId: '\0' })).rejects.toMatchObject({ code: 5 });
});

test('gets the key of a machine', async () => {
  const { url } = zitadel.sandbox;
  const token = systemToken(await zitadel.sandbox.systemUserKey(), url, zitadel.clock);
  const { machineKey } = await createSystemServiceClient(createServerTransport(token, { baseUrl: url })).createInstance({
    instanceName: 'With A Key',
    customDomain: 'key.example',
    owner: { case: 'machine', value: { userName: 'robot', name: 'Robot', machineKey: { type: 1 } } },
  });
  expect(JSON.parse(new TextDecoder().decode(machineKey))).toMatchObject({ type: 'serviceaccount' });
});
