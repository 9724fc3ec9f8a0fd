import { describe, expect, test } from 'vitest';
import type { Reply } from '../../support/servers/sandbox-in-memory.ts';
import { fill, INSTANCE, INSTANCES, json, name, ORG, patch, send, tokenOf, useWorld, type Who } from './world.ts';

useWorld();

type Case = [
  statement: string,
  who: Who,
  request: string,
  options: { body?: unknown; headers?: Record<string, string> },
  status: number,
  detail?: string,
];

const refusals: Case[] = [
  ['6.3: unknown route', 'nobody', 'GET /api/nothing', {}, 404],
  ['6.4: an unknown route comes before the token', 'bad token', 'GET /api/instances', {}, 404],
  ['0: the listing of organizations is not documented', 'owner', 'GET /api/organizations', {}, 405],
  ['6.3: an empty id is not a route', 'owner', 'GET /api/organizations/', {}, 404],
  ['6.4: a wrong method comes before the token', 'nobody', `PUT ${ORG}`, {}, 405],
  ['3.7: there is no call that deletes an instance', 'owner', `DELETE ${INSTANCE}`, {}, 405],
  ['6.6: no token', 'nobody', `GET ${ORG}`, {}, 401, 'Full authentication is required to access this resource.'],
  [
    '1: another scheme counts as no token',
    'nobody',
    `GET ${ORG}`,
    { headers: { authorization: 'Basic amFuZTp4' } },
    401,
    'Full authentication is required to access this resource.',
  ],
  [
    '6.4: a bad token comes before the media type',
    'bad token',
    'POST /api/organizations',
    { body: '<a/>', headers: { 'content-type': 'text/xml' } },
    401,
  ],
  [
    '6.2: unsupported media type',
    'owner',
    'POST /api/organizations',
    { body: '<a/>', headers: { 'content-type': 'text/xml' } },
    415,
    'The content-type "text/xml" is not supported. Supported MIME types are "application/ld+json", "application/json".',
  ],
  [
    '6.4: 415 comes before 406',
    'owner',
    'POST /api/organizations',
    { body: 'a', headers: { 'content-type': 'text/xml', accept: 'text/html' } },
    415,
  ],
  ['6.4: 415 comes before 404', 'owner', 'PATCH /api/organizations/{unknown}', { body: name, headers: json }, 415],
  [
    '6.2: a PATCH with plain JSON',
    'owner',
    `PATCH ${ORG}`,
    { body: name, headers: json },
    415,
    'The content-type "application/json" is not supported. Supported MIME types are "application/merge-patch+json".',
  ],
  ['6.2: a POST with a merge patch', 'owner', `POST ${INSTANCES}`, { body: name, headers: patch }, 415],
  [
    '6.2: nothing that is accepted',
    'owner',
    `GET ${ORG}`,
    { headers: { accept: 'text/html' } },
    406,
    'Requested format "text/html" is not supported. Supported MIME types are "application/ld+json", "application/json".',
  ],
  ['6.2: problems alone are not accepted', 'owner', `GET ${ORG}`, { headers: { accept: 'application/problem+json' } }, 406],
  ['6.2: a format with quality 0 is not accepted', 'owner', `GET ${ORG}`, { headers: { accept: 'application/ld+json;q=0' } }, 406],
  ['6.4: 406 comes before 404', 'owner', 'GET /api/organizations/{unknown}', { headers: { accept: 'text/html' } }, 406],
  ['2.3: unknown organization', 'owner', 'GET /api/organizations/{unknown}', {}, 404, 'Not Found'],
  ['6.3: an id that is none', 'owner', 'GET /api/organizations/acme', {}, 404, 'Invalid uri variables.'],
  ['6.3: an id with a broken escape', 'owner', 'GET /api/organizations/%zz', {}, 404],
  ['6.3: an id with a NUL', 'owner', 'GET /api/organizations/%00', {}, 404],
  ['3.3: instance of an unknown organization', 'owner', 'POST /api/organizations/{unknown}/instances', { body: {} }, 404],
  ['3.5: unknown instance', 'owner', `GET ${INSTANCES}/{unknown}`, {}, 404, 'Not Found'],
  [
    '3.5: an instance under an organization that does not own it',
    'outsider',
    'GET /api/organizations/{other}/instances/{instance}',
    {},
    404,
  ],
  ['2.3: an outsider may not read the organization', 'outsider', `GET ${ORG}`, {}, 403, 'Access Denied.'],
  ['3.4: an outsider may not list instances', 'outsider', `GET ${INSTANCES}`, {}, 403],
  ['3.5: an outsider may not read an instance', 'outsider', `GET ${INSTANCE}`, {}, 403],
  ['2.4: a member may not rename the organization', 'member', `PATCH ${ORG}`, { body: name }, 403],
  ['2.5: a member may not delete the organization', 'member', `DELETE ${ORG}`, {}, 403],
  ['3.3: a member may not create an instance', 'member', `POST ${INSTANCES}`, { body: { name: 'X', handle: 'x' } }, 403],
  ['3.6: a member may not rename an instance', 'member', `PATCH ${INSTANCE}`, { body: name }, 403],
  ['3.7: a member may not transfer an instance', 'member', `POST ${INSTANCE}/transfer`, { body: {} }, 403],
  ['6.4: 403 comes before the body', 'member', `PATCH ${ORG}`, { body: '{', headers: patch }, 403],
  ['6.4: 403 comes before a missing content type', 'member', `PATCH ${ORG}`, { body: '{' }, 403],
  ['6.2: missing content type', 'owner', 'POST /api/organizations', { body: '{"name":"X"}' }, 415, 'The "Content-Type" header must exist.'],
  ['6.3: empty body', 'owner', 'POST /api/organizations', { headers: json }, 400, 'Syntax error'],
  ['6.3: malformed JSON', 'owner', 'POST /api/organizations', { body: '{"name":', headers: json }, 400, 'Syntax error'],
  ['6.3: a byte order mark', 'owner', 'POST /api/organizations', { body: '\ufeff{"name":"X"}', headers: json }, 400, 'Syntax error'],
  [
    '6.3: broken UTF-8',
    'owner',
    'POST /api/organizations',
    { body: Uint8Array.of(0x22, 0xff, 0x22), headers: json },
    400,
    'Malformed UTF-8 characters, possibly incorrectly encoded',
  ],
  [
    '6.3: half a surrogate pair',
    'owner',
    'POST /api/organizations',
    { body: '{"name":"\\ud83d"}', headers: json },
    400,
    'Single unpaired high surrogate in Unicode escape',
  ],
  [
    '6.3: a number for a document',
    'owner',
    'POST /api/organizations',
    { body: '5', headers: json },
    400,
    'Expected IRI or document for resource "Organization", "integer" given.',
  ],
  [
    '6.3: null for a document',
    'owner',
    `POST ${INSTANCES}`,
    { body: 'null', headers: json },
    400,
    'Expected IRI or document for resource "OrganizationInstancesResource", "NULL" given.',
  ],
  ['6.3: a text for a document', 'owner', 'POST /api/organizations', { body: '"a"', headers: json }, 400, 'Invalid IRI "a".'],
  [
    '6.3: a number for a name',
    'owner',
    'POST /api/organizations',
    { body: { name: 5 } },
    400,
    'The type of the "name" attribute must be "string", "integer" given.',
  ],
  [
    '6.3: a fraction for a name',
    'owner',
    'POST /api/organizations',
    { body: { name: 0.5 } },
    400,
    'The type of the "name" attribute must be "string", "double" given.',
  ],
  [
    '6.3: null for a name',
    'owner',
    `PATCH ${ORG}`,
    { body: { name: null } },
    400,
    'The type of the "name" attribute must be "string", "NULL" given.',
  ],
  [
    '6.3: an object for a handle',
    'owner',
    `POST ${INSTANCES}`,
    { body: { name: 'X', handle: {} } },
    400,
    'The type of the "handle" attribute must be "string", "array" given.',
  ],
  ['6.3: a body of more than a mebibyte', 'owner', 'POST /api/organizations', { body: { name: 'x'.repeat(1024 * 1024) } }, 413],
  ['6.4: 403 comes before the size', 'member', `PATCH ${ORG}`, { body: { name: 'x'.repeat(1024 * 1024) } }, 403],
  ['4: page 0', 'owner', `GET ${INSTANCES}?page=0`, {}, 400, 'Page should not be less than 1'],
  ['4: a page that is not a number', 'owner', `GET ${INSTANCES}?page=two`, {}, 400, 'Page should not be less than 1'],
  ['4: a negative page size', 'owner', `GET ${INSTANCES}?itemsPerPage=-1`, {}, 400, 'Limit should not be less than 0'],
  [
    '4: page 2 of pages without items',
    'owner',
    `GET ${INSTANCES}?itemsPerPage=0&page=2`,
    {},
    400,
    'Page should not be greater than 1 if limit is equal to 0',
  ],
  ['2.5: an organization with instances is not deleted', 'owner', `DELETE ${ORG}`, {}, 409],
  ['6.4: 401 comes before 415', 'nobody', 'POST /api/organizations', { body: '<a/>', headers: { 'content-type': 'text/xml' } }, 401],
  ['6.4: 401 comes before 406', 'nobody', `GET ${ORG}`, { headers: { accept: 'text/html' } }, 401],
  ['6.4: 401 comes before 404', 'nobody', 'GET /api/organizations/{unknown}', {}, 401],
  ['6.4: 404 comes before the body', 'owner', 'PATCH /api/organizations/{unknown}', { body: '{', headers: patch }, 404],
  ['6.4: 404 comes before a missing content type', 'owner', 'PATCH /api/organizations/{unknown}', { body: '{' }, 404],
  ['6.4: 400 comes before 422', 'owner', `POST ${INSTANCES}`, { body: { name: '', handle: 5 } }, 400],
  ['6.4: 422 comes before the business', 'owner', `POST ${INSTANCE}/transfer`, { body: { organization_id: '' } }, 422],
  ['6.4: 403 comes before 409', 'member', `DELETE ${ORG}`, {}, 403],
  ['2.2: 400 for a name that is not text', 'outsider', 'POST /api/organizations', { body: { name: [] } }, 400],
  ['2.4: 400 for a body that is not JSON', 'owner', `PATCH ${ORG}`, { body: '{', headers: patch }, 400, 'Syntax error'],
  [
    '2.4: 400 for a list in place of changes',
    'owner',
    `PATCH ${ORG}`,
    { body: [] },
    400,
    'Expected IRI or document for resource "Organization", "array" given.',
  ],
  ['2.4: 404 for an unknown organization', 'owner', 'PATCH /api/organizations/{unknown}', { body: name }, 404, 'Not Found'],
  ['2.5: 404 for an unknown organization', 'owner', 'DELETE /api/organizations/{unknown}', {}, 404, 'Not Found'],
  ['2.5: an outsider may not delete the organization', 'outsider', `DELETE ${ORG}`, {}, 403],
  ['3.3: 400 for a body that is not JSON', 'owner', `POST ${INSTANCES}`, { body: '{', headers: json }, 400, 'Syntax error'],
  ['3.3: an outsider may not create an instance', 'outsider', `POST ${INSTANCES}`, { body: { name: 'X', handle: 'x' } }, 403],
  ['3.4: 404 for an unknown organization', 'owner', 'GET /api/organizations/{unknown}/instances', {}, 404],
  ['3.6: 400 for a name that is not text', 'owner', `PATCH ${INSTANCE}`, { body: { name: 5 } }, 400],
  ['3.6: 404 for an unknown instance', 'owner', `PATCH ${INSTANCES}/{unknown}`, { body: name }, 404, 'Not Found'],
  ['3.7: 400 for a body that is not JSON', 'owner', `POST ${INSTANCE}/transfer`, { body: '{', headers: json }, 400, 'Syntax error'],
  ['3.7: 404 for an unknown instance', 'owner', `POST ${INSTANCES}/{unknown}/transfer`, { body: {} }, 404, 'Not Found'],
  ['6.2: missing content type on a PATCH', 'owner', `PATCH ${ORG}`, { body: '{}' }, 415, 'The "Content-Type" header must exist.'],
  ['6.3: an instance id that is none', 'owner', `GET ${INSTANCES}/acme`, {}, 404, 'Invalid uri variables.'],
];

describe('refusals', () => {
  test.each(refusals)('%s', async (_, who, request, { body, headers }, status, detail) => {
    const [method = '', path = ''] = request.split(' ');
    const reply = await send(method, fill(path), { token: tokenOf(who), body, headers: headers ?? {} });
    expect(reply.status).toBe(status);
    if (detail !== undefined) expect(reply.json['detail']).toBe(detail);
    if (status !== 401 || who === 'nobody') expectProblem(reply, status);
  });
});

/** Sections 5 and 6.3: the media type whatever was asked for, what is in it, and what never is. */
function expectProblem(reply: Reply, status: number): void {
  expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(reply.json).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  for (const absent of ['instance', 'trace']) expect(reply.json).not.toHaveProperty(absent);
}
