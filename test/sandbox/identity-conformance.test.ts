import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { asList, asObject, call, handleFor, type Reply, startInMemory } from './running-sandbox.ts';

let sandbox: Sandbox;
/** One organization with an owner, a plain member and an instance; a second one; an outsider. */
let world: {
  readonly owner: string;
  readonly member: string;
  readonly outsider: string;
  readonly organization: string;
  readonly other: string;
  readonly instance: string;
};

const UNKNOWN = '0196f3a0-9999-7000-8000-000000000001';
const TAKEN = 'acme-eu';
const CODES = {
  blank: 'c1051bb4-d103-4f74-8988-acbcafc7fdc3',
  pattern: 'de1e3db3-5ed4-4941-aae4-59f3667cc3a3',
  long: 'd94b19cc-114f-4f44-9cc4-4138e80a87b9',
  unique: '23bd9dbf-6b9b-41cd-a99e-4844bcf3077f',
};

beforeAll(async () => {
  sandbox = await startInMemory();
  const [owner, member, outsider] = await Promise.all(
    ['jane@acme.example', 'member@acme.example', 'outsider@other.example'].map((email) => sandbox.issueAccessToken(email)),
  );
  const created = await send('POST', '/api/organizations', { token: owner, body: { name: 'Acme Corp' } });
  const other = await send('POST', '/api/organizations', { token: outsider, body: { name: 'Other' } });
  const organization = String(created.json['id']);
  await send('POST', `/_sandbox/organizations/${organization}/members`, { body: { email: 'member@acme.example', role: 'member' } });
  const instance = await send('POST', `/api/organizations/${organization}/instances`, {
    token: owner,
    body: { name: 'Acme EU', handle: TAKEN },
  });
  world = {
    owner: owner ?? '',
    member: member ?? '',
    outsider: outsider ?? '',
    organization,
    other: String(other.json['id']),
    instance: String(instance.json['id']),
  };
});

afterAll(() => sandbox.close());

const send = (...[method, path, options]: [string, string, Parameters<typeof call>[3]?]) => call(sandbox.url, method, path, options);

type Who = 'owner' | 'member' | 'outsider' | 'nobody' | 'bad token';

function tokenOf(who: Who): string | undefined {
  if (who === 'nobody') return undefined;
  return who === 'bad token' ? 'nobody-has-this' : world[who];
}

/** `{org}`, `{other}`, `{instance}` and `{unknown}` stand for ids. */
function fill(path: string): string {
  const ids = { org: world.organization, other: world.other, instance: world.instance, unknown: UNKNOWN };
  return path.replace(/\{(org|other|instance|unknown)\}/g, (_, name: keyof typeof ids) => ids[name]);
}

const ORG = '/api/organizations/{org}';
const INSTANCES = `${ORG}/instances`;
const INSTANCE = `${INSTANCES}/{instance}`;
const json = { 'content-type': 'application/json' };
const patch = { 'content-type': 'application/merge-patch+json' };
const name = { name: 'X' };

type Case = [
  statement: string,
  who: Who,
  request: string,
  options: { body?: unknown; headers?: Record<string, string> },
  status: number,
  detail?: string,
];

