import { INSTANCE, ORGANIZATION } from './documents.ts';

/** A schema of JSON Schema 2020-12, which is that of OpenAPI 3.1. */
export type Schema = Readonly<Record<string, unknown>>;

const TEXT: Schema = { type: 'string' };
const UUID: Schema = { type: 'string', format: 'uuid' };
const INSTANT: Schema = { type: 'string', format: 'date-time' };
const INTEGER: Schema = { type: 'integer' };
const TIMES = { created_at: INSTANT, updated_at: INSTANT };

/** What an attribute of a request takes (contract sections 2.2 and 3.2). */
export const ATTRIBUTES: Readonly<Record<string, Schema>> = {
  name: { type: 'string', minLength: 1, maxLength: 255 },
  handle: { type: 'string', minLength: 1, maxLength: 30, pattern: '^[a-z](?:[a-z-]*[a-z])?$' },
  organization_id: UUID,
};

export function refTo(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** All properties are there in every answer, but for those that are named. */
function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((property) => !optional.includes(property));
  return { type: 'object', properties, required };
}

/** A resource by the name of its schema in JSON; in JSON-LD that is `NAME.jsonld`, with what links it. */
function resource(name: string, properties: (suffix: string) => Readonly<Record<string, Schema>>, optional: readonly string[] = []) {
  const linked = { '@context': TEXT, '@id': TEXT, '@type': { const: name } };
  return {
    [name]: object(properties(''), optional),
    // One that stands in another one has the context of that.
    [`${name}.jsonld`]: object({ ...linked, ...properties('.jsonld') }, ['@context', ...optional]),
  };
}

/** What JSON-LD adds to a problem. */
const LINKED_PROBLEM = { '@context': TEXT, '@id': TEXT, '@type': TEXT, description: TEXT };

function problem(properties: Readonly<Record<string, Schema>>): Schema {
  return object({ ...properties, title: TEXT, detail: TEXT, status: INTEGER, ...LINKED_PROBLEM }, Object.keys(LINKED_PROBLEM));
}

/** What the API's answers are made of (contract sections 2.1, 2.5, 3.1, 4 and 6.3). */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  ...resource('Member', () => ({ id: UUID, email: TEXT, name: TEXT, role: { enum: ['owner', 'member'] }, joined_at: INSTANT }), ['name']),
  ...resource(ORGANIZATION, (suffix) => {
    const people = listOf(refTo(`Member${suffix}`));
    return { id: UUID, name: TEXT, ...TIMES, owners: people, members: people };
  }),
  ...resource(INSTANCE, () => ({
    ...{ id: UUID, name: TEXT, handle: TEXT, ...TIMES },
    ...{ organization_id: UUID, created_by_organization_id: UUID },
  })),
  [`${INSTANCE}List`]: listOf(refTo(INSTANCE)),
  [`${INSTANCE}List.jsonld`]: object(
    {
      ...{ '@context': TEXT, '@id': TEXT, '@type': { const: 'Collection' } },
      totalItems: INTEGER,
      member: listOf(refTo(`${INSTANCE}.jsonld`)),
      view: { type: 'object' },
      search: { type: 'object' },
    },
    ['view'],
  ),
  Error: problem({ type: TEXT }),
  Conflict: problem({ error_code: TEXT }),
  ConstraintViolation: problem({ type: TEXT, violations: listOf(object({ propertyPath: TEXT, message: TEXT, code: TEXT })) }),
};

/** What the JWT bundle of Symfony answers to a request without a valid token (contract section 6.6). */
export const LEXIK_REFUSAL: Schema = object({ code: INTEGER, message: TEXT });
