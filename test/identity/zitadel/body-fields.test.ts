import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { SetUpOrgRequestSchema } from '@zitadel/proto/zitadel/admin_pb.js';
import { describe, expect, test } from 'vitest';
import { CliError, type Violation } from '../../../src/errors.ts';
import { bodyOf, canonicalBody, checkedBody, textAt } from '../../../src/identity/zitadel/body-fields.ts';
import { HUMAN_INSTANCE_FIELDS, MACHINE_INSTANCE_FIELDS, SET_UP_FIELDS } from '../../../src/identity/zitadel/request-fields.ts';

test('values stand at their paths; what is not said is left out', () => {
  const body = bodyOf({ 'a.b': 'x', 'a.c.d': true, e: ['y'], f: false, g: undefined, h: [], 'i.j': {}, 'i.j.k': 'z' });
  expect(body).toEqual({ a: { b: 'x', c: { d: true } }, e: ['y'], i: { j: { k: 'z' } } });
  expect([textAt(body, 'a.b'), textAt(body, 'a.c.d'), textAt(body, 'no.such')]).toEqual(['x', undefined, undefined]);
});

const SET_UP = {
  'org.name': 'Acme Corp',
  'human.userName': 'jane',
  'human.profile.firstName': 'Jane',
  'human.profile.lastName': 'Doe',
  'human.email.email': 'jane@acme.example',
};
const HUMAN = {
  instanceName: 'Acme EU',
  'human.userName': 'jane',
  'human.profile.firstName': 'Jane',
  'human.profile.lastName': 'Doe',
  'human.email.email': 'jane@acme.example',
};
const MACHINE = { instanceName: 'Acme EU', 'machine.userName': 'setup', 'machine.name': 'Setup' };
const REQUESTS = {
  setup: [SET_UP_FIELDS, SET_UP],
  human: [HUMAN_INSTANCE_FIELDS, HUMAN],
  machine: [MACHINE_INSTANCE_FIELDS, MACHINE],
} as const;

function violations(
  request: keyof typeof REQUESTS,
  changes: Parameters<typeof bodyOf>[0],
  named: 'flag' | 'path' = 'flag',
): readonly Violation[] {
  const [fields, values] = REQUESTS[request];
  try {
    checkedBody(fields, bodyOf({ ...values, ...changes }), 'it', named);
    return [];
  } catch (error) {
    if (error instanceof CliError && error.code === 'invalid') return error.violations;
    throw error;
  }
}

describe('each error names the flag', () => {
  test.each<[request: keyof typeof REQUESTS, path: string, value: string | readonly string[] | undefined, flag: string, message: RegExp]>([
    ['setup', 'org.name', undefined, 'NAME', /missing/],
    ['setup', 'org.name', '!!!', 'NAME', /letter or a digit/],
    ['setup', 'org.name', 'a'.repeat(201), 'NAME', /200 characters/],
    ['setup', 'org.domain', 'Acme.Example', '--domain', /lower case/],
    ['setup', 'human.userName', ' ', '--user-name', /empty/],
    ['setup', 'human.userName', '😀'.repeat(201), '--user-name', /200 characters/],
    ['setup', 'human.profile.firstName', undefined, '--first-name', /missing/],
    ['setup', 'human.profile.lastName', undefined, '--last-name', /missing/],
    ['setup', 'human.profile.nickName', 'a'.repeat(201), '--nick-name', /200/],
    ['setup', 'human.profile.displayName', 'a'.repeat(201), '--display-name', /200/],
    ['setup', 'human.profile.preferredLanguage', 'a'.repeat(11), '--language', /10/],
    ['setup', 'human.profile.gender', 'female', '--gender', /GENDER_FEMALE/],
    ['setup', 'human.email.email', 'jane', '--email', /not an e-mail address/],
    ['setup', 'human.phone.phone', '0711234', '--phone', /begins with \+/],
    ['setup', 'human.phone.phone', `+${'1'.repeat(50)}`, '--phone', /50 characters/],
    ['setup', 'roles', ['ORG_OWNER', 'IAM_OWNER'], '--role', /ORG_/],
    ['human', 'instanceName', 'a_b', 'NAME', /letters A to Z/],
    ['human', 'instanceName', 'Ä', 'NAME', /letters A to Z/],
    ['human', 'instanceName', '...', 'NAME', /letter or a digit/],
    ['human', 'customDomain', 'localhost', '--domain', /domain name/],
    ['human', 'customDomain', 'acme_eu.example', '--domain', /domain name/],
    ['human', 'firstOrgName', '!!!', '--first-org', /letter or a digit/],
    ['human', 'human.userName', undefined, '--user-name', /missing/],
    ['human', 'defaultLanguage', 'zz_%', '--language', /not a language tag/],
    ['human', 'human.profile.firstName', '', '--first-name', /empty/],
    ['human', 'human.profile.lastName', undefined, '--last-name', /missing/],
    ['human', 'human.email.email', undefined, '--email', /missing/],
    ['human', 'human.password.password', 'a'.repeat(73), '--password-stdin', /72 bytes/],
    ['machine', 'machine.userName', undefined, '--machine-user-name', /missing/],
    ['machine', 'machine.name', undefined, '--machine', /missing/],
    ['machine', 'defaultLanguage', 'a'.repeat(11), '--language', /10/],
  ])('%s: %s', (request, path, value, flag, message) => {
    const found = violations(request, { [path]: value });
    expect(found).toEqual([{ field: flag, message: expect.stringMatching(message) }]);
  });

  test.each(Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])('%s: what is right is right', (request) => {
    expect(violations(request, {})).toEqual([]);
  });

  test('a flag that is two fields once', () => {
    const tag = 'a'.repeat(11);
    expect(violations('human', { defaultLanguage: tag, 'human.profile.preferredLanguage': tag }).map(({ field }) => field)).toEqual([
      '--language',
    ]);
  });

  test('all of them at once', () => {
    expect(violations('setup', { 'org.name': undefined, 'human.email.email': 'x' }).map(({ field }) => field)).toEqual(['NAME', '--email']);
  });
});