const refusals: Case[] = [
  ['unknown route', 'nobody', 'GET /api/nothing', {}, 404],
  ['an unknown route comes before the token', 'bad token', 'GET /api/instances', {}, 404],
  ['the listing of organizations is not documented', 'owner', 'GET /api/organizations', {}, 405],
  ['an empty id is no route', 'owner', 'GET /api/organizations/', {}, 404],
  ['a wrong method comes before the token', 'nobody', `PUT ${ORG}`, {}, 405],
  ['there is no call that deletes an instance', 'owner', `DELETE ${INSTANCE}`, {}, 405],
  ['no token', 'nobody', `GET ${ORG}`, {}, 401, 'Full authentication is required to access this resource.'],
  [
    'another scheme counts as no token',
    'nobody',
    `GET ${ORG}`,
    { headers: { authorization: 'Basic amFuZTp4' } },
    401,
    'Full authentication is required to access this resource.',
  ],
  [
    'a bad token comes before the media type',
    'bad token',
    'POST /api/organizations',
    { body: '<a/>', headers: { 'content-type': 'text/xml' } },
    401,
  ],
  [
    'unsupported media type',
    'owner',
    'POST /api/organizations',
    { body: '<a/>', headers: { 'content-type': 'text/xml' } },
    415,
    'The content-type "text/xml" is not supported. Supported MIME types are "application/ld+json", "application/json".',
  ],
  [
    '415 comes before 406',
    'owner',
    'POST /api/organizations',
    { body: 'a', headers: { 'content-type': 'text/xml', accept: 'text/html' } },
    415,
  ],
  ['415 comes before 404', 'owner', 'PATCH /api/organizations/{unknown}', { body: name, headers: json }, 415],
  [
    'a PATCH with plain JSON',
    'owner',
    `PATCH ${ORG}`,
    { body: name, headers: json },
    415,
    'The content-type "application/json" is not supported. Supported MIME types are "application/merge-patch+json".',
  ],
  ['a POST with a merge patch', 'owner', `POST ${INSTANCES}`, { body: name, headers: patch }, 415],
  [
    'nothing that is accepted',
    'owner',
    `GET ${ORG}`,
    { headers: { accept: 'text/html' } },
    406,
    'Requested format "text/html" is not supported. Supported MIME types are "application/ld+json", "application/json".',
  ],
  ['problems alone are not accepted', 'owner', `GET ${ORG}`, { headers: { accept: 'application/problem+json' } }, 406],
  ['a format with quality 0 is not accepted', 'owner', `GET ${ORG}`, { headers: { accept: 'application/ld+json;q=0' } }, 406],
  ['406 comes before 404', 'owner', 'GET /api/organizations/{unknown}', { headers: { accept: 'text/html' } }, 406],
  ['unknown organization', 'owner', 'GET /api/organizations/{unknown}', {}, 404, 'Not Found'],
  ['an id that is none', 'owner', 'GET /api/organizations/acme', {}, 404, 'Invalid uri variables.'],
  ['an id with a broken escape', 'owner', 'GET /api/organizations/%zz', {}, 404],
  ['an id with a NUL', 'owner', 'GET /api/organizations/%00', {}, 404],
  ['instance of an unknown organization', 'owner', 'POST /api/organizations/{unknown}/instances', { body: {} }, 404],
  ['unknown instance', 'owner', `GET ${INSTANCES}/{unknown}`, {}, 404, 'Not Found'],
  ['an instance under an organization that does not own it', 'outsider', 'GET /api/organizations/{other}/instances/{instance}', {}, 404],
  ['an outsider may not read the organization', 'outsider', `GET ${ORG}`, {}, 403, 'Access Denied.'],
  ['an outsider may not list instances', 'outsider', `GET ${INSTANCES}`, {}, 403],
  ['an outsider may not read an instance', 'outsider', `GET ${INSTANCE}`, {}, 403],
  ['a member may not rename the organization', 'member', `PATCH ${ORG}`, { body: name }, 403],
  ['a member may not delete the organization', 'member', `DELETE ${ORG}`, {}, 403],
  ['a member may not create an instance', 'member', `POST ${INSTANCES}`, { body: { name: 'X', handle: 'x' } }, 403],
  ['a member may not rename an instance', 'member', `PATCH ${INSTANCE}`, { body: name }, 403],
  ['a member may not transfer an instance', 'member', `POST ${INSTANCE}/transfer`, { body: {} }, 403],
  ['403 comes before the body', 'member', `PATCH ${ORG}`, { body: '{', headers: patch }, 403],
  ['403 comes before a missing content type', 'member', `PATCH ${ORG}`, { body: '{' }, 403],
  ['missing content type', 'owner', 'POST /api/organizations', { body: '{"name":"X"}' }, 415, 'The "Content-Type" header must exist.'],
  ['empty body', 'owner', 'POST /api/organizations', { headers: json }, 400, 'Syntax error'],
  ['malformed JSON', 'owner', 'POST /api/organizations', { body: '{"name":', headers: json }, 400, 'Syntax error'],
  ['a byte order mark', 'owner', 'POST /api/organizations', { body: '\ufeff{"name":"X"}', headers: json }, 400, 'Syntax error'],
  [
    'broken UTF-8',
    'owner',
    'POST /api/organizations',
    { body: Uint8Array.of(0x22, 0xff, 0x22), headers: json },
    400,
    'Malformed UTF-8 characters, possibly incorrectly encoded',
  ],
  [
    'half a surrogate pair',
    'owner',
    'POST /api/organizations',
    { body: '{"name":"\\ud83d"}', headers: json },
    400,
    'Single unpaired high surrogate in Unicode escape',
  ],
  [
    'a number for a document',
    'owner',
    'POST /api/organizations',
    { body: '5', headers: json },
    400,
    'Expected IRI or document for resource "Organization", "integer" given.',
  ],
  [
    'null for a document',
    'owner',
    `POST ${INSTANCES}`,
    { body: 'null', headers: json },
    400,
    'Expected IRI or document for resource "OrganizationInstancesResource", "NULL" given.',
  ],
  ['a text for a document', 'owner', 'POST /api/organizations', { body: '"a"', headers: json }, 400, 'Invalid IRI "a".'],
  [
    'a number for a name',
    'owner',
    'POST /api/organizations',
    { body: { name: 5 } },
    400,
    'The type of the "name" attribute must be "string", "integer" given.',
  ],
  [
    'a fraction for a name',
    'owner',
    'POST /api/organizations',
    { body: { name: 0.5 } },
    400,
    'The type of the "name" attribute must be "string", "double" given.',
  ],
  [
    'null for a name',
    'owner',
    `PATCH ${ORG}`,
    { body: { name: null } },
    400,
    'The type of the "name" attribute must be "string", "NULL" given.',
  ],
  [
    'an object for a handle',
    'owner',
    `POST ${INSTANCES}`,
    { body: { name: 'X', handle: {} } },
    400,
    'The type of the "handle" attribute must be "string", "array" given.',
  ],
  ['a body of more than a mebibyte', 'owner', 'POST /api/organizations', { body: { name: 'x'.repeat(1024 * 1024) } }, 413],
  ['403 comes before the size', 'member', `PATCH ${ORG}`, { body: { name: 'x'.repeat(1024 * 1024) } }, 403],
  ['page 0', 'owner', `GET ${INSTANCES}?page=0`, {}, 400, 'Page should not be less than 1'],
  ['a page that is no number', 'owner', `GET ${INSTANCES}?page=two`, {}, 400, 'Page should not be less than 1'],
  ['a negative page size', 'owner', `GET ${INSTANCES}?itemsPerPage=-1`, {}, 400, 'Limit should not be less than 0'],
  [
    'page 2 of pages without items',
    'owner',
    `GET ${INSTANCES}?itemsPerPage=0&page=2`,
    {},
    400,
    'Page should not be greater than 1 if limit is equal to 0',
  ],
  ['an organization with instances is not deleted', 'owner', `DELETE ${ORG}`, {}, 409],
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

function expectProblem(reply: Reply, status: number): void {
  expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(reply.json['status']).toBe(status);
}

type Violations = [statement: string, request: string, body: unknown, violations: [path: string, code: keyof typeof CODES][]];

const violations: Violations[] = [
  ['an organization without a name', 'POST /api/organizations', {}, [['name', 'blank']]],
  ['an array is a document without attributes', 'POST /api/organizations', [], [['name', 'blank']]],
  ['an empty name', 'POST /api/organizations', { name: '' }, [['name', 'blank']]],
  ['a name of 256 characters', 'POST /api/organizations', { name: '🥝'.repeat(256) }, [['name', 'long']]],
  ['a name with a NUL', 'POST /api/organizations', { name: 'a\0b' }, [['name', 'pattern']]],
  ['an empty new name', `PATCH ${ORG}`, { name: '' }, [['name', 'blank']]],
  [
    'an instance without anything',
    `POST ${INSTANCES}`,
    {},
    [
      ['name', 'blank'],
      ['handle', 'blank'],
    ],
  ],
  ['a handle with capitals', `POST ${INSTANCES}`, { name: 'X', handle: 'Acme' }, [['handle', 'pattern']]],
  ['a handle with digits', `POST ${INSTANCES}`, { name: 'X', handle: 'acme1' }, [['handle', 'pattern']]],
  ['a handle with an underscore', `POST ${INSTANCES}`, { name: 'X', handle: 'a_b' }, [['handle', 'pattern']]],
  ['a handle that begins with a hyphen', `POST ${INSTANCES}`, { name: 'X', handle: '-a' }, [['handle', 'pattern']]],
  ['a handle that ends with a hyphen', `POST ${INSTANCES}`, { name: 'X', handle: 'a-' }, [['handle', 'pattern']]],
  ['a handle that ends with a line break', `POST ${INSTANCES}`, { name: 'X', handle: 'a\n' }, [['handle', 'pattern']]],
  ['a handle with a NUL', `POST ${INSTANCES}`, { name: 'X', handle: 'a\0b' }, [['handle', 'pattern']]],
  ['a handle of 31 characters', `POST ${INSTANCES}`, { name: 'X', handle: 'a'.repeat(31) }, [['handle', 'long']]],
  [
    'a long handle of a wrong shape',
    `POST ${INSTANCES}`,
    { name: 'X', handle: 'A'.repeat(31) },
    [
      ['handle', 'long'],
      ['handle', 'pattern'],
    ],
  ],
  ['a handle that is taken', `POST ${INSTANCES}`, { name: 'X', handle: TAKEN }, [['handle', 'unique']]],
  [
    'a blank name and a taken handle',
    `POST ${INSTANCES}`,
    { handle: TAKEN },
    [
      ['name', 'blank'],
      ['handle', 'unique'],
    ],
  ],
  ['a transfer to nowhere', `POST ${INSTANCE}/transfer`, {}, [['organization_id', 'blank']]],
];

describe('violations', () => {
  test.each(violations)('%s', async (_, request, body, expected) => {
    const [method = '', path = ''] = request.split(' ');
    const reply = await send(method, fill(path), { token: world.owner, body });
    expect(reply.status).toBe(422);
    const found = asList(reply.json['violations']);
    expect(found.map(({ propertyPath, code }) => [propertyPath, code])).toEqual(expected.map(([path, code]) => [path, CODES[code]]));
    expect(reply.json['detail']).toBe(found.map(({ propertyPath, message }) => `${propertyPath}: ${message}`).join('\n'));
  });

  test('a handle is unique over all organizations', async () => {
    const reply = await send('POST', `/api/organizations/${world.other}/instances`, {
      token: world.outsider,
      body: { name: 'X', handle: TAKEN },
      headers: { accept: 'application/json' },
    });
    expect(reply.json).toEqual({
      status: 422,
      violations: [{ propertyPath: 'handle', message: 'This value is already used.', code: CODES.unique }],
      detail: 'handle: This value is already used.',
      type: `/validation_errors/${CODES.unique}`,
      title: 'An error occurred',
    });
  });

  test('a violation in JSON-LD', async () => {
    const { json: found } = await send('POST', '/api/organizations', { token: world.owner, body: {} });
    expect(found).toMatchObject({
      '@context': '/api/contexts/ConstraintViolation',
      '@id': `/api/validation_errors/${CODES.blank}`,
      '@type': 'ConstraintViolation',
      type: `/validation_errors/${CODES.blank}`,
    });
  });

  test('several violations share one type', async () => {
    const { json: found } = await send('POST', fill(INSTANCES), { token: world.owner, body: {} });
    expect(found['type']).toBe(`/validation_errors/0=${CODES.blank};1=${CODES.blank}`);
  });
});

describe('problems', () => {
  test('in plain JSON', async () => {
    const reply = await send('GET', `/api/organizations/${UNKNOWN}`, { token: world.owner, headers: { accept: 'application/json' } });
    expect(reply.json).toEqual({ title: 'An error occurred', detail: 'Not Found', status: 404, type: '/errors/404' });
    expect(reply.headers.get('link')).toBeNull();
  });

  test('in JSON-LD', async () => {
    const reply = await send('GET', `/api/organizations/${UNKNOWN}`, { token: world.owner });
    expect(reply.json).toEqual({
      '@context': '/api/contexts/Error',
      '@id': '/api/errors/404',
      '@type': 'Error',
      title: 'An error occurred',
      detail: 'Not Found',
      status: 404,
      type: '/errors/404',
      description: 'Not Found',
    });
    expect(reply.headers.get('link')).toBe('<http://www.w3.org/ns/hydra/error>; rel="http://www.w3.org/ns/json-ld#error"');
  });

  test('a conflict has an error code and no type', async () => {
    const reply = await send('DELETE', fill(ORG), { token: world.owner });
    expect(Object.keys(reply.json).sort()).toEqual(['detail', 'error_code', 'status', 'title']);
    expect(reply.json['error_code']).toBe('organization_not_empty');
  });

  test('a bad token is answered without a body', async () => {
    const reply = await send('GET', fill(ORG), { token: 'nobody-has-this' });
    expect(reply.text).toBe('');
    expect(reply.headers.get('www-authenticate')).toBe('Bearer error="invalid_token",error_description="Invalid credentials."');
  });

  test.each([
    ['PUT', ORG, 'GET, PATCH, DELETE'],
    ['DELETE', INSTANCES, 'GET, POST'],
    ['GET', '/api/organizations', 'POST'],
    ['GET', `${INSTANCE}/transfer`, 'POST'],
  ])('%s %s names the methods that are allowed', async (method, path, allowed) => {
    const reply = await send(method, fill(path), { headers: { accept: 'application/json' } });
    expect(reply.headers.get('allow')).toBe(allowed);
    expect(reply.json['detail']).toBe(`No route found for "${method} ${sandbox.url}${fill(path)}": Method Not Allowed (Allow: ${allowed})`);
  });
});

describe('answers', () => {
  const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;
  const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

  test('a new organization has its creator as the sole owner', async () => {
    const reply = await send('POST', '/api/organizations', { token: world.owner, body: { name: 'New', unknown: true } });
    const id = String(reply.json['id']);
    expect(reply.status).toBe(201);
    expect(id).toMatch(UUID7);
    expect(reply.json).toEqual({
      '@context': '/api/contexts/Organization',
      '@id': `/api/organizations/${id}`,
      '@type': 'Organization',
      id,
      name: 'New',
      created_at: expect.stringMatching(TIMESTAMP),
      updated_at: reply.json['created_at'],
      owners: [
        {
          '@id': expect.stringMatching(/^\/api\/\.well-known\/genid\/[0-9a-f]+$/),
          '@type': 'Member',
          id: expect.stringMatching(UUID7),
          email: 'jane@acme.example',
          role: 'owner',
          joined_at: expect.stringMatching(TIMESTAMP),
        },
      ],
      members: [],
    });
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'application/ld+json; charset=utf-8',
      location: `/api/organizations/${id}`,
      'content-location': `/api/organizations/${id}.jsonld`,
      vary: 'Accept',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'deny',
      'accept-patch': 'application/merge-patch+json',
      link: `<${sandbox.url}/api/docs.jsonld>; rel="http://www.w3.org/ns/hydra/core#apiDocumentation"`,
    });
  });

  test('names are not unique', async () => {
    const create = () => send('POST', '/api/organizations', { token: world.owner, body: { name: 'Twice' } });
    const [first, second] = [await create(), await create()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.json['id']).not.toBe(second.json['id']);
  });

  test('a member reads the organization and is not repeated among the owners', async () => {
    const { json: found } = await send('GET', fill(ORG), { token: world.member, headers: { accept: 'application/json' } });
    expect(asList(found['owners']).map(({ email }) => email)).toEqual(['jane@acme.example']);
    expect(asList(found['members']).map(({ email, role }) => [email, role])).toEqual([['member@acme.example', 'member']]);
    expect(JSON.stringify(found)).not.toContain('"@');
  });

  test('the organization header is ignored', async () => {
    const headers = { 'x-flowkiwi-organization-id': UNKNOWN };
    expect((await send('GET', fill(ORG), { token: world.owner, headers })).status).toBe(200);
  });

  test.each([
    ['no Accept', undefined, 'application/ld+json; charset=utf-8'],
    ['anything', '*/*', 'application/ld+json; charset=utf-8'],
    ['a list', 'text/html, application/json', 'application/json; charset=utf-8'],
    ['qualities', 'application/ld+json;q=0.5, application/json;q=0.9', 'application/json; charset=utf-8'],
    ['equal qualities', 'application/json, application/ld+json', 'application/ld+json; charset=utf-8'],
    ['a parameter', 'application/json; charset=utf-8', 'application/json; charset=utf-8'],
    ['capitals', 'Application/JSON', 'application/json; charset=utf-8'],
  ])('format by %s', async (_, accept, contentType) => {
    const reply = await send('GET', fill(ORG), { token: world.owner, headers: accept === undefined ? {} : { accept } });
    expect(reply.headers.get('content-type')).toBe(contentType);
  });

  test('the address with a format answers in that format', async () => {
    const reply = await send('GET', `${fill(ORG)}.json`, { token: world.owner });
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('HEAD is GET without the body', async () => {
    const [head, get] = [await send('HEAD', fill(ORG), { token: world.owner }), await send('GET', fill(ORG), { token: world.owner })];
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(get.text)));
  });

  test('an organization is renamed, read back and deleted', async () => {
    const { json: created } = await send('POST', '/api/organizations', { token: world.owner, body: { name: 'Before' } });
    const path = `/api/organizations/${created['id']}`;
    const renamed = await send('PATCH', path, { token: world.owner, body: { name: 'After ✓' } });
    expect([renamed.status, renamed.json['name'], renamed.headers.get('location')]).toEqual([200, 'After ✓', null]);
    const unchanged = await send('PATCH', path, { token: world.owner, body: {} });
    expect([unchanged.status, unchanged.json['name']]).toEqual([200, 'After ✓']);
    const deleted = await send('DELETE', path, { token: world.owner });
    expect([deleted.status, deleted.text, deleted.headers.get('content-type')]).toEqual([204, '', null]);
    expect((await send('GET', path, { token: world.owner })).status).toBe(404);
  });

  test('an instance is created, read back and renamed; its handle never changes', async () => {
    const handle = handleFor('rename');
    const created = await send('POST', fill(INSTANCES), { token: world.owner, body: { name: 'One', handle } });
    const id = String(created.json['id']);
    const path = `${fill(INSTANCES)}/${id}`;
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(path);
    expect(created.json).toEqual({
      '@context': '/api/contexts/OrganizationInstancesResource',
      '@id': path,
      '@type': 'OrganizationInstancesResource',
      id: expect.stringMatching(UUID7),
      name: 'One',
      handle,
      created_at: expect.stringMatching(TIMESTAMP),
      updated_at: created.json['created_at'],
      organization_id: world.organization,
      created_by_organization_id: world.organization,
    });
    expect((await send('GET', path, { token: world.member })).json).toEqual(created.json);
    const renamed = await send('PATCH', path, { token: world.owner, body: { name: 'Two', handle: 'other' } });
    expect([renamed.status, renamed.json['name'], renamed.json['handle']]).toEqual([200, 'Two', handle]);
  });

  test.each(['a', 'a--b', 'z'.repeat(30)])('%s is a handle', async (handle) => {
    expect((await send('POST', fill(INSTANCES), { token: world.owner, body: { name: 'X', handle } })).status).toBe(201);
  });

  test('twenty creates of one handle at once make one instance', async () => {
    const body = { name: 'Race', handle: handleFor('race') };
    const replies = await Promise.all(Array.from({ length: 20 }, () => send('POST', fill(INSTANCES), { token: world.owner, body })));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 422)]);
  });
});

