import { create, type DescMessage, fromJson, type JsonValue, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import * as admin from '@zitadel/proto/zitadel/admin_pb.js';
import { State } from '@zitadel/proto/zitadel/instance_pb.js';
import * as management from '@zitadel/proto/zitadel/management_pb.js';
import * as organizations from '@zitadel/proto/zitadel/org/v2/org_service_pb.js';
import { OrgState } from '@zitadel/proto/zitadel/org_pb.js';
import * as system from '@zitadel/proto/zitadel/system_pb.js';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../src/errors.ts';
import type { ApiRequest } from '../../../src/identity/operation.ts';
import * as app from '../../../src/identity/zitadel/app-requests.ts';
import { bodyOf } from '../../../src/identity/zitadel/body-fields.ts';
import * as domain from '../../../src/identity/zitadel/domain-requests.ts';
import * as instanceDomain from '../../../src/identity/zitadel/instance-domain-requests.ts';
import * as instance from '../../../src/identity/zitadel/instance-requests.ts';
import * as member from '../../../src/identity/zitadel/member-requests.ts';
import * as context from '../../../src/identity/zitadel/organization-context.ts';
import * as organization from '../../../src/identity/zitadel/organization-requests.ts';

const SET_UP = bodyOf({
  'org.name': 'Acme Corp',
  'org.domain': 'acme.example',
  'human.userName': 'jane',
  'human.profile.firstName': 'Jane',
  'human.profile.lastName': 'Doe',
  'human.profile.nickName': 'jd',
  'human.profile.displayName': 'Jane Doe',
  'human.profile.preferredLanguage': 'en',
  'human.profile.gender': 'GENDER_FEMALE',
  'human.email.email': 'jane@acme.example',
  'human.email.isEmailVerified': true,
  'human.phone.phone': '+41710000000',
  'human.phone.isPhoneVerified': true,
  'human.password': 'Secret-1234',
  roles: ['ORG_OWNER'],
});
const HUMAN = bodyOf({
  instanceName: 'Acme EU',
  firstOrgName: 'Acme',
  customDomain: 'acme.example',
  defaultLanguage: 'en',
  'human.userName': 'jane',
  'human.profile.firstName': 'Jane',
  'human.profile.lastName': 'Doe',
  'human.profile.preferredLanguage': 'en',
  'human.email.email': 'jane@acme.example',
  'human.email.isEmailVerified': true,
  'human.password.password': 'Secret-1234',
  'human.password.passwordChangeRequired': true,
});
const MACHINE = bodyOf({
  instanceName: 'Acme EU',
  'machine.userName': 'setup',
  'machine.name': 'Setup',
  'machine.personalAccessToken': {},
  'machine.personalAccessToken.expirationDate': '2099-12-31T00:00:00.000Z',
  'machine.machineKey.type': 'KEY_TYPE_JSON',
  'machine.machineKey.expirationDate': '2099-12-31T00:00:00.000Z',
});
const APP = { name: 'flowkiwi', redirectUri: 'http://127.0.0.1/callback' };
const APP_BODY = {
  name: APP.name,
  redirectUris: [APP.redirectUri],
  appType: 'OIDC_APP_TYPE_NATIVE',
  authMethodType: 'OIDC_AUTH_METHOD_TYPE_NONE',
};

const MEMBERSHIP = { organizationId: '1', userId: '2', roles: ['ORG_OWNER'] };
const DOMAIN = { organizationId: '1', domain: 'acme.example' };
const AT = { instanceId: '3', domain: 'acme.example' };

describe('what is sent is what the official descriptors have', () => {
  const id = '69629026806489455';
  test.each<[request: ApiRequest, line: string, schema: DescMessage | undefined, header?: string]>([
    [organization.createOrganization('Acme Corp', undefined).request, 'POST /management/v1/orgs', management.AddOrgRequestSchema],
    [organization.createOrganization('Acme Corp', id).request, 'POST /management/v1/orgs', management.AddOrgRequestSchema, id],
    [organization.getOrganization(id).request, `GET /admin/v1/orgs/${id}`, undefined],
    [context.getOrganizationAsMember(id).request, 'GET /management/v1/orgs/me', undefined, id],
    [organization.renameOrganization(id, 'Acme').request, 'PUT /management/v1/orgs/me', management.UpdateOrgRequestSchema, id],
    [organization.deleteOrganization(id, 'administrator').request, `DELETE /admin/v1/orgs/${id}`, undefined],
    [organization.deleteOrganization(id, 'owner').request, 'DELETE /management/v1/orgs/me', undefined, id],
    [organization.setUpOrganization(SET_UP).request, 'POST /admin/v1/orgs/_setup', admin.SetUpOrgRequestSchema],
    [app.createProject('flowkiwi', id).request, 'POST /management/v1/projects', management.AddProjectRequestSchema, id],
    [app.findProject('flowkiwi', undefined).request, 'POST /management/v1/projects/_search', management.ListProjectsRequestSchema],
    [app.findApp(id, APP, id).request, `POST /management/v1/projects/${id}/apps/_search`, management.ListAppsRequestSchema, id],
    [instance.createInstance(HUMAN).request, 'POST /system/v1/instances/_create', system.CreateInstanceRequestSchema],
    [instance.createInstance(MACHINE).request, 'POST /system/v1/instances/_create', system.CreateInstanceRequestSchema],
    [instance.getInstance(id).request, `GET /system/v1/instances/${id}`, undefined],
    [instance.getOwnInstance().request, 'GET /admin/v1/instances/me', undefined],
    [instance.renameInstance(id, 'Acme').request, `PUT /system/v1/instances/${id}`, system.UpdateInstanceRequestSchema],
    [instance.deleteInstance(id).request, `DELETE /system/v1/instances/${id}`, undefined],
    [
      organization.activateOrganization(id, false).request,
      'POST /management/v1/orgs/me/_deactivate',
      management.DeactivateOrgRequestSchema,
      id,
    ],
    [
      organization.activateOrganization(id, true).request,
      'POST /management/v1/orgs/me/_reactivate',
      management.ReactivateOrgRequestSchema,
      id,
    ],
    [member.listMemberRoles(id).request, 'POST /management/v1/orgs/members/roles/_search', undefined, id],
    [member.addMember(MEMBERSHIP).request, 'POST /management/v1/orgs/me/members', management.AddOrgMemberRequestSchema, '1'],
    [member.updateMember(MEMBERSHIP).request, 'PUT /management/v1/orgs/me/members/2', management.UpdateOrgMemberRequestSchema, '1'],
    [member.removeMember('1', '2').request, 'DELETE /management/v1/orgs/me/members/2', undefined, '1'],
    [domain.addOrganizationDomain(DOMAIN).request, 'POST /management/v1/orgs/me/domains', management.AddOrgDomainRequestSchema, '1'],
    [domain.removeOrganizationDomain(DOMAIN).request, 'DELETE /management/v1/orgs/me/domains/acme.example', undefined, '1'],
    [domain.setPrimaryOrganizationDomain(DOMAIN).request, 'POST /management/v1/orgs/me/domains/acme.example/_set_primary', undefined, '1'],
    [
      domain.generateChallenge(DOMAIN, 'dns').request,
      'POST /management/v1/orgs/me/domains/acme.example/validation/_generate',
      management.GenerateOrgDomainValidationRequestSchema,
      '1',
    ],
    [
      domain.validateDomain(DOMAIN).request,
      'POST /management/v1/orgs/me/domains/acme.example/validation/_validate',
      management.ValidateOrgDomainRequestSchema,
      '1',
    ],
    [instanceDomain.addInstanceDomain(AT).request, 'POST /system/v1/instances/3/domains', system.AddDomainRequestSchema],
    [instanceDomain.removeInstanceDomain(AT).request, 'DELETE /system/v1/instances/3/domains/acme.example', undefined],
    [
      instanceDomain.setPrimaryInstanceDomain(AT).request,
      'POST /system/v1/instances/3/domains/_set_primary',
      system.SetPrimaryDomainRequestSchema,
    ],
    [instanceDomain.blockInstance('3', true).request, 'PUT /system/v1/instances/3/limits', system.SetLimitsRequestSchema],
    [instanceDomain.blockInstance('3', false).request, 'PUT /system/v1/instances/3/limits', system.SetLimitsRequestSchema],
  ])('$method $path', ({ method, path, json, headers }, line, schema, header) => {
    expect(`${method} ${path}`).toBe(line);
    expect(headers).toEqual(header === undefined ? undefined : { 'x-zitadel-orgid': header });
    expect(json === undefined).toBe(schema === undefined);
    // Strict: a field that it does not have is refused.
    if (schema) expect(toJson(schema, fromJson(schema, asJson(json)))).toEqual(withoutMilliseconds(asJson(json)));
  });

  test('an app is created with the settings that signing in from a terminal needs, in the project that the path names', () => {
    const { method, path, json } = app.createNativeApp(id, APP, undefined).request;
    expect(`${method} ${path}`).toBe(`POST /management/v1/projects/${id}/apps/oidc`);
    const message = fromJson(management.AddOIDCAppRequestSchema, asJson(json));
    // The zero value is left out of an object, but not out of a list.
    const [authorizationCode, ...others] = ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'DEVICE_CODE'].map(
      (grant) => `OIDC_GRANT_TYPE_${grant}`,
    );
    expect(toJson(management.AddOIDCAppRequestSchema, message)).toEqual({
      ...APP_BODY,
      responseTypes: ['OIDC_RESPONSE_TYPE_CODE'],
      grantTypes: [authorizationCode, ...others],
    });
  });

  test('an id of one’s own goes out in the field of the descriptors, or in the one that later servers have in its place', () => {
    const { json } = organization.createOrganizationWithId('Acme Corp', { id: 'acme', field: 'orgId' }).request;
    const message = fromJson(organizations.AddOrganizationRequestSchema, asJson(json));
    expect(toJson(organizations.AddOrganizationRequestSchema, message)).toEqual({ name: 'Acme Corp', orgId: 'acme' });
    const later = organization.createOrganizationWithId('Acme Corp', { id: 'acme', field: 'organizationId' }).request.json;
    expect(later).toEqual({ name: 'Acme Corp', organizationId: 'acme' });
  });
});

