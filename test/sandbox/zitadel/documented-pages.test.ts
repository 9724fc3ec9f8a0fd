import { afterAll, beforeAll, expect, test } from 'vitest';
import { asObject } from '../running-sandbox.ts';
import { startZitadel, type Zitadel } from './zitadel-harness.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };
const ID = expect.stringMatching(/^\d{17,19}$/);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/);
const ADDED = { sequence: expect.stringMatching(/^\d+$/), creationDate: TIME, resourceOwner: ID };

// The requests of the published pages, with the headers that they show. The real server never sends the `changeDate` of their examples.
test('Create Organization', async () => {
  const reply = await zitadel.send('POST', '/management/v1/orgs', { body: '{\n"name": "Customer A"\n}', headers: HEADERS });
  expect([reply.status, reply.json]).toEqual([200, { id: ID, details: ADDED }]);
  expect(asObject(reply.json['details'])['resourceOwner']).toBe(reply.json['id']);
});

test('Setup Organization, but for its role `string`, which no server knows', async () => {
  const body = {
    org: { name: 'ZITADEL Cloud', domain: 'zitadel.cloud' },
    human: {
      userName: 'gigi-giraffe',
      profile: {
        firstName: 'Gigi',
        lastName: 'Giraffe',
        nickName: 'gigi-giraffe',
        displayName: 'Gigi Giraffe',
        preferredLanguage: 'en',
        gender: 'GENDER_UNSPECIFIED',
      },
      email: { email: 'gigi@zitadel.com', isEmailVerified: true },
      phone: { phone: '+41 71 000 00 00', isPhoneVerified: true },
      password: 'my_53cr3t-P4$$w0rd',
    },
    roles: ['ORG_OWNER'],
  };
  const refused = await zitadel.send('POST', '/admin/v1/orgs/_setup', { body: { ...body, roles: ['string'] }, headers: HEADERS });
  expect([refused.status, refused.json['message']]).toEqual([400, 'Errors.Org.MemberInvalid (Org-4N8es)']);
  const reply = await zitadel.send('POST', '/admin/v1/orgs/_setup', { body, headers: HEADERS });
  expect([reply.status, reply.json]).toEqual([200, { details: ADDED, orgId: ID, userId: ID }]);
  expect(asObject(reply.json['details'])['resourceOwner']).toBe(reply.json['orgId']);
});

const HUMAN = {
  userName: 'string',
  email: { email: 'string@zitadel.com', isEmailVerified: true },
  profile: { firstName: 'string', lastName: 'string', preferredLanguage: 'string' },
  password: { password: 'my_53cr3t-P4$$w0rd', passwordChangeRequired: true },
};
const EXPIRES = '2519-04-01T08:45:00.000000Z';
const MACHINE = {
  userName: 'string',
  name: 'string',
  personalAccessToken: { expirationDate: EXPIRES },
  machineKey: { type: 'KEY_TYPE_JSON', expirationDate: EXPIRES },
};
const NEW_INSTANCE = { instanceName: 'string', firstOrgName: 'string', defaultLanguage: 'string' };

test('Create Instance takes one of the two owners of its page', async () => {
  const both = await zitadel.system('POST', '/instances/_create', { ...NEW_INSTANCE, human: HUMAN, machine: MACHINE });
  expect([both.status, both.json['code']]).toEqual([400, 3]);
  const human = await zitadel.system('POST', '/instances/_create', { ...NEW_INSTANCE, human: HUMAN });
  expect([human.status, human.json]).toEqual([200, { instanceId: ID, details: ADDED }]);
  const machine = await zitadel.system('POST', '/instances/_create', { ...NEW_INSTANCE, machine: MACHINE });
  const BASE64 = expect.stringMatching(/^[\w+/]+={0,2}$/);
  expect([machine.status, machine.json]).toEqual([200, { instanceId: ID, details: ADDED, pat: expect.any(String), machineKey: BASE64 }]);
});