describe('transfers', () => {
  test('an instance goes to an authorized organization with its handle', async () => {
    const handle = handleFor('transfer');
    const { json: instance } = await send('POST', fill(INSTANCES), { token: world.owner, body: { name: 'Moves', handle } });
    const path = `${fill(INSTANCES)}/${instance['id']}`;
    const transfer = (organization_id: string) => send('POST', `${path}/transfer`, { token: world.owner, body: { organization_id } });

    const refused = await transfer(world.other);
    expect([refused.status, asObject(asList(refused.json['violations'])[0])['propertyPath']]).toEqual([422, 'organization_id']);
    expect((await transfer(world.organization)).status).toBe(422);
    expect((await transfer('a\0b')).status).toBe(422);

    const control = `/_sandbox/instances/${instance['id']}/authorized-organizations`;
    expect((await send('POST', control, { body: { organization_id: world.other } })).status).toBe(201);
    const moved = await transfer(world.other);
    expect(moved.status).toBe(200);
    expect(moved.json).toMatchObject({ handle, organization_id: world.other, created_by_organization_id: world.organization });
    expect((await send('GET', path, { token: world.owner })).status).toBe(404);
    const there = `/api/organizations/${world.other}/instances/${instance['id']}`;
    expect((await send('GET', there, { token: world.outsider })).json['@id']).toBe(there);
  });
});