test.each<[what: string, status: number, body: unknown, field: string]>([
  ['has no such path', 404, { code: 5, message: 'Not Found' }, 'orgId'],
  ['has it for other methods', 405, { code: 12, message: 'Method Not Allowed' }, 'organizationId'],
  ['has it, as older gateways say it', 501, { code: 12, message: 'Method Not Allowed' }, 'organizationId'],
  ['has even this method', 404, { code: 5, message: 'Organisation not found (QUERY-leq5Q)' }, 'organizationId'],
  ['says nothing of it', 403, 'forbidden', 'orgId'],
])('the field of an id of one’s own, at a server that %s', (_, status, body, field) => {
  const response = { status, headers: {}, body: JSON.stringify(body), url: new URL('https://zitadel.example') };
  expect(organization.ownIdField(response)).toBe(field);
});

function asJson(value: unknown): JsonValue {
  const json: JsonValue = JSON.parse(JSON.stringify(value));
  return json;
}

/** Timestamps are written with no more digits than they need. */
function withoutMilliseconds(json: JsonValue): JsonValue {
  const shortened: JsonValue = JSON.parse(JSON.stringify(json).replaceAll('.000Z', 'Z'));
  return shortened;
}

const DETAILS = { sequence: 2n, creationDate: { seconds: 1_712_567_557n }, resourceOwner: '1' };
const READ_DETAILS = { created_at: '2024-04-08T09:12:37Z', updated_at: null, sequence: '2' };
const ORG = { id: '1', name: 'Acme Corp', primaryDomain: 'acme.localhost', state: OrgState.ACTIVE, details: DETAILS };
const READ_ORG = { id: '1', name: 'Acme Corp', primary_domain: 'acme.localhost', state: 'active', ...READ_DETAILS };
const NEW_ORG = { ...READ_ORG, primary_domain: null, state: null };
const INSTANCE = {
  id: '2',
  name: 'Acme EU',
  version: 'v4.10.1',
  state: State.RUNNING,
  details: DETAILS,
  domains: [
    { domain: 'acme-eu-x.localhost', generated: true },
    { domain: 'acme.example', primary: true },
  ],
};
const READ_INSTANCE = {
  id: '2',
  name: 'Acme EU',
  version: 'v4.10.1',
  state: 'running',
  primary_domain: 'acme.example',
  domains: ['acme-eu-x.localhost', 'acme.example'],
  ...READ_DETAILS,
};

