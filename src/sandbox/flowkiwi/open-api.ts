import type { Switches } from '../switches.ts';
import { INSTANCE, ORGANIZATION } from './documents.ts';
import { SEARCH_PARAMETERS } from './listing.ts';
import { contentTypeOf, type Format } from './negotiation.ts';
import { ATTRIBUTES, LEXIK_REFUSAL, refTo, SCHEMAS, type Schema } from './open-api-schemas.ts';
import type { Operation } from './operation.ts';

type Document = Readonly<Record<string, unknown>>;

/** What the description of an operation takes from the operation itself. */
export type DescribedOperation = Pick<Operation, 'method' | 'path' | 'accepts' | 'attributes'>;

interface Answer {
  readonly summary: string;
  readonly status: 200 | 201 | 204;
  /** Name of the schema; absent for an answer without a body. */
  readonly schema?: string;
  /** Whether a rule of the business is refused with 409; elsewhere with one of the other statuses. */
  readonly conflicts?: (switches: Switches) => boolean;
}

const INSTANCES = '/api/organizations/{organizationId}/instances';

/** What each operation does, and what it answers (contract sections 2 and 3). */
const ANSWERS: Readonly<Record<string, Answer>> = {
  'POST /api/organizations': { summary: 'Create an organization', status: 201, schema: ORGANIZATION },
  'GET /api/organizations/{organizationId}': { summary: 'Retrieve an organization', status: 200, schema: ORGANIZATION },
  'PATCH /api/organizations/{organizationId}': { summary: 'Rename an organization', status: 200, schema: ORGANIZATION },
  'DELETE /api/organizations/{organizationId}': {
    summary: 'Delete an organization',
    status: 204,
    conflicts: (switches) => switches.nonEmptyOrgDelete === '409',
  },
  [`GET ${INSTANCES}`]: { summary: 'List the instances of an organization', status: 200, schema: `${INSTANCE}List` },
  [`POST ${INSTANCES}`]: {
    summary: 'Create an instance',
    status: 201,
    schema: INSTANCE,
    conflicts: ({ duplicateHandle }) => duplicateHandle === '409',
  },
  [`GET ${INSTANCES}/{instanceId}`]: { summary: 'Retrieve an instance', status: 200, schema: INSTANCE },
  [`PATCH ${INSTANCES}/{instanceId}`]: { summary: 'Rename an instance', status: 200, schema: INSTANCE },
  [`POST ${INSTANCES}/{instanceId}/transfer`]: {
    summary: 'Transfer an instance',
    status: 200,
    schema: INSTANCE,
    conflicts: ({ transferRuleViolation }) => transferRuleViolation === '409',
  },
};

/**
 * The OpenAPI 3.1 document at `/api/docs.json`, of all that the API does while those switches are set. Throws for an operation that is not
 * described.
 */
export function openApiDocument(operations: readonly DescribedOperation[], origin: string, switches: Switches): Document {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const { method, path } = operation;
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: ATTRIBUTES['organization_id'],
    }));
    paths[path] ??= parameters.length === 0 ? {} : { parameters };
    paths[path][method.toLowerCase()] = describe(operation, switches);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Flowkiwi Identity, as the sandbox serves it', version: '1.0.0' },
    servers: [{ url: origin }],
    paths,
    components: { schemas: SCHEMAS, securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    security: [{ bearer: [] }],
  };
}

