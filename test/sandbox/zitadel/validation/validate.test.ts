import { create, type DescMessage, fromJson, getOption, type MessageInitShape } from '@bufbuild/protobuf';
import { rules } from '@zitadel/proto/validate/validate_pb';
import { AdminService, ListOrgsRequestSchema, SetUpOrgRequestSchema } from '@zitadel/proto/zitadel/admin_pb';
import { AddOrgRequestSchema, AddProjectRoleRequestSchema, ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { AddOrganizationRequestSchema, OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import { CreateInstanceRequestSchema, ListInstancesRequestSchema, SystemService } from '@zitadel/proto/zitadel/system_pb';
import { expect, test } from 'vitest';
import { KNOWN_RULES } from '../../../../src/sandbox/zitadel/validation/rules.ts';
import { firstViolation } from '../../../../src/sandbox/zitadel/validation/validate.ts';

function violation<Schema extends DescMessage>(schema: Schema, init: MessageInitShape<Schema>): string | undefined {
  return firstViolation(schema, create(schema, init));
}

const setUp = (init: MessageInitShape<typeof SetUpOrgRequestSchema>) => violation(SetUpOrgRequestSchema, init);
const instance = (init: MessageInitShape<typeof CreateInstanceRequestSchema>) =>
  violation(CreateInstanceRequestSchema, { instanceName: 'Acme', ...init });
const search = (init: MessageInitShape<typeof ListOrgsRequestSchema>) => violation(ListOrgsRequestSchema, init);

const EMBEDDED = 'embedded message failed validation | caused by:';
const LENGTH = 'value length must be between 1 and 200 runes, inclusive';
const human = { userName: 'ada', profile: { firstName: 'Ada', lastName: 'Admin' }, email: { email: 'ada@acme.example' } };
const org = { name: 'Acme' };
const named = (name: string) => violation(AddOrgRequestSchema, { name });
const person = (change: object) => setUp({ org, user: { case: 'human', value: { ...human, ...change } } });
const address = (email: string) => person({ email: { email } });
const inAddress = `invalid SetUpOrgRequest.Human: ${EMBEDDED} invalid SetUpOrgRequest_Human.Email: ${EMBEDDED} invalid SetUpOrgRequest_Human_Email.Email: value must be a valid email address | caused by:`;

test.each<[what: string, found: string | undefined, expected: string | undefined]>([
  ['a good name', named('Acme'), undefined],
  ['no name', named(''), `invalid AddOrgRequest.Name: ${LENGTH}`],
  ['200 characters outside the basic plane', named('𝒳'.repeat(200)), undefined],
  ['201 characters', named('x'.repeat(201)), `invalid AddOrgRequest.Name: ${LENGTH}`],
  ['a message that is needed', setUp({ user: { case: 'human', value: human } }), 'invalid SetUpOrgRequest.Org: value is required'],
  ['a oneof that is needed', setUp({ org }), 'invalid SetUpOrgRequest.User: value is required'],
  ['fields before oneofs', setUp({ org: {} }), `invalid SetUpOrgRequest.Org: ${EMBEDDED} invalid SetUpOrgRequest_Org.Name: ${LENGTH}`],
  ['a good person', person({}), undefined],
  [
    'only the first violation',
    person({ userName: '', profile: undefined }),
    `invalid SetUpOrgRequest.Human: ${EMBEDDED} invalid SetUpOrgRequest_Human.UserName: ${LENGTH}`,
  ],
  [
    'a prefix',
    person({ phone: { phone: '0711' } }),
    `invalid SetUpOrgRequest.Human: ${EMBEDDED} invalid SetUpOrgRequest_Human.Phone: ${EMBEDDED} invalid SetUpOrgRequest_Human_Phone.Phone: value does not have prefix "+"`,
  ],
  ['an address', address('ada'), `${inAddress} mail: missing '@' or angle-addr`],
  ['no address', address(''), `${inAddress} mail: no address`],
  ['a long local part', address(`${'x'.repeat(65)}@acme.example`), `${inAddress} email address local phrase cannot exceed 64 characters`],
  ['a bad host', address('ada@acme_corp'), `${inAddress} hostname parts can only contain alphanumeric characters or hyphens, got "_"`],
  ['a host with a hyphen', address('ada@-acme'), `${inAddress} hostname parts cannot begin with hyphens`],
  ['an address with a name', address('Ada <ada@acme.example>'), undefined],
  ['no owner', instance({}), 'invalid CreateInstanceRequest.Owner: value is required'],
  ['no instance name', instance({ instanceName: '' }), `invalid CreateInstanceRequest.InstanceName: ${LENGTH}`],
  [
    'only a maximum',
    instance({ firstOrgName: 'x'.repeat(201) }),
    'invalid CreateInstanceRequest.FirstOrgName: value length must be at most 200 runes',
  ],
  [
    'a value that is not allowed',
    instance({ owner: { case: 'machine', value: { machineKey: {} } } }),
    `invalid CreateInstanceRequest.Machine: ${EMBEDDED} invalid CreateInstanceRequest_Machine.MachineKey: ${EMBEDDED} invalid CreateInstanceRequest_MachineKey.Type: value must not be in list [KEY_TYPE_UNSPECIFIED]`,
  ],
  [
    'a value that does not exist',
    firstViolation(ListOrgsRequestSchema, fromJson(ListOrgsRequestSchema, { queries: [{ nameQuery: { method: 99 } }] })),
    `invalid ListOrgsRequest.Queries[0]: ${EMBEDDED} invalid OrgQuery.NameQuery: ${EMBEDDED} invalid OrgNameQuery.Method: value must be one of the defined enum values`,
  ],
  [
    'an empty query',
    search({ queries: [{ query: { case: 'idQuery', value: { id: '1' } } }, {}] }),
    `invalid ListOrgsRequest.Queries[1]: ${EMBEDDED} invalid OrgQuery.Query: value is required`,
  ],
  [
    'too many items',
    violation(ListInstancesRequestSchema, { queries: [{ query: { case: 'domainQuery', value: { domains: Array(21).fill('x') } } }] }),
    `invalid ListInstancesRequest.Queries[0]: ${EMBEDDED} invalid Query.DomainQuery: ${EMBEDDED} invalid DomainsQuery.Domains: value must contain no more than 20 item(s)`,
  ],
  [
    'an item',
    violation(ListInstancesRequestSchema, { queries: [{ query: { case: 'domainQuery', value: { domains: ['x', ''] } } }] }),
    `invalid ListInstancesRequest.Queries[0]: ${EMBEDDED} invalid Query.DomainQuery: ${EMBEDDED} invalid DomainsQuery.Domains[1]: value length must be between 1 and 100 runes, inclusive`,
  ],
  [
    'bytes',
    violation(AddOrganizationRequestSchema, {
      name: 'x',
      admins: [
        {
          userType: {
            case: 'human',
            value: { profile: { givenName: 'x', familyName: 'x' }, email: { email: 'x@y.z' }, metadata: [{ key: 'x' }] },
          },
        },
      ],
    }),
    `invalid AddOrganizationRequest.Admins[0]: ${EMBEDDED} invalid AddOrganizationRequest_Admin.Human: ${EMBEDDED} invalid AddHumanUserRequest.Metadata[0]: ${EMBEDDED} invalid SetMetadataEntry.Value: value length must be between 1 and 500000 bytes, inclusive`,
  ],
  [
    'an optional text that is absent',
    violation(AddOrganizationRequestSchema, {
      name: 'x',
      admins: [{ userType: { case: 'human', value: { profile: { givenName: 'x', familyName: 'x' }, email: { email: 'x@y.z' } } } }],
    }),
    undefined,
  ],
  ['a role of a project', violation(AddProjectRoleRequestSchema, { projectId: '1' }), `invalid AddProjectRoleRequest.RoleKey: ${LENGTH}`],
])('%s', (_, found, expected) => {
  expect(found).toBe(expected);
});

test('every kind of rule that a request of these APIs can break is known', () => {
  const kinds = new Set<unknown>();
  const seen = new Set<DescMessage>();
  const collect = (message: DescMessage): void => {
    if (seen.has(message)) return;
    seen.add(message);
    for (const field of message.fields) {
      kinds.add(getOption(field, rules).type.case);
      if (field.message !== undefined) collect(field.message);
    }
  };
  for (const { methods } of [AdminService, ManagementService, SystemService, OrganizationService]) {
    for (const { input } of methods) collect(input);
  }
  expect([...kinds].filter((kind) => !KNOWN_RULES.some((known) => known === kind))).toEqual([]);
});
