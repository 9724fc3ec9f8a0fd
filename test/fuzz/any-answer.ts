import fc from 'fast-check';
import { anyName } from './any-name.ts';

/** What a server answers: mostly nearly what the API documents, so that every part of it is looked at, sometimes nothing of the kind. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What stands for a number that JavaScript would round, until the JSON text is made: 20 to 400 digits, perhaps with a fraction and an exponent. */
const LONG_NUMBER = 'a long number: ';
const longNumber = fc
  .stringMatching(/^-?[1-9][0-9]{19,399}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?$/)
  .map((digits) => `${LONG_NUMBER}${digits}`);
const anything = fc.oneof({ weight: 9, arbitrary: fc.jsonValue({ maxDepth: 3 }) }, { weight: 1, arbitrary: longNumber });
/** Halves of surrogate pairs as well, which JSON can carry. */
const codeUnit = fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit));
const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: codeUnit }), anyName);

/** JSON with its long numbers, as text. */
function textOf(value: unknown): string {
  return JSON.stringify(value).replaceAll(new RegExp(`"${LONG_NUMBER}([^"]*)"`, 'g'), '$1');
}

/** Mostly as documented. */
function mostly(documented: fc.Arbitrary<unknown>, otherwise: fc.Arbitrary<unknown> = anything): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 5, arbitrary: documented }, { weight: 1, arbitrary: otherwise });
}

/** As documented, or null, which every field of the API may be; absent it may be anyway. */
function nullable(documented: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 5, arbitrary: mostly(documented, fc.oneof(anything, anyText)) }, { weight: 1, arbitrary: fc.constant(null) });
}

const date = nullable(fc.constant('2026-01-01T00:00:00+00:00'));
const member = fc.record(
  {
    '@id': nullable(fc.constantFrom('/api/members/u1', '/api/.well-known/genid/4f1e')),
    id: nullable(fc.constant('u1')),
    email: nullable(fc.constant('jane@acme.example')),
    name: nullable(fc.constant('Jane')),
    role: nullable(fc.constant('owner')),
    joined_at: date,
  },
  { requiredKeys: [] },
);
const resource = fc.record(
  {
    '@id': nullable(fc.constantFrom('/api/organizations/a1', '/api/organizations/a1/instances/i1')),
    '@type': nullable(fc.constant('Organization')),
    id: nullable(fc.constantFrom('a1', 'i1')),
    name: nullable(fc.constant('Acme EU')),
    handle: nullable(fc.constant('acme-eu')),
    organization_id: nullable(fc.constant('a1')),
    created_by_organization_id: nullable(fc.constant('a1')),
    owners: nullable(fc.array(member, { maxLength: 2 })),
    members: nullable(fc.array(member, { maxLength: 2 })),
    created_at: date,
    updated_at: date,
  },
  { requiredKeys: [] },
);
const collection = fc.record(
  {
    member: mostly(fc.array(fc.oneof(resource, anything), { maxLength: 3 })),
    totalItems: mostly(fc.nat()),
    view: fc.oneof(anything, fc.record({ next: anyText })),
  },
  { requiredKeys: ['member'] },
);
const problem = fc.record(
  {
    type: fc.constantFrom('/errors/403', '/validation_errors/handle'),
    title: anyText,
    detail: mostly(anyText),
    violations: mostly(fc.array(fc.record({ propertyPath: anyText, message: anyText, code: anything }), { maxLength: 3 })),
  },
  { requiredKeys: [] },
);
/** An organization as each API of ZITADEL shows it, and lists of them. */
const details = nullable(
  fc.record(
    {
      sequence: nullable(fc.constant('7')),
      creationDate: date,
      changeDate: date,
      resourceOwner: nullable(fc.constant('a1')),
      totalResult: nullable(fc.constant('2')),
    },
    { requiredKeys: [] },
  ),
);
const organization = fc.record(
  {
    id: nullable(fc.constant('a1')),
    organizationId: nullable(fc.constant('a1')),
    name: nullable(fc.constant('Acme EU')),
    state: nullable(fc.constantFrom('ORG_STATE_ACTIVE', 'ORGANIZATION_STATE_ACTIVE')),
    primaryDomain: nullable(fc.constant('acme.example')),
    details,
    creationDate: date,
  },
  { requiredKeys: [] },
);
const zitadel = fc.oneof(
  organization,
  fc.record({ org: organization, organization }, { requiredKeys: [] }),
  fc.record({ details, result: mostly(fc.array(fc.oneof(organization, anything), { maxLength: 3 })) }, { requiredKeys: [] }),
  fc.record({
    code: nullable(fc.constantFrom(5, 16)),
    message: nullable(anyText),
    details: nullable(fc.array(anything, { maxLength: 2 })),
  }),
);
const json = fc.oneof(resource, collection, problem, zitadel, anything).map(textOf);

/** JSON of somebody else, with long numbers, and keys that look like numbers. */
export const foreignJson: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.oneof(fc.nat().map(String), anyText), anything))
  .map((members) => `{${members.filter(isFirst).map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`)}}`);

/** Whether no member before it has its key. */
function isFirst([key]: readonly [string, unknown], index: number, members: readonly (readonly [string, unknown])[]): boolean {
  return members.findIndex(([other]) => other === key) === index;
}

export const body: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: json.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: json.map((text) => Buffer.from(text.slice(0, text.length / 2))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)) },
  { weight: 1, arbitrary: fc.constantFrom('', '<!DOCTYPE html><h1>Bad Gateway</h1>', 'null', '[]').map((text) => Buffer.from(text)) },
);

const headerValue = fc.string({ maxLength: 30 });
const headers = fc
  .record(
    {
      'content-type': fc.oneof(fc.constantFrom('application/ld+json; charset=utf-8', 'application/problem+json', 'text/html'), headerValue),
      'content-encoding': fc.oneof(
        { weight: 9, arbitrary: fc.constant('identity') },
        fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'gzip, identity', 'foo'),
        headerValue,
      ),
      'retry-after': fc.oneof(fc.nat({ max: 120 }).map(String), headerValue),
      location: fc.oneof(
        fc.constantFrom('/', '/api/organizations/a1', '/api/organizations/a1/instances/i1', 'https://id.example/'),
        headerValue,
      ),
      'x-request-id': headerValue,
      'www-authenticate': fc.oneof(fc.constantFrom('Bearer', 'Bearer error="invalid_token"'), headerValue),
      link: headerValue,
    },
    { requiredKeys: [] },
  )
  .map((fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.replace(/[^ -~]/g, '')])));

const status = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(200, 201) },
  { weight: 3, arbitrary: fc.constantFrom(400, 401, 403, 404, 409, 422, 429, 500, 503) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
);

export const anyAnswer: fc.Arbitrary<Answer> = fc.record({ status, headers, body });

/** What comes over a connection where HTTP is expected. */
export const anyBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fc.tuple(fc.string(), body).map(([head, rest]) => Buffer.concat([Buffer.from(`HTTP/1.1 200 ${head}\r\n\r\n`), rest])),
  fc
    .tuple(fc.integer({ min: 0, max: 1_000 }), body)
    .map(([length, rest]) => Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`), rest])),
);
