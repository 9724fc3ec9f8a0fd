import { gzipSync } from 'node:zlib';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { AddOrgRequestSchema, AddOrgResponseSchema } from '@zitadel/proto/zitadel/management_pb';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { errorOf, startForTest, startZitadel, type Zitadel } from '../../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

const ADD_ORG = '/zitadel.management.v1.ManagementService/AddOrg';
const ADD_ORGANIZATION = '/zitadel.org.v2.OrganizationService/AddOrganization';

function send(type: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}, path = ADD_ORGANIZATION) {
  return zitadel.send('POST', path, { body, headers: { 'content-type': type, ...headers } });
}

test('Connect needs no header of its own', async () => {
  const { status, headers, json } = await send('application/json; charset=utf-8', '{"name":"By Hand"}');
  expect([status, headers.get('content-type'), json['organizationId']]).toEqual([200, 'application/json', expect.stringMatching(/^\d+$/)]);
});

test('an error of Connect has the code as a name, the status of HTTP and the detail without padding', async () => {
  const { status, headers, json } = await send('application/proto', toBinaryOrg('Sandbox'), { 'connect-protocol-version': '1' });
  expect([status, headers.get('content-type'), json]).toEqual([
    409,
    'application/json',
    {
      code: 'already_exists',
      message: "Organisation's name or id already taken (V3-DKcYh)",
      details: [
        {
          type: 'zitadel.v1.ErrorDetail',
          value: expect.stringMatching(/^[A-Za-z0-9+/]+$/),
          debug: { id: 'V3-DKcYh', message: "Organisation's name or id already taken" },
        },
      ],
    },
  ]);
});

test.each<[statement: string, type: string, body: string | Buffer, headers: Record<string, string>, status: number, code: string]>([
  ['no JSON', 'application/json', '{"name":', {}, 400, 'invalid_argument'],
  ['no object', 'application/json', '[]', {}, 400, 'invalid_argument'],
  ['nothing', 'application/json', '', {}, 400, 'invalid_argument'],
  ['another type', 'application/json', '{"name":5}', {}, 400, 'invalid_argument'],
  ['no UTF-8', 'application/json', Buffer.from([0x7b, 0xff, 0x7d]), {}, 400, 'invalid_argument'],
  ['no message', 'application/proto', Buffer.from([0x0a, 0x7f]), {}, 500, 'internal'],
  ['an unknown compression', 'application/json', '{}', { 'content-encoding': 'snappy' }, 501, 'unimplemented'],
  ['another version', 'application/json', '{}', { 'connect-protocol-version': '2' }, 400, 'invalid_argument'],
  ['too much', 'application/json', JSON.stringify({ name: 'x'.repeat(1100 * 1024) }), {}, 429, 'resource_exhausted'],
])('Connect refuses %s', async (_, type, body, headers, status, code) => {
  const reply = await send(type, body, headers);
  expect([reply.status, reply.json]).toEqual([status, { code, message: expect.any(String) }]);
});

test('Connect quotes nothing of a body that may hold secrets', async () => {
  const { text } = await send('application/json', '{"admins":[{"human":{"password":{"password":"Hidden-123"');
  expect(text).not.toContain('Hidden');
});

test('Connect takes a message that gzip has compressed', async () => {
  const body = gzipSync('{"name":"Compressed"}');
  expect(await send('application/json', body, { 'content-encoding': 'gzip' })).toMatchObject({ status: 200 });
});

test.each([
  ['/zitadel.org.v2.OrganizationService/Nothing', '404 page not found\n'],
  ['/zitadel.nothing.v1.Nothing/AddOrg', '{"code":5,"message":"Not Found"}'],
  [ADD_ORG, '{"code":5,"message":"Not Found"}'],
])('there is nothing at %s for Connect', async (path, text) => {
  expect(await send('application/json', '{}', {}, path)).toMatchObject({ status: 404, text });
});

test('the old server has no Connect', async () => {
  const old = await startForTest('zitadel=2.70');
  expect(await old.send('POST', ADD_ORGANIZATION, { body: {} })).toMatchObject({ status: 404, text: '{"code":5,"message":"Not Found"}' });
});

test.each([
  ['text/plain', 415],
  ['application/connect+json', 415],
  ['application/grpc-web-text', 415],
])('%s over HTTP/1.1 is %d', async (type, status) => {
  expect((await send(type, '{}')).status).toBe(status);
});

test('a method is called by POST alone', async () => {
  const { status, headers } = await zitadel.send('GET', ADD_ORGANIZATION);
  expect([status, headers.get('allow')]).toEqual([405, 'POST']);
});

test('REST and Connect tell the same by their own names', async () => {
  const rest = errorOf(await zitadel.send('POST', '/v2/organizations', { body: { name: '' } }));
  const { status, json } = await send('application/json', '{"name":""}');
  expect([status, json['message']]).toEqual([rest.status, rest.message]);
});

test('gRPC-Web has its status behind the message', async () => {
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, toBinaryOrg('Framed').length]), toBinaryOrg('Framed')]);
  const response = await fetch(`${zitadel.sandbox.url}${ADD_ORG}`, {
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web', authorization: `Bearer ${zitadel.owner}` },
    body: frame,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const end = 5 + bytes.readUInt32BE(1);
  expect(fromBinary(AddOrgResponseSchema, bytes.subarray(5, end)).id).toMatch(/^\d+$/);
  expect(bytes.subarray(end).toString('latin1')).toBe('\x80\0\0\0\x10grpc-status: 0\r\n');
});

function toBinaryOrg(name: string): Buffer {
  return Buffer.from(toBinary(AddOrgRequestSchema, create(AddOrgRequestSchema, { name })));
}