test('a body is checked and sent in one form, whichever of those the API takes it has', () => {
  const given = {
    org: { name: 'Acme', domain: null },
    human: {
      user_name: 'jane',
      profile: { first_name: 'Jane', lastName: 'Doe', gender: 1, nick_name: null },
      email: { email: 'jane@acme.example', is_email_verified: true },
      phone: null,
    },
    roles: null,
  };
  const sent = checkedBody(SET_UP_FIELDS, canonicalBody(SET_UP_FIELDS, given), 'it', 'path');
  expect(sent).toEqual({
    org: { name: 'Acme' },
    human: {
      userName: 'jane',
      profile: { firstName: 'Jane', lastName: 'Doe', gender: 'GENDER_FEMALE' },
      email: { email: 'jane@acme.example', isEmailVerified: true },
    },
  });
  const json: JsonValue = JSON.parse(JSON.stringify(given));
  const [meant, same] = [json, JSON.parse(JSON.stringify(sent))].map((one) => fromJson(SetUpOrgRequestSchema, one));
  expect(same).toEqual(meant);
});

test.each<[what: string, body: Readonly<Record<string, unknown>>]>([
  ['both names of a field', { human: { userName: 'jane', user_name: 'john' } }],
  ['a name that neither has', { human: { user_Name: 'jane' } }],
  ['a number that is not a gender', { human: { profile: { gender: 4 } } }],
])('%s stays unchanged, and is refused', (_, body) => {
  expect(canonicalBody(SET_UP_FIELDS, body)).toEqual(body);
});

describe('a file names its own fields', () => {
  test.each<[what: string, body: Readonly<Record<string, unknown>>, field: string, message: RegExp]>([
    ['a field that there is none of', { org: { name: 'Acme', nmae: 'x' } }, 'org.nmae', /not a field/],
    ['a part that there is none of', { orgs: {} }, 'orgs', /not a field/],
    ['a name that is a number', { org: { name: 1 } }, 'org.name', /not text/],
    ['a switch that is a text', { human: { email: { isEmailVerified: 'yes' } } }, 'human.email.isEmailVerified', /neither true nor false/],
    ['roles that are a text', { roles: 'ORG_OWNER' }, 'roles', /not a list/],
    ['roles that are numbers', { roles: [1] }, 'roles', /not a list/],
    ['a part that is a text', { human: 'jane' }, 'human', /not a field/],
  ])('%s', (_, body, field, message) => {
    let found: readonly Violation[] = [];
    try {
      checkedBody(SET_UP_FIELDS, body, 'it', 'path');
    } catch (error) {
      if (error instanceof CliError) found = error.violations;
    }
    expect(found).toContainEqual({ field, message: expect.stringMatching(message) });
  });
});