/** An answer as the official descriptors write it. */
function said<S extends DescMessage>(schema: S, message: MessageInitShape<S>): unknown {
  return toJson(schema, create(schema, message));
}

describe('what is answered, as the official descriptors write it, is read', () => {
  test.each<[what: string, read: (json: unknown) => unknown, json: unknown, value: unknown]>([
    [
      'a new organization',
      organization.createOrganization(' Acme Corp ', undefined).interpret,
      said(management.AddOrgResponseSchema, { id: '1', details: DETAILS }),
      NEW_ORG,
    ],
    [
      'one with an id',
      organization.createOrganizationWithId('Acme Corp', { id: '1', field: 'orgId' }).interpret,
      said(organizations.AddOrganizationResponseSchema, { organizationId: '1', details: { sequence: 2n } }),
      { ...NEW_ORG, created_at: null },
    ],
    ['an organization', organization.getOrganization('1').interpret, said(admin.GetOrgByIDResponseSchema, { org: ORG }), READ_ORG],
    ['one’s own', context.getOrganizationAsMember(undefined).interpret, said(management.GetMyOrgResponseSchema, { org: ORG }), READ_ORG],
    [
      'a removed one',
      organization.getOrganization('1').interpret,
      said(admin.GetOrgByIDResponseSchema, { org: { ...ORG, state: OrgState.UNSPECIFIED } }),
      { ...READ_ORG, state: 'removed' },
    ],
    [
      'a set-up',
      organization.setUpOrganization(SET_UP).interpret,
      said(admin.SetUpOrgResponseSchema, { orgId: '1', userId: '3', details: DETAILS }),
      { organization: NEW_ORG, user_id: '3' },
    ],
    ['an instance', instance.getInstance('2').interpret, said(system.GetInstanceResponseSchema, { instance: INSTANCE }), READ_INSTANCE],
    [
      'one’s own instance',
      instance.getOwnInstance().interpret,
      said(admin.GetMyInstanceResponseSchema, { instance: INSTANCE }),
      READ_INSTANCE,
    ],
    [
      'a new instance',
      instance.createInstance(MACHINE).interpret,
      said(system.CreateInstanceResponseSchema, {
        instanceId: '2',
        details: DETAILS,
        pat: 'pat',
        machineKey: Buffer.from('{"keyId":"4"}'),
      }),
      { id: '2', first_organization_id: '1', created_at: READ_DETAILS.created_at, sequence: '2', pat: 'pat', machineKey: '{"keyId":"4"}' },
    ],
    [
      'a new instance of a person',
      instance.createInstance(HUMAN).interpret,
      said(system.CreateInstanceResponseSchema, { instanceId: '2' }),
      { id: '2', first_organization_id: null, created_at: null, sequence: null },
    ],
    ['an empty answer to a create', organization.createOrganization('Acme', undefined).interpret, {}, undefined],
    ['an empty answer to a read', organization.getOrganization('1').interpret, {}, undefined],
    ['something else', instance.getInstance('2').interpret, [], undefined],
  ])('%s', (_, read, json, value) => {
    expect(read(json)).toEqual(value);
  });
});