function describe({ method, path, accepts, attributes }: DescribedOperation, switches: Switches): Document {
  const answer = ANSWERS[`${method} ${path}`];
  if (answer === undefined) throw new Error(`${method} ${path} is not described`);
  const { summary, status, schema, conflicts } = answer;
  const isKeyed = method === 'POST' && switches.idempotencyKeys === 'on';
  const isList = schema === `${INSTANCE}List`;
  const hasVariable = path.includes('{');
  const refusals = {
    ...(accepts.length > 0 || isList ? { 400: problem('It cannot be read', 'Error') } : {}),
    401: UNAUTHENTICATED[switches.unauthenticated],
    ...(hasVariable ? { 403: problem('It is not allowed', 'Error'), 404: problem('It is not there', 'Error') } : {}),
    406: problem('There is no answer in such a format', 'Error'),
    ...(conflicts?.(switches) ? { 409: problem('A rule refuses it', 'Conflict') } : {}),
    ...(accepts.length > 0
      ? { 415: problem('A body of another media type is needed', 'Error'), 422: isKeyed ? KEY_OR_ATTRIBUTES_REFUSED : ATTRIBUTES_REFUSED }
      : {}),
    default: problem('It failed', 'Error'),
  };
  const parameters = [...(isList ? listParameters(switches) : []), ...(isKeyed ? [IDEMPOTENCY_KEY] : [])];
  return {
    operationId: operationId(method, path),
    summary,
    tags: [path.includes('/instances') ? INSTANCE : ORGANIZATION],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(accepts.length > 0 ? { requestBody: { required: true, content: contentOf(accepts, bodySchema(method, attributes)) } } : {}),
    responses: { [status]: { description: 'It is done', ...(schema === undefined ? {} : { content: answersIn(schema) }) }, ...refusals },
  };
}

/** `post_api_organizations_organizationId_instances` */
function operationId(method: string, path: string): string {
  return `${method.toLowerCase()}${path.replace(/\W+/g, '_').replace(/_$/, '')}`;
}

/** As the framework describes them; it ignores an order that is neither. */
function listParameters({ maxItemsPerPage }: Switches): readonly Document[] {
  const size = `More than ${maxItemsPerPage} are made ${maxItemsPerPage}.`;
  return [
    { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1, default: 1 } },
    { name: 'itemsPerPage', in: 'query', description: size, schema: { type: 'integer', minimum: 0, default: 30 } },
    ...SEARCH_PARAMETERS.map(([name]) => ({
      name,
      in: 'query',
      schema: name.startsWith('order[') ? { enum: ['asc', 'desc'] } : { type: 'string' },
    })),
  ];
}

const IDEMPOTENCY_KEY: Document = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same key with the same request is answered as before, and nothing is made again.',
  schema: { type: 'string' },
};

/** An update takes what is to change; everything else takes all. */
function bodySchema(method: string, attributes: readonly string[]): Schema {
  const properties = Object.fromEntries(attributes.map((attribute) => [attribute, ATTRIBUTES[attribute] ?? { type: 'string' }]));
  return { type: 'object', properties, ...(method === 'PATCH' ? {} : { required: attributes }) };
}

function contentOf(mediaTypes: readonly string[], schema: Schema): Document {
  return Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }]));
}

function answersIn(schema: string): Document {
  const mediaType = (format: Format) => contentTypeOf(format).split(';', 1)[0] ?? '';
  return { [mediaType('jsonld')]: { schema: refTo(`${schema}.jsonld`) }, [mediaType('json')]: { schema: refTo(schema) } };
}

/** An answer to a request without a valid token, in each of the forms of contract section 6.6. */
const UNAUTHENTICATED: Readonly<Record<Switches['unauthenticated'], Document>> = {
  problem: problem('There is no valid access token; the body may be empty', 'Error'),
  empty: { description: 'There is no valid access token' },
  lexik: { description: 'There is no valid access token', content: contentOf(['application/json'], LEXIK_REFUSAL) },
};

const ATTRIBUTES_REFUSED = problem('Attributes are refused', 'ConstraintViolation');

const KEY_OR_ATTRIBUTES_REFUSED = problem(
  'Attributes are refused, or the key was used for another request',
  'ConstraintViolation',
  'Error',
);

function problem(description: string, schema: string, otherSchema?: string): Document {
  const body = otherSchema === undefined ? refTo(schema) : { anyOf: [refTo(schema), refTo(otherSchema)] };
  return { description, content: contentOf(['application/problem+json'], body) };
}
