// @module-tag curl
import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemTokenClaims } from '../../src/identity/zitadel/system-token.ts';
import { signJwt } from '../../src/oauth/signed-jwt.ts';
import { isRecord } from '../../src/record.ts';

import { newHome } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

// The requests of ZITADEL's pages, as they stand there.
const CREATE_ORGANIZATION = String.raw`curl -L -X POST 'https://$CUSTOM-DOMAIN/management/v1/orgs' \
-H 'Content-Type: application/json' \
-H 'Accept: application/json' \
-H 'Authorization: Bearer <TOKEN>' \
--data-raw '{
"name": "Customer A"
}'`;

const SET_UP_ORGANIZATION = String.raw`curl -L -X POST 'https://$ZITADEL_DOMAIN/admin/v1/orgs/_setup' \
-H 'Content-Type: application/json' \
-H 'Accept: application/json' \
-H 'Authorization: Bearer <TOKEN>' \
--data-raw '{
"org": {
"name": "ZITADEL",
"domain": "zitadel.cloud"
},
"human": {
"userName": "gigi-giraffe",
"profile": {
"firstName": "Gigi",
"lastName": "Giraffe",
"nickName": "gigi-giraffe",
"displayName": "Gigi Giraffe",
"preferredLanguage": "en",
"gender": "GENDER_UNSPECIFIED"
},
"email": {
"email": "gigi@zitadel.com",
"isEmailVerified": true
},
"phone": {
"phone": "+41 71 000 00 00",
"isPhoneVerified": true
},
"password": "my_53cr3t-P4$$w0rd"
},
"roles": [
"string"
]
}'`;

const HUMAN = `"human": {
"userName": "string",
"email": {
"email": "string",
"isEmailVerified": true
},
"profile": {
"firstName": "string",
"lastName": "string",
"preferredLanguage": "string"
},
"password": {
"password": "string",
"passwordChangeRequired": true
}
},
`;
const MACHINE = `"machine": {
"userName": "string",
"name": "string",
"personalAccessToken": {
"expirationDate": "2519-04-01T08:45:00.000000Z"
},
"machineKey": {
"type": "KEY_TYPE_UNSPECIFIED",
"expirationDate": "2519-04-01T08:45:00.000000Z"
}
},
`;
const CREATE_INSTANCE = String.raw`curl -L -X POST 'https://$ZITADEL_DOMAIN/system/v1/instances/_create' \
-H 'Content-Type: application/json' \
-H 'Accept: application/json' \
--data-raw '{
"instanceName": "string",
"firstOrgName": "string",
"customDomain": "string",
${HUMAN}${MACHINE}"defaultLanguage": "string"
}'`;

let sandbox: RunningSandbox;
let token: string;
let systemToken: string;

beforeAll(async () => {
  const home = newHome();
  sandbox = await startSandbox(['--memory'], { home });
  token = await sandbox.token();
  const path = join(home, '.config', 'flowkiwi', 'sandbox-system-user.pem');
  await vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout: 30_000, interval: 20 });
  const claims = systemTokenClaims({ user: 'sandbox', audience: sandbox.url, now: Date.now() });
  systemToken = signJwt({ claims, key: createPrivateKey(readFileSync(path, 'utf8')) });
});

afterAll(() => sandbox.stop());

/** Pastes a command into a shell, with the sandbox's address and a token in their places; the status of the answer comes after its body. */
async function paste(command: string, bearer = token) {
  const line = command
    .replace(/https:\/\/\$[A-Z_-]+/, sandbox.url)
    .replace("'Authorization: Bearer <TOKEN>'", '"Authorization: Bearer $TOKEN"');
  const script = `${line} --silent --write-out '\\n%{http_code}'`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { env: { PATH: process.env['PATH'], TOKEN: bearer } });
  const [, body = '', status] = /^(.*)\n(\d+)$/s.exec(stdout) ?? [];
  const json: unknown = JSON.parse(body);
  return { status: Number(status), json: isRecord(json) ? json : {} };
}

const withToken = (command: string) => command.replace(' \\\n--data-raw', ` \\\n-H 'Authorization: Bearer <TOKEN>' \\\n--data-raw`);

const ID = expect.stringMatching(/^\d{17,19}$/);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/);
/** Without `changeDate`, which the pages show and no server sends. */
const ADDED = { sequence: expect.stringMatching(/^\d+$/), creationDate: TIME, resourceOwner: ID };
const refused = (status: number, code: number, ...ids: readonly string[]) => ({
  status,
  json: {
    code,
    message: expect.any(String),
    ...(ids.length > 0 && {
      details: ids.map((id) => ({ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: expect.any(String) })),
    }),
  },
});

test('Create Organization', async () => {
  const { status, json } = await paste(CREATE_ORGANIZATION);
  expect({ status, json }).toEqual({ status: 200, json: { id: ID, details: { ...ADDED, resourceOwner: json['id'] } } });
  expect(await paste(CREATE_ORGANIZATION)).toEqual(refused(409, 6, 'V3-DKcYh'));
  expect(await paste(CREATE_ORGANIZATION, 'nobody')).toEqual(refused(401, 16, 'AUTH-7fs1e'));
});

test('Setup Organization: no server knows the role of its example', async () => {
  expect(await paste(SET_UP_ORGANIZATION)).toEqual(refused(400, 3, 'Org-4N8es'));
  const known = SET_UP_ORGANIZATION.replace('"string"', '"ORG_OWNER"');
  expect(await paste(known)).toEqual({ status: 200, json: { details: ADDED, orgId: ID, userId: ID } });
  expect(await paste(known)).toEqual(refused(409, 6, 'V3-DKcYh'));
});

test('Creates a new instance: its example has no token, two owners and a key without a type', async () => {
  expect(await paste(CREATE_INSTANCE)).toEqual(refused(400, 3));
  const ofMachine = CREATE_INSTANCE.replace(HUMAN, '');
  expect(await paste(ofMachine)).toEqual(refused(401, 16));
  expect(await paste(withToken(ofMachine), systemToken)).toEqual(refused(400, 3));
  const withKey = withToken(ofMachine).replace('KEY_TYPE_UNSPECIFIED', 'KEY_TYPE_JSON');
  const made = { instanceId: ID, details: ADDED };
  const secrets = { pat: expect.stringMatching(/^\S+$/), machineKey: expect.stringMatching(/^[\w+/]+={0,2}$/) };
  expect(await paste(withKey, systemToken)).toEqual({ status: 200, json: { ...made, ...secrets } });
  const ofHuman = withToken(CREATE_INSTANCE.replace(MACHINE, '')).replace('"customDomain": "string",\n', '');
  const real = ofHuman
    .replace('"email": "string"', '"email": "jane@acme.example"')
    .replace('"password": "string"', '"password": "Secret-1234!"');
  expect(await paste(real, systemToken)).toEqual({ status: 200, json: made });
});