test.each<[what: string, machineKey: string, read: string]>([
  ['a text in base64', 'eyJr', '{"k'],
  ['another text', '!!!notb64', '!!!notb64'],
  ['bytes that are no text', '//4=', '//4='],
])('a key is read, or left as it came: %s', (_, machineKey, read) => {
  expect(instance.createInstance(MACHINE).interpret({ instanceId: '2', machineKey })?.machineKey).toBe(read);
});

describe('what the server would fail with late is refused before', () => {
  test.each<[what: string, make: () => unknown]>([
    ['a blank organization', () => organization.createOrganization('   ', undefined)],
    ['an organization of punctuation', () => organization.createOrganization('!!!', undefined)],
    ['one that is too long', () => organization.createOrganization('a'.repeat(201), undefined)],
    ['a new name of punctuation', () => organization.renameOrganization('1', '--')],
    ['an instance with an umlaut', () => instance.renameInstance('1', 'Ärger')],
    ['an instance with an underscore', () => instance.renameInstance('1', 'a_b')],
  ])('%s', (_, make) => {
    expect(make).toThrow(CliError);
  });

  test.each(['Acme Corp', 'Ärger & Söhne', '株式会社', 'a'.repeat(200), '😀 1'])('the organization %s may be', (name) => {
    expect(organization.createOrganization(name, undefined).request.json).toEqual({ name });
  });
});
