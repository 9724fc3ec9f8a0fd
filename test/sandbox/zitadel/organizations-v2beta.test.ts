import { createClientFor } from '@zitadel/client';
import { createServerTransport } from '@zitadel/client/node';
import { DomainValidationType, OrgState } from '@zitadel/proto/zitadel/org/v2beta/org_pb';
import { OrganizationService } from '@zitadel/proto/zitadel/org/v2beta/org_service_pb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startZitadel, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

/** ZITADEL's own client of the service, as the owner of the instance unless another token is given. */
function client(token = zitadel.owner) {
  return createClientFor(OrganizationService)(createServerTransport(token, { baseUrl: zitadel.sandbox.url }));
}

async function created(name: string): Promise<string> {
  return (await client().createOrganization({ name })).id;
}

async function named(name: string) {
  const filter = [{ filter: { case: 'nameFilter', value: { name } } }] as const;
  return (await client().listOrganizations({ filter: [...filter] })).organizations;
}

test('an organization is created with its administrators, found, renamed, switched off and on, and deleted', async () => {
  const human = { username: 'ada', profile: { givenName: 'Ada', familyName: 'Admin' }, email: { email: 'ada@acme.example' } };
  const { id, creationDate, organizationAdmins } = await client().createOrganization({
    name: 'Beta',
    id: 'beta-1',
    admins: [{ userType: { case: 'human', value: human } }],
  });
  expect([id, creationDate, organizationAdmins]).toMatchObject(['beta-1', {}, [{ OrganizationAdmin: { case: 'createdAdmin' } }]]);
  expect(await named('Beta')).toMatchObject([{ id, state: OrgState.ACTIVE, primaryDomain: 'beta.localhost' }]);
  expect((await client().updateOrganization({ id, name: 'Beta Two' })).changeDate).toBeDefined();
  await client().deactivateOrganization({ id });
  expect(await named('Beta Two')).toMatchObject([{ id, state: OrgState.INACTIVE, primaryDomain: 'beta-two.localhost' }]);
  await expect(client().deactivateOrganization({ id })).rejects.toMatchObject({ code: 9 });
  await client().activateOrganization({ id });
  expect((await client().deleteOrganization({ id })).deletionDate).toBeDefined();
  expect(await named('Beta Two')).toEqual([]);
  // What is gone is deleted.
  expect((await client().deleteOrganization({ id })).deletionDate).toBeUndefined();
});

test('organizations come in pages', async () => {
  for (const name of ['Page A', 'Page B', 'Page C']) await created(name);
  const filter = [{ filter: { case: 'nameFilter', value: { name: 'Page', method: 2 } } }] as const;
  const { pagination, organizations } = await client().listOrganizations({
    filter: [...filter],
    pagination: { offset: 1n, limit: 1, asc: true },
    sortingColumn: 1,
  });
  expect([pagination?.totalResult, organizations.map(({ name }) => name)]).toEqual([3n, ['Page B']]);
});

test('domains are added, verified by a token and deleted', async () => {
  const organizationId = await created('Domains');
  const domains = async () =>
    (await client().listOrganizationDomains({ organizationId })).domains.map(({ domainName, isVerified }) => [domainName, isVerified]);
  await client().addOrganizationDomain({ organizationId, domain: 'trusted.example' });
  await zitadel.switchTo('zitadelDomains=validated');
  const of = { organizationId, domain: 'claimed.example' };
  await client().addOrganizationDomain(of);
  await expect(client().verifyOrganizationDomain(of)).rejects.toMatchObject({ code: 9 });
  const type = DomainValidationType.DNS;
  expect((await client().generateOrganizationDomainValidation({ ...of, type })).url).toBe('_zitadel-challenge.claimed.example');
  expect(await domains()).toContainEqual(['claimed.example', false]);
  await client().verifyOrganizationDomain(of);
  await zitadel.switchTo();
  expect(await domains()).toEqual([
    ['domains.localhost', true],
    ['trusted.example', true],
    ['claimed.example', true],
  ]);
  await client().deleteOrganizationDomain(of);
  expect(await domains()).not.toContainEqual(['claimed.example', true]);
  await expect(client().deleteOrganizationDomain(of)).rejects.toMatchObject({ code: 5 });
});

test('metadata are set, found by their keys and deleted', async () => {
  const organizationId = await created('Metadata');
  const value = new TextEncoder().encode('\0ü');
  const set = [
    { key: 'plan', value },
    { key: 'tier', value: new Uint8Array([1]) },
  ];
  expect((await client().setOrganizationMetadata({ organizationId, metadata: set })).setDate).toBeDefined();
  const filter = [{ query: { case: 'keyQuery', value: { key: 'plan' } } }] as const;
  const { metadata } = await client().listOrganizationMetadata({ organizationId, filter: [...filter] });
  expect(metadata.map(({ key, value: read }) => [key, [...read]])).toEqual([['plan', [...value]]]);
  await client().deleteOrganizationMetadata({ organizationId, keys: ['plan'] });
  expect((await client().listOrganizationMetadata({ organizationId })).metadata.map(({ key }) => key)).toEqual(['tier']);
  await expect(client().deleteOrganizationMetadata({ organizationId, keys: ['plan'] })).rejects.toMatchObject({ code: 5 });
});

test('an owner may change their organization and no other, whatever the header says', async () => {
  const [own, other] = [await created('Own'), await created('Not Own')];
  const owner = client(await zitadel.tokenFor('owner@acme.example', ['ORG_OWNER'], own));
  await owner.updateOrganization({ id: own, name: 'Still Own' });
  await expect(owner.updateOrganization({ id: other, name: 'Mine' })).rejects.toMatchObject({ code: 5 });
  await expect(client().updateOrganization({ id: '42', name: 'Nobody' })).rejects.toMatchObject({ code: 5 });
});

test('the old server has none of it', async () => {
  await zitadel.switchTo('zitadel=2.70');
  const { status } = await zitadel.send('POST', '/v2beta/organizations/1/deactivate', { body: {} });
  await zitadel.switchTo();
  expect(status).toBe(404);
});
